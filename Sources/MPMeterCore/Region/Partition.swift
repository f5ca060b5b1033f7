// Decides to which AWS partition a Region belongs, by the patterns of AWS's partitions.json; a name that fits none
// belongs to `aws`, as in the SDKs. Tests/Vectors/endpoints compares every Region with botocore.

public struct Partition: Sendable {
    public let id: StaticString
    public let dnsSuffix: StaticString
    public let dualStackDNSSuffix: StaticString
    /// What a Region's name begins with, before "<area>-<number>".
    let prefix: StaticString

    public init(of region: RegionName) { self = Self.others.first { $0.contains(region.text) } ?? Self.aws }

    private init(
        _ id: StaticString, _ dnsSuffix: StaticString, _ dualStackDNSSuffix: StaticString, prefix: StaticString
    ) {
        self.id = id
        self.dnsSuffix = dnsSuffix
        self.dualStackDNSSuffix = dualStackDNSSuffix
        self.prefix = prefix
    }

    /// Whether a partition of that id is known: the lists lag, and an unknown one may be right.
    public static func isKnown(_ id: String) -> Bool { aws.hasID(id) || others.contains { $0.hasID(id) } }

    public func hasID(_ id: String) -> Bool { id.isSame(as: "\(self.id)") }

    private static var aws: Partition { Partition("aws", "amazonaws.com", "api.aws", prefix: "") }

    private static var others: [Partition] {
        [
            Partition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", prefix: "cn-"),
            Partition("aws-us-gov", "amazonaws.com", "api.aws", prefix: "us-gov-"),
            Partition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", prefix: "eusc-de-"),
            Partition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", prefix: "us-iso-"),
            Partition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", prefix: "us-isob-"),
            Partition("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", prefix: "eu-isoe-"),
            Partition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", prefix: "us-isof-"),
        ]
    }

    /// What the names of AWS's servers end in.
    static var suffixes: [StaticString] { ([aws] + others).flatMap { [$0.dnsSuffix, $0.dualStackDNSSuffix] } }

    private func contains(_ region: String) -> Bool {
        if region.isSame(as: "\(id)-global") { return true }
        guard region.startsWith("\(prefix)") else { return false }
        let rest = region.utf8.dropFirst(prefix.utf8CodeUnitCount).split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return rest.count == 2 && !rest[0].isEmpty && !rest[1].isEmpty && rest[1].allSatisfy { $0.isDigitASCII }
    }

    public func `is`(_ id: StaticString) -> Bool { "\(self.id)".isSame(as: "\(id)") }
}
