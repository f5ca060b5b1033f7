// Decides how a variable must be written, whoever reads it: for a registration and for a diagnosis in the same words.
// Quotation marks and white space around a value come from env files, YAML and editors; no SDK takes them away, and
// each fails in a way of its own.

extension Variable {
    /// What a value that breaks the rules keeps from being found or done.
    var statusOfFlaw: Status {
        switch self {
        case .AWS_REGION, .AWS_DEFAULT_REGION, .ECS_CONTAINER_METADATA_URI_V4: .regionNotFound
        case .AWS_CA_BUNDLE, .SSL_CERT_FILE: .tls
        case .AWS_ROLE_ARN, .AWS_WEB_IDENTITY_TOKEN_FILE, .AWS_ROLE_SESSION_NAME,
            .AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
            .AWS_CONTAINER_CREDENTIALS_FULL_URI, .AWS_CONTAINER_AUTHORIZATION_TOKEN,
            .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, .AWS_ACCESS_KEY_ID,
            .AWS_SECRET_ACCESS_KEY, .AWS_SESSION_TOKEN, .AWS_SHARED_CREDENTIALS_FILE, .AWS_PROFILE:
            .credentialsRejected
        default: .invalidArgument
        }
    }

    /// What is wrong with how `value` is written, and the remedy; nothing of the value.
    func flaw(in value: String) -> (what: String, fix: String)? {
        if let edge = value.whiteSpaceAtEdge {
            return (edge, "Remove it where \(rawValue) is set: the file has Windows line endings, or a stray space.")
        }
        if value.isQuoted {
            return (
                "stands in quotation marks",
                """
                Write \(rawValue) without quotation marks where it is set: env files, task definitions and YAML may \
                keep them as part of the value.
                """
            )
        }
        if isSwitch, !value.isSameIgnoringCase(as: "true"), !value.isSameIgnoringCase(as: "false") {
            return (
                "is neither true nor false",
                """
                Set \(rawValue) to true or false, or unset it, which is false. AWS's SDKs know no other words: some \
                refuse them, some take them for false.
                """
            )
        }
        if self == .AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, !value.isSameIgnoringCase(as: "ipv4"),
            !value.isSameIgnoringCase(as: "ipv6")
        {
            return ("is neither IPv4 nor IPv6", "Set \(rawValue) to IPv4 or IPv6, or unset it, which is IPv4.")
        }
        if self == .AWS_ROLE_SESSION_NAME, !Self.isSessionName(value) {
            return (
                "is not a session name that STS accepts: 2 to 64 letters, digits and _+=,.@-",
                "Correct AWS_ROLE_SESSION_NAME, or unset it: a name is then made up."
            )
        }
        return nil
    }

    /// Whether it holds true or false, in any case.
    var isSwitch: Bool {
        switch self {
        case .AWS_USE_FIPS_ENDPOINT, .AWS_USE_DUALSTACK_ENDPOINT, .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS,
            .AWS_EC2_METADATA_DISABLED, .AWS_EC2_METADATA_V1_DISABLED:
            true
        default: false
        }
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    private static func isSessionName(_ text: String) -> Bool {
        (2...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || "_+=,.@-".utf8.contains($0) }
    }
}

extension Environment {
    /// Its value, unless it is unset or empty; throws if it is written in a way that nobody can have meant.
    public func value(_ variable: Variable) throws(MeterError) -> String? {
        guard let text = self[variable] else { return nil }
        if let flaw = variable.flaw(in: text) {
            throw MeterError(variable.statusOfFlaw, "\(variable.rawValue) \(flaw.what)", fix: flaw.fix)
        }
        return text
    }

    /// Throws if one of them is written in a way that nobody can have meant: a switch that is off because of a space
    /// behind "true" is not what was asked for.
    public func check(_ variables: [Variable]) throws(MeterError) {
        for variable in variables { _ = try value(variable) }
    }
}
