// Decides in which Regions MeterUsage is known to be offered. AWS's seller guide, "Configuring custom metering for
// container products with AWS Marketplace Metering Service": on Amazon ECS in every Region but GovCloud, on Amazon EKS
// in seventeen. Lists lag, so that the others are asked all the same.

extension RegionName {
    /// Whether AWS's document has the Region, for a pod of Amazon EKS or for a task of Amazon ECS.
    public func offersMeterUsage(onEKS: Bool) -> Bool {
        guard onEKS else { return !text.startsWith("us-gov-") }
        switch text {
        case "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1", "eu-west-2",
            "eu-west-3", "eu-central-1", "eu-north-1", "ap-east-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
            "ap-northeast-1", "ap-northeast-2":
            return true
        default: return false
        }
    }
}
