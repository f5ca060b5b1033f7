// Decides what the name of a Region may look like. It becomes part of a host name, so that nothing else may get in.

/// The name of an AWS Region, such as `eu-west-3`.
public struct RegionName: Equatable, Sendable {
    public let text: String

    /// nil unless it is shaped like one: a short area, one to three words and a number, as in `us-gov-east-1`. So is
    /// `us-east-1`, and not its zones `us-east-1a` and `us-east-1-bos-1a`. The pseudo Regions of the SDKs' tables,
    /// `aws-global` and its like, pass too.
    public init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let area = parts.first, let last = parts.last, parts.count >= 3 || text.endsWith("-global"),
            parts.count <= 5,
            parts.dropLast().allSatisfy({ part in !part.isEmpty && part.allSatisfy { $0.isLowercaseASCII } }),
            area.count >= 2, area.count <= 4
        else { return nil }
        let isNumber = last.count <= 2 && last.first != UInt8(ascii: "0") && last.decimalValue != nil
        guard isNumber || (area.elementsEqual("aws".utf8) && last.elementsEqual("global".utf8)) else { return nil }
        self.text = text
    }

    public static func == (a: RegionName, b: RegionName) -> Bool { a.text.isSame(as: b.text) }

    /// "aws-global" and its like stand in SDK tables for services without Regions; no container runs there.
    public var isPseudo: Bool { text.endsWith("-global") }
}

/// Where a Region was found.
public enum RegionSource: String, Sendable {
    case AWS_REGION, AWS_DEFAULT_REGION
    case ecsTaskMetadata = "ecs-task-metadata"
    case eksWebIdentityToken = "eks-web-identity-token"
    case ec2InstanceMetadata = "ec2-instance-metadata"
}

public struct Region: Sendable {
    public var name: RegionName
    public var source: RegionSource

    public init(_ name: RegionName, from source: RegionSource) {
        self.name = name
        self.source = source
    }
}
