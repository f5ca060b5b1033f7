// Decides how the answer of a Kubernetes API server to GET /version is read, and which version IAM roles for service
// accounts need. https://kubernetes.io/docs/reference/generated/kubernetes-api/ (version.Info)

public struct KubernetesVersion {
    public let major: Int64
    public let minor: Int64
    /// As the server writes it, such as "v1.29.1-eks-508b6b3".
    public let text: String

    /// "major" and "minor" are texts; a provider's build writes "29+".
    public init?(_ answer: JSONValue) {
        guard let major = answer.text("major").flatMap({ Self.number($0) }),
            let minor = answer.text("minor").flatMap({ Self.number($0) })
        else { return nil }
        self.major = major
        self.minor = minor
        text = answer.text("gitVersion")?.quotable(limit: 60) ?? "v\(major).\(minor)"
    }

    /// AWS Marketplace takes RegisterUsage from Amazon EKS 1.13 on.
    /// https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
    public var allowsRegisterUsage: Bool { major > 1 || major == 1 && minor >= 13 }

    private static func number(_ text: String) -> Int64? { text.utf8.prefix { $0.isDigitASCII }.decimalValue }
}
