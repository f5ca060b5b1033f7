// Decides on which platform the program says it runs, from the environment alone. It is reported; nothing is trusted
// because of it.

public enum HostPlatform: String, Sendable {
    case ecs, fargate, eks, ec2, none

    /// `onEC2` is whether EC2 instance metadata has answered.
    public init(_ environment: Environment, onEC2: Bool = false) {
        let execution = environment[.AWS_EXECUTION_ENV] ?? ""
        if execution.isSame(as: "AWS_ECS_FARGATE") {
            self = .fargate
        } else if execution.isSame(as: "AWS_ECS_EC2") || environment[.ECS_CONTAINER_METADATA_URI_V4] != nil
            || environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] != nil
        {
            self = .ecs
        } else if environment[.AWS_WEB_IDENTITY_TOKEN_FILE] != nil || environment[.KUBERNETES_SERVICE_HOST] != nil
            || environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI] != nil
                && environment[.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE] != nil
        {
            self = .eks
        } else {
            self = onEC2 ? .ec2 : .none
        }
    }
}
