// Decides what the name of a Region may look like. It becomes part of a host name, so that nothing else may get in.

/// The name of an AWS Region, such as `eu-west-3`.
public struct RegionName: Equatable, Sendable {
    public let text: String

    /// nil unless it is one lower-case DNS label of letters, digits and hyphens, with a hyphen inside.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count >= 4, bytes.count <= 40, let first = bytes.first, first.isLowercaseASCII, let last = bytes.last,
            last != UInt8(ascii: "-"), bytes.contains(UInt8(ascii: "-")),
            bytes.allSatisfy({ $0.isLowercaseASCII || $0.isDigitASCII || $0 == UInt8(ascii: "-") })
        else { return nil }
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
