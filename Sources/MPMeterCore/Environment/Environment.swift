// Decides which environment variables the library knows, and that an empty value is an unset one: ECS agents and image
// layers set empty ones (amazon-ecs-agent, agent/api/task/task.go).

/// The variables read, by the names that the AWS SDKs use.
public enum Variable: String, CaseIterable, Sendable {
    case AWS_REGION, AWS_DEFAULT_REGION
    case AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_SESSION_NAME
    case AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI
    case AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    case ECS_CONTAINER_METADATA_URI_V4, AWS_EXECUTION_ENV
    case AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE
    case AWS_EC2_METADATA_V1_DISABLED
    case AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_SHARED_CREDENTIALS_FILE, AWS_PROFILE, HOME
    case AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_MARKETPLACE_METERING, AWS_ENDPOINT_URL_STS,
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
    case AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT
    case AWS_CA_BUNDLE, SSL_CERT_FILE
    case HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy
    case KUBERNETES_SERVICE_HOST
    // Looked at for messages alone: which keys are there that this library does not read.
    case AWS_CONFIG_FILE
    // The same: that boto3 trusts another bundle.
    case REQUESTS_CA_BUNDLE
    // Looked at by a diagnosis alone: what others in the container make of them.
    case KUBERNETES_SERVICE_PORT
    case HTTP_PROXY, http_proxy, ALL_PROXY, all_proxy
}

/// The environment as it was when the client was made.
public struct Environment: Sendable {
    private var values: [(Variable, String)]

    /// `value` answers what a variable holds, or nil.
    public init(_ value: (Variable) -> String?) {
        values = []
        for variable in Variable.allCases {
            guard let text = value(variable), !text.isEmpty else { continue }
            values.append((variable, text))
        }
    }

    /// Its value, unless it is unset or empty.
    public subscript(_ variable: Variable) -> String? { values.first { $0.0 == variable }?.1 }

    /// Whether it holds "true", in any case, as the SDKs read their switches. `check` refuses what is neither true nor
    /// false.
    public func isTrue(_ variable: Variable) -> Bool { self[variable]?.isSameIgnoringCase(as: "true") ?? false }
}

extension Environment: CustomStringConvertible {
    /// The names alone: some of the values are keys.
    public var description: String { "Environment(" + values.map { $0.0.rawValue }.joined(separator: ", ") + ")" }
}

#if !hasFeature(Embedded)
extension Environment: CustomDebugStringConvertible, CustomReflectable {
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
#endif
