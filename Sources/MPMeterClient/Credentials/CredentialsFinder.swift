// Decides whose credentials sign: the first source that is configured, in the order of `CredentialsSource`. One that is
// configured and fails ends the search with its own error: there is no silent fall to a weaker role. Roles come before
// static keys, unlike in the SDKs, because AWS takes RegisterUsage from a role alone.

internal import MPMeterCore
internal import MPMeterSystem

extension Call {
    func findCredentials(_ region: RegionName) throws(MeterError) -> Credentials {
        let credentials = try configuredCredentials(region)
        report.credentialsSource = credentials.source
        keepSecret(credentials.secretAccessKey.reveal())
        if let token = credentials.sessionToken { keepSecret(token.reveal()) }
        log(.info, "credentials from \(credentials.source.rawValue)")
        if let fix = credentials.source.fix, !hasWarnedOfSource {
            hasWarnedOfSource = true
            log(.warning, fix)
        }
        return credentials
    }

    private func configuredCredentials(_ region: RegionName) throws(MeterError) -> Credentials {
        if WebIdentity.isConfigured(environment) {
            report.credentialsSource = .eksIRSA
            return try webIdentityCredentials(region)
        }
        if ContainerCredentials.isConfigured(environment) { return try containerCredentials() }
        if let credentials = try EnvironmentCredentials.credentials(environment) { return credentials }
        if let credentials = try sharedFileCredentials() { return credentials }
        return try instanceCredentials()
    }

    private func containerCredentials() throws(MeterError) -> Credentials {
        let url = try ContainerCredentials.url(environment, P.URLs.self)
        let source = ContainerCredentials.source(environment, url)
        report.credentialsSource = source
        var authorization = try environment.value(.AWS_CONTAINER_AUTHORIZATION_TOKEN)
        if let path = try environment.value(.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) {
            authorization = try secretFile(path, .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)
        }
        if let authorization { keepSecret(authorization) }
        let request = try ContainerCredentials.request(url, authorization: authorization)
        let response = try metadata(request, ContainerCredentials.serviceName, tries: 3)
        if AgentReadiness.isMissing(response) {
            var last = AgentReadiness.error(response, ContainerCredentials.serviceName, P.JSON.self)
            last.isFinal = true
            throw last
        }
        do {
            return try ContainerCredentials.credentials(in: response, source: source, P.JSON.self)
        } catch {
            var last = error
            last.isFinal = true
            throw last
        }
    }

    func sharedFileCredentials() throws(MeterError) -> Credentials? {
        guard let file = try SharedCredentialsFile.path(environment) else { return nil }
        let profile = try SharedCredentialsFile.profile(environment)
        let text: String
        do {
            // A file that is not text has no profile.
            text = String(utf8: try machine.readFile(file.path, limit: 1 << 20)) ?? ""
        } catch {
            if error.isMissing { try refuseOtherWays(profile, in: nil) }
            guard file.isExplicit else { return nil }
            // Like the SDKs: naming a file that is not there is a way to have none, unless a profile was asked for.
            if error.isMissing, environment[.AWS_PROFILE] == nil {
                log(.warning, "there is no shared credentials file at \(file.path.showablePath)")
                return nil
            }
            throw MeterError(
                .credentialsRejected,
                "The shared credentials file \(file.path.showablePath) cannot be read: \(error.reason)",
                fix: environment[.AWS_SHARED_CREDENTIALS_FILE] == nil
                    ? "Unset AWS_PROFILE, or create the file; in a container use a task role or IRSA."
                    : "Correct or unset AWS_SHARED_CREDENTIALS_FILE; in a container use a task role or IRSA.")
        }
        if let credentials = try SharedCredentialsFile.credentials(in: text, profile: profile) { return credentials }
        try refuseOtherWays(profile, in: text)
        guard file.isExplicit else { return nil }
        throw MeterError(
            .credentialsRejected,
            "The shared credentials file \(file.path.showablePath) has no keys for profile \(profile.showable())",
            fix: environment[.AWS_PROFILE] == nil
                ? """
                Correct or unset AWS_SHARED_CREDENTIALS_FILE, or give the file a profile [default]; in a container use \
                a task role or IRSA.
                """
                : "Correct or unset AWS_PROFILE; in a container use a task role or IRSA.")
    }

    /// Throws if the profile has credentials that only an SDK gets at. `text` is the credentials file's.
    private func refuseOtherWays(_ profile: String, in text: String?) throws(MeterError) {
        let configuration = SharedCredentialsFile.configurationPath(environment).flatMap {
            (try? machine.readFile($0, limit: 1 << 20)).flatMap { String(utf8: $0) }
        }
        for text in [text, configuration] {
            guard let text, let way = SharedCredentialsFile.otherWay(in: text, profile: profile) else { continue }
            throw MeterError(
                .credentialsRejected,
                "The profile \(profile.showable()) gets its credentials by \(way), which this library does not read",
                fix: """
                    Run eval \"$(aws configure export-credentials --profile \(profile.quotable(limit: 60)) --format \
                    env)\" first; in a container use a task role or IRSA.
                    """
            )
        }
    }

    private func instanceCredentials() throws(MeterError) -> Credentials {
        do throws(MeterError) {
            let metadata = try openInstanceMetadata(within: 1000)
            let roles = try metadata.get(InstanceMetadata.rolesPath)
            guard let path = InstanceMetadata.rolePath(in: roles) else {
                throw MeterError(.credentialsNotFound, "the instance has no role (HTTP \(roles.status))")
            }
            return try InstanceMetadata.credentials(in: try metadata.get(path), P.JSON.self)
        } catch {
            switch error.status {
            case .cancelled, .deadline, .outOfMemory, .credentialsRejected: throw error
            default:
                throw MeterError(
                    .credentialsNotFound,
                    """
                    No AWS credentials were found: no web-identity token, no container credentials, no keys in the \
                    environment or a shared credentials file; \(Self.told("EC2 instance metadata", error.message))
                    """)
            }
        }
    }

    /// A small file whose path an environment variable gives, read anew each time, because the platform rotates it.
    func secretFile(_ path: String, _ variable: Variable) throws(MeterError) -> String {
        let bytes: [UInt8]
        do {
            bytes = try machine.readFile(path, limit: 65536)
        } catch {
            if let secret = path.misplacedPathSecret {
                let holds = secret.isSame(as: "a token") ? "a token's text" : "what looks like \(secret)"
                throw MeterError(
                    .credentialsRejected, "\(variable.rawValue) holds \(holds), not the path of a file",
                    fix: """
                        Do not set \(variable.rawValue) by hand: the platform sets it to the path of the file that it \
                        mounts. Replace what was put there.
                        """
                )
            }
            throw MeterError(
                .credentialsRejected,
                "The file that \(variable.rawValue) names, \(path.showablePath), cannot be read: \(error.reason)",
                fix: Remedy.ofTokenFile(error, variable))
        }
        guard let text = String(utf8: bytes), !text.trimmed.isEmpty else {
            throw MeterError(
                .credentialsRejected,
                "The file that \(variable.rawValue) names, \(path.showablePath), is empty or not text",
                fix: "Check that the platform mounted it; start the container again.")
        }
        return text
    }
}
