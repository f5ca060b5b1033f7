// Decides where a service is found in a Region: AWS's endpoint rule sets for `meteringmarketplace` and `sts`, as
// botocore carries them. Tests/Vectors/endpoints compares every Region and kind with botocore's resolver.

public struct EndpointKinds: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Cryptography validated under FIPS 140.
    public static let fips = EndpointKinds(rawValue: 1)
    /// IPv4 and IPv6.
    public static let dualStack = EndpointKinds(rawValue: 2)

    public init(_ environment: Environment) {
        self = []
        if environment.isTrue(.AWS_USE_FIPS_ENDPOINT) { insert(.fips) }
        if environment.isTrue(.AWS_USE_DUALSTACK_ENDPOINT) { insert(.dualStack) }
    }
}

public enum Endpoint {
    /// AWS Marketplace Metering.
    public static func metering(in region: RegionName, _ kinds: EndpointKinds) -> URLParts {
        let partition = Partition(of: region)
        let label: String
        let suffix: StaticString
        switch (kinds.contains(.fips), kinds.contains(.dualStack)) {
        case (false, false):
            label = partition.is("aws-eusc") ? "metering-marketplace" : "metering.marketplace"
            suffix = partition.dnsSuffix
        case (false, true):
            let hyphen = partition.is("aws") || partition.is("aws-cn") || partition.is("aws-us-gov")
            label = hyphen ? "metering-marketplace" : "metering.marketplace"
            suffix = partition.dualStackDNSSuffix
        case (true, let dualStack):
            label = "metering.marketplace-fips"
            suffix = dualStack ? partition.dualStackDNSSuffix : partition.dnsSuffix
        }
        return URLParts(scheme: "https", host: "\(label).\(region.text).\(suffix)")
    }

    /// The Region's own STS, never the global one: that is served from us-east-1, and other partitions do not have it.
    public static func sts(in region: RegionName, _ kinds: EndpointKinds) -> URLParts {
        let partition = Partition(of: region)
        let suffix = kinds.contains(.dualStack) ? partition.dualStackDNSSuffix : partition.dnsSuffix
        let fips = kinds.contains(.fips) && !(partition.is("aws-us-gov") && !kinds.contains(.dualStack))
        return URLParts(scheme: "https", host: "sts\(fips ? "-fips" : "").\(region.text).\(suffix)")
    }
}
