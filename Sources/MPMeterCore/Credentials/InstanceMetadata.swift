// Decides how EC2 instance metadata (IMDS) is asked, for the Region and, last of all, for the instance role. Version 2
// always; version 1 only where the server answers that it has no version 2.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html

public enum InstanceMetadata {
    public static let serviceName = "EC2 instance metadata"

    public static func isEnabled(_ environment: Environment) -> Bool { !environment.isTrue(.AWS_EC2_METADATA_DISABLED) }

    /// Where it is: AWS_EC2_METADATA_SERVICE_ENDPOINT, or the link-local address of
    /// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE.
    public static func endpoint<U: URLParsing>(_ environment: Environment, _: U.Type) throws(MeterError) -> URLParts? {
        if let text = try environment.value(.AWS_EC2_METADATA_SERVICE_ENDPOINT) { return U.parse(text) }
        let isIPv6 =
            try environment.value(.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE)?.isSameIgnoringCase(as: "ipv6") ?? false
        return isIPv6
            ? URLParts(scheme: "http", host: "fd00:ec2::254", isIPv6: true)
            : URLParts(scheme: "http", host: "169.254.169.254")
    }

    public static func tokenRequest(_ endpoint: URLParts) -> HTTPRequest {
        HTTPRequest(
            .PUT, endpoint.appending("/latest/api/token"),
            headers: [HTTPHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600")],
            to: .metadata)
    }

    /// What the answer to `tokenRequest` allows.
    public enum Session: Sendable {
        case version2(token: Secret)
        case version1
        /// Not to be asked: forbidden, broken, or version 1 while that is switched off.
        case closed(why: String)
    }

    public static func session(_ response: HTTPResponse, _ environment: Environment) -> Session {
        switch response.status {
        case 200:
            guard let token = String(utf8: response.body), Credentials.isHeaderSafe(token), token.utf8.count <= 1024
            else {
                return .closed(why: "it answered with an invalid token")
            }
            return .version2(token: Secret(token))
        case 403: return .closed(why: "it is switched off for this instance (HTTP 403)")
        case 400..<500:
            return environment.isTrue(.AWS_EC2_METADATA_V1_DISABLED)
                ? .closed(why: "it speaks version 1 alone, which is disabled") : .version1
        default: return .closed(why: "it answered HTTP \(response.status)")
        }
    }

    public static func request(_ endpoint: URLParts, _ path: String, _ session: Session) -> HTTPRequest {
        var headers: [HTTPHeader] = []
        if case .version2(let token) = session {
            headers.append(HTTPHeader("x-aws-ec2-metadata-token", token.reveal()))
        }
        return HTTPRequest(.GET, endpoint.appending(path), headers: headers, to: .metadata)
    }

    public static let regionPath = "/latest/meta-data/placement/region"
    public static let rolesPath = "/latest/meta-data/iam/security-credentials/"

    public static func region(in response: HTTPResponse) -> RegionName? {
        guard response.status == 200, let name = String(utf8: response.body).flatMap({ RegionName($0.trimmed) }),
            !name.isPseudo
        else { return nil }
        return name
    }

    /// The path of the first role's credentials; nil if the instance has no role.
    public static func rolePath(in response: HTTPResponse) -> String? {
        guard response.status == 200, let text = String(utf8: response.body),
            let role = text.fields(separatedBy: UInt8(ascii: "\n")).first?.trimmed, !role.isEmpty,
            role.utf8.count <= 128,
            role.utf8.allSatisfy({ $0.isLetterASCII || $0.isDigitASCII || "+=,.@_-".utf8.contains($0) })
        else { return nil }
        return rolesPath + PercentEncoding.encode(role)
    }

    public static func credentials<J: JSONCoding>(in response: HTTPResponse, _: J.Type) throws(MeterError)
        -> Credentials
    {
        guard response.status == 200, let answer = J.parse(response.body), answer.isObject else {
            throw MeterError(
                response.status >= 500 ? .serviceUnavailable : .badResponse,
                "\(serviceName) answered HTTP \(response.status) without credentials",
                fix: "Check what answers at its address: a proxy or a captive portal.", httpStatus: response.status)
        }
        if let code = answer.text("Code"), !code.isSame(as: "Success") {
            throw MeterError(
                .credentialsRejected, "\(serviceName) has no credentials for the instance role: \(code.quotable())",
                fix: "Check the instance profile's role and its trust policy.")
        }
        return try CredentialsJSON.read(answer, tokenName: "Token", from: serviceName, source: .ec2InstanceRole)
    }
}
