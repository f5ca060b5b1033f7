// Decides what credentials are, where they may come from, and which of those sources AWS accepts for RegisterUsage.

/// A source of credentials, in the order in which they are looked for.
public enum CredentialsSource: String, CaseIterable, Sendable {
    case eksIRSA = "eks-irsa"
    case ecsTaskRole = "ecs-task-role"
    case eksPodIdentity = "eks-pod-identity"
    case environment = "environment"
    case sharedCredentialsFile = "shared-credentials-file"
    case ec2InstanceRole = "ec2-instance-role"

    /// Why AWS does not take a container's metering from this source, and what to attach instead; nil for a task role
    /// and IRSA, from which it takes it.
    /// https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
    public var fix: String? {
        switch self {
        case .eksIRSA, .ecsTaskRole: nil
        case .eksPodIdentity:
            """
            AWS does not support EKS Pod Identity for container metering. Remove the service account's Pod Identity \
            association, annotate the service account with eks.amazonaws.com/role-arn (IRSA), and start the pod again. \
            While both are there, the association hides IRSA.
            """
        case .environment, .sharedCredentialsFile:
            """
            AWS does not support static keys for container metering. Remove them from the image, the task definition \
            and the pod; on Amazon ECS give the task definition a taskRoleArn, on Amazon EKS use IRSA. On a laptop, \
            PlatformNotSupportedException means that the integration works.
            """
        case .ec2InstanceRole:
            """
            AWS does not support the node's instance role for container metering. On Amazon ECS give the task \
            definition a taskRoleArn; on Amazon EKS annotate the service account with eks.amazonaws.com/role-arn \
            (IRSA) and start the pod again.
            """
        }
    }

    /// What to do when AWS says that credentials from this source have expired.
    public var fixOfExpiry: String {
        switch self {
        case .ecsTaskRole: "On EC2, check the instance's clock and the ECS agent. Then start the task again."
        case .eksPodIdentity: "Check the node's clock and the EKS Pod Identity agent, then start the pod again."
        case .eksIRSA: "Check the node's clock, then start the pod again."
        case .environment, .sharedCredentialsFile: "Get new keys; in a container use a task role or IRSA."
        case .ec2InstanceRole: "Check the instance's clock; in a container use a task role or IRSA."
        }
    }
}

public struct Credentials: Sendable {
    public var accessKeyID: String
    public var secretAccessKey: Secret
    public var sessionToken: Secret?
    /// nil if they do not expire.
    public var expiration: Timestamp?
    public var source: CredentialsSource

    /// nil for what cannot be credentials: key and token travel in headers, so that they hold visible ASCII only.
    public init?(
        accessKeyID: String, secretAccessKey: String, sessionToken: String?, expiration: Timestamp?,
        source: CredentialsSource
    ) {
        guard Self.isHeaderSafe(accessKeyID), Self.isHeaderSafe(secretAccessKey),
            sessionToken.map({ Self.isHeaderSafe($0) }) ?? true
        else { return nil }
        self.accessKeyID = accessKeyID
        self.secretAccessKey = Secret(secretAccessKey)
        self.sessionToken = sessionToken.map { Secret($0) }
        self.expiration = expiration
        self.source = source
    }

    /// Whether they still hold for five minutes: what AWS allows clocks to differ.
    public func areFresh(at now: Timestamp) -> Bool { expiration.map { $0.seconds - 300 > now.seconds } ?? true }

    /// Whether `text` can stand in a header as it is: visible ASCII, and some of it.
    static func isHeaderSafe(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
