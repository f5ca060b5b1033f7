// Decides in which Regions RegisterUsage is known not to be offered. AWS's document, "Integrating Paid Container
// Software": all Regions but Hong Kong, Bahrain, Beijing and Ningxia are supported, and the two GovCloud Regions are
// not. Lists lag, so that a Region outside this one is always tried, and the vendor may try these too.

extension RegionName {
    /// Whether AWS's document leaves the Region in.
    public var offersRegisterUsage: Bool {
        switch text {
        case "ap-east-1", "me-south-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1": false
        default: true
        }
    }
}
