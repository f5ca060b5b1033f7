// Decides how the credentials of an ECS task role, or of EKS Pod Identity, are asked for: where, with which
// authorization, and what the answer means.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

public enum ContainerCredentials {
    public static let serviceName = "AWS's container credentials endpoint"

    /// Whether the environment configures it.
    public static func isConfigured(_ environment: Environment) -> Bool {
        environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] != nil
            || environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI] != nil
    }

    /// Where to ask. The relative URI wins over the full one, and follows 169.254.170.2 as it stands
    /// (amazon-ecs-agent#1839).
    public static func url<U: URLParsing>(_ environment: Environment, _: U.Type) throws(MeterError) -> URLParts {
        if let relative = try environment.value(.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
            guard relative.startsWith("/"), let url = U.parse("http://169.254.170.2" + relative),
                url.host.isSame(as: "169.254.170.2"),
                url.port == nil
            else {
                throw MeterError(
                    .credentialsRejected, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path",
                    fix: "Do not set AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: the ECS agent sets it.")
            }
            return url
        }
        let full = try environment.value(.AWS_CONTAINER_CREDENTIALS_FULL_URI) ?? ""
        guard let url = U.parse(full) else {
            throw MeterError(
                .credentialsRejected,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http or https URL, or has a % in the host",
                fix: "Do not set AWS_CONTAINER_CREDENTIALS_FULL_URI: the platform sets it.")
        }
        guard url.isHTTPS || url.isLoopback || isLinkLocal(url) else {
            throw MeterError(
                .credentialsRejected,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI leads over plain HTTP to \(url.host.quotable())",
                fix: """
                    Use https, or one of the hosts that the SDKs accept: loopback, 169.254.170.2, 169.254.170.23, \
                    [fd00:ec2::23].
                    """
            )
        }
        return url
    }

    private static let strangerFix = "Check what answers at its address: a proxy or a captive portal."
    private static let taskRoleFix = """
        Check that the task definition's taskRoleArn names a role that exists and that trusts ecs-tasks.amazonaws.com, \
        then start the task again.
        """

    /// The ECS agent and the EKS Pod Identity agent.
    private static func isLinkLocal(_ url: URLParts) -> Bool {
        url.isIPv6
            ? url.host.isSame(as: "fd00:ec2::23")
            : url.host.isSame(as: "169.254.170.2") || url.host.isSame(as: "169.254.170.23")
    }

    /// Which of the two sources stands behind the endpoint. The Pod Identity agent has its own address and hands out
    /// its token in a file; an ECS task has task metadata.
    public static func source(_ environment: Environment, _ url: URLParts) -> CredentialsSource {
        if environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] != nil { return .ecsTaskRole }
        if url.host.isSame(as: "169.254.170.23") || url.host.isSame(as: "fd00:ec2::23") { return .eksPodIdentity }
        if HostPlatform(environment) == .ecs || HostPlatform(environment) == .fargate { return .ecsTaskRole }
        return environment[.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE] == nil ? .ecsTaskRole : .eksPodIdentity
    }

    /// `authorization` is the content of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, else
    /// AWS_CONTAINER_AUTHORIZATION_TOKEN.
    public static func request(_ url: URLParts, authorization: String?) throws(MeterError) -> HTTPRequest {
        var headers = [HTTPHeader("Accept", "application/json")]
        if let authorization {
            // RFC 9110 section 5.5: a line end would begin another header.
            guard !authorization.isEmpty, authorization.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw MeterError(
                    .credentialsRejected,
                    "The container authorization token is empty or holds a line end or another control character",
                    fix: "Let the platform write AWS_CONTAINER_AUTHORIZATION_TOKEN or its file; do not edit them.")
            }
            headers.append(HTTPHeader("Authorization", authorization))
        }
        return HTTPRequest(.GET, url, headers: headers, to: .metadata)
    }

    public static func credentials<J: JSONCoding>(
        in response: HTTPResponse, source: CredentialsSource, _: J.Type
    ) throws(MeterError) -> Credentials {
        let answer = J.parse(response.body)
        guard response.isSuccess else {
            let why = answer?.text("message") ?? answer?.text("Message") ?? answer?.text("code")
            let detail = why.map { ": " + $0.printable } ?? ""
            let passing = response.status >= 500 || response.status == 429
            let isRedirect = response.status < 400
            let fix =
                isRedirect
                ? strangerFix
                : passing
                    ? "Start the container again; if it lasts, look at the agent on the node."
                    : source.fix ?? taskRoleFix
            throw MeterError(
                passing ? .serviceUnavailable : .credentialsRejected,
                "\(serviceName) answered HTTP \(response.status)\(detail)",
                fix: fix, httpStatus: response.status)
        }
        guard let answer, answer.isObject else {
            throw MeterError(
                .badResponse, "\(serviceName) answered something that is not a JSON object",
                fix: strangerFix, httpStatus: response.status)
        }
        return try CredentialsJSON.read(answer, tokenName: "Token", from: serviceName, source: source)
    }
}
