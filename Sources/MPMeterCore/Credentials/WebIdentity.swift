// Decides how IAM roles for service accounts (IRSA) are turned into credentials: the form that is sent to STS, and what
// its answer means. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

public enum WebIdentity {
    /// Whether the environment configures it. A role alone does not: other tools use AWS_ROLE_ARN too.
    public static func isConfigured(_ environment: Environment) -> Bool {
        environment[.AWS_WEB_IDENTITY_TOKEN_FILE] != nil
    }

    /// The role, or why the configuration is incomplete.
    public static func roleARN(_ environment: Environment) throws(MeterError) -> String {
        if let secret = environment[.AWS_ROLE_ARN]?.misplacedSecret {
            throw MeterError(
                .credentialsRejected,
                "AWS_ROLE_ARN is not the ARN of a role: it is not shown, as it looks like \(secret)", fix: correction)
        }
        guard let role = try environment.value(.AWS_ROLE_ARN) else {
            throw MeterError(
                .credentialsRejected, "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
                fix: "Annotate the service account with eks.amazonaws.com/role-arn and start the pod again.")
        }
        // STS would refuse it as a role that does not trust the pod.
        let fields = role.fields(separatedBy: UInt8(ascii: ":"))
        let isARN =
            fields.count == 6 && fields[0].isSame(as: "arn") && fields[1].startsWith("aws")
            && fields[2].isSame(as: "iam") && fields[5].startsWith("role/")
        guard isARN, fields[4].utf8.count == 12, fields[4].utf8.allSatisfy({ $0.isDigitASCII }) else {
            throw MeterError(
                .credentialsRejected, "AWS_ROLE_ARN is not the ARN of a role: \(role.quotable(limit: 80))",
                fix: correction)
        }
        return role
    }

    /// What mends an ARN that is wrong.
    public static var correction: String {
        """
        Correct the service account's annotation eks.amazonaws.com/role-arn (arn:aws:iam::123456789012:role/name) and \
        start the pod again.
        """
    }

    /// `endpoint` is the Region's STS; `token` the content of the token file. Unsigned: the token is the proof.
    public static func request(endpoint: URLParts, roleARN: String, sessionName: String, token: String) -> HTTPRequest {
        let form = PercentEncoding.form([
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", roleARN),
            ("RoleSessionName", sessionName),
            ("WebIdentityToken", token),
        ])
        let headers = [
            HTTPHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            HTTPHeader("Accept", "application/json"),
        ]
        return HTTPRequest(.POST, endpoint, headers: headers, body: form, to: .service)
    }

    public static func credentials<J: JSONCoding>(in response: HTTPResponse, _: J.Type) throws(MeterError)
        -> Credentials
    {
        let document = STSDocument(response.body, J.self)
        guard response.isSuccess else { throw error(response, document) }
        guard let credentials = document?.credentials else {
            throw MeterError(
                .badResponse, "STS answered something that is not an AssumeRoleWithWebIdentity answer",
                fix: "Check what answers in place of STS: a proxy or a wrong AWS_ENDPOINT_URL_STS.",
                httpStatus: response.status,
                requestID: document?.requestID?.printable)
        }
        return try CredentialsJSON.read(credentials, tokenName: "SessionToken", from: "STS", source: .eksIRSA)
    }

    private static func error(_ response: HTTPResponse, _ document: STSDocument?) -> MeterError {
        let code = document?.errorCode
        let said = code.map { " " + $0.printable } ?? ""
        let detail = document?.errorMessage.map { ": " + $0.printable } ?? ""
        var error = MeterError(
            .credentialsRejected, "STS AssumeRoleWithWebIdentity answered HTTP \(response.status)\(said)\(detail)",
            httpStatus: response.status, awsType: code?.printable, requestID: document?.requestID?.printable)
        switch code ?? "" {
        case "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException":
            error.status = .throttled
        case "IDPCommunicationError":
            error.status = .serviceUnavailable
            error.fix = """
                Check that the cluster's OIDC issuer answers on the internet: STS could not read its keys. Then start \
                the pod again.
                """
            return error
        case "RegionDisabledException":
            error.fix =
                "Activate STS for this Region in the account settings of IAM, or run in a Region where it is active."
        case "AccessDenied", "AccessDeniedException":
            error.fix =
                AccessDenial.fix(document?.errorMessage ?? "", action: "sts:AssumeRoleWithWebIdentity")
                    ?? """
                    Check the role's trust policy: it must allow sts:AssumeRoleWithWebIdentity for this cluster's OIDC \
                    provider and this service account.
                    """
        case "InvalidIdentityToken":
            error.fix = fixOfToken(document?.errorMessage ?? "")
        case "ExpiredTokenException", "ExpiredToken":
            error.fix =
                "Start the pod again, so that the kubelet writes a new service account token; check the node's clock."
        default:
            if code == nil {
                error.fix = "Check what answers in place of STS: a proxy or a wrong AWS_ENDPOINT_URL_STS."
            }
            if response.status >= 500 { error.status = .serviceUnavailable }
            if response.status == 429 { error.status = .throttled }
        }
        if error.status == .throttled {
            error.fix = "Start the pod again later: the account's calls of STS are throttled in this Region."
        } else if error.status != .credentialsRejected {
            error.fix = error.status.fix.description
        }
        return error
    }

    /// By STS's own words: all but the last say that there is a provider.
    /// https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors
    private static func fixOfToken(_ message: String) -> String {
        if message.contains(bytesOf: "audience") {
            return """
                Add sts.amazonaws.com to the client IDs of IAM's OIDC provider for this cluster \
                (iam:AddClientIDToOpenIDConnectProvider).
                """
        }
        if message.contains(bytesOf: "thumbprint") {
            return """
                The thumbprint in IAM's OIDC provider for this cluster is stale: update it \
                (iam:UpdateOpenIDConnectProviderThumbprint).
                """
        }
        if message.contains(bytesOf: "verification key") {
            return """
                STS cannot fetch the cluster's keys from its issuer: check that the issuer's address and its keys can \
                be read on the internet, and that the cluster still exists.
                """
        }
        return """
            Check that IAM has the cluster's OIDC provider (iam:CreateOpenIDConnectProvider), in the role's own account.
            """
    }

    /// Whether asking again soon can help although STS refused: it takes a while to know a new provider, and the SDKs
    /// try again too (aws-c-auth, credentials_provider_sts_web_identity.c).
    public static func isWorthAnotherTry(_ error: MeterError) -> Bool {
        error.awsType?.isSame(as: "InvalidIdentityToken") ?? false
    }
}
