// Decides when an endpoint from the environment takes the place of AWS's own. It must be HTTPS, or stay on this
// machine: credentials and tokens are sent there.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html

public enum EndpointOverride {
    /// Whether `variable` or AWS_ENDPOINT_URL is set, and not to be ignored.
    public static func isConfigured(_ variable: Variable, _ environment: Environment) -> Bool {
        !environment.isTrue(.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)
            && (environment[variable] ?? environment[.AWS_ENDPOINT_URL]) != nil
    }

    /// The URL in `variable`, or else in AWS_ENDPOINT_URL; nil if neither is set or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
    /// is true.
    public static func url<U: URLParsing>(
        _ variable: Variable, _ environment: Environment, _: U.Type
    ) throws(MeterError) -> URLParts? {
        let name = environment[variable] == nil ? Variable.AWS_ENDPOINT_URL : variable
        guard isConfigured(variable, environment), let text = try environment.value(name) else { return nil }
        guard let url = U.parse(text), url.query == nil else {
            throw MeterError(
                .invalidArgument,
                "\(name.rawValue) is not an http or https URL, or has a user name, query, fragment or % in the host",
                fix: "Unset \(name.rawValue), or set it to a URL such as https://host:port.")
        }
        guard url.isHTTPS || url.isLoopback else {
            throw MeterError(
                .invalidArgument, "\(name.rawValue) leads over plain HTTP to another machine: \(url.authority)",
                fix: "Unset \(name.rawValue), or use https: credentials would be sent in the clear.")
        }
        return url
    }
}

extension URLParts {
    /// The Region in the name of one of AWS's own endpoints, public or of a VPC.
    public var regionOfAWS: RegionName? {
        let suffixes = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"]
        guard suffixes.contains(where: { host.endsWith($0) }) else { return nil }
        for label in host.fields(separatedBy: UInt8(ascii: ".")) { if let region = RegionName(label) { return region } }
        return nil
    }
}
