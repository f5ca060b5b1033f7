// Decides what is said of the credentials: which sources there are, which one signs, whether AWS takes RegisterUsage
// from it, and whether it answers.

internal import MPMeterCore
internal import MPMeterTransport

extension Examination {
    func examineCredentials() throws(MeterError) {
        examineStaticKeys()
        examinePodIdentity()
        examineRole()
        examineRoleToken()
        try examineAnswer()
    }

    /// Whether a task or pod role is configured, which this library prefers to keys.
    private var hasRole: Bool {
        WebIdentity.isConfigured(environment) || ContainerCredentials.isConfigured(environment)
    }

    private func examineStaticKeys() {
        var found: [String] = []
        var unusable: MeterError?
        if environment[.AWS_ACCESS_KEY_ID] != nil || environment[.AWS_SECRET_ACCESS_KEY] != nil {
            found.append(
                """
                AWS_ACCESS_KEY_ID (\(Self.short(environment[.AWS_ACCESS_KEY_ID] ?? ""))) and AWS_SECRET_ACCESS_KEY in \
                the environment
                """
            )
            do throws(MeterError) { _ = try EnvironmentCredentials.credentials(environment) } catch { unusable = error }
        }
        do throws(MeterError) {
            if let keys = try call.sharedFileCredentials(), let file = try SharedCredentialsFile.path(environment) {
                found.append("a key (\(Self.short(keys.accessKeyID))) in \(file.path.showablePath)")
            }
        } catch {
            unusable = unusable ?? error
        }
        if let unusable, !hasRole { return fail(.staticKeys, unusable) }
        if found.isEmpty { return pass(.staticKeys, "none in the environment, none in a shared credentials file") }
        let seen = found.joined(separator: "; ")
        let removal = "Remove them from the image, the task definition and the pod."
        if hasRole {
            warn(
                .staticKeys,
                "\(seen). This library signs with the role, but the SDKs beside it would take the keys first", removal)
        } else {
            fail(
                .staticKeys, .platformNotSupported,
                "static keys would sign, from which AWS does not take RegisterUsage: \(seen)",
                CredentialsSource.environment.fix ?? removal)
        }
    }

    /// What may be shown of an access key's id.
    static func short(_ id: String) -> String {
        guard id.isAccessKeyID else { return "not an access key's id" }
        return (String(utf8: id.utf8.prefix(4)) ?? "").printable + "..."
            + (String(utf8: id.utf8.suffix(4)) ?? "").printable
    }

    private func examinePodIdentity() {
        guard ContainerCredentials.isConfigured(environment),
            let url = try? ContainerCredentials.url(environment, P.URLs.self),
            ContainerCredentials.source(environment, url) == .eksPodIdentity
        else { return skip(.podIdentity, "the pod has none") }
        if WebIdentity.isConfigured(environment) {
            return pass(
                .podIdentity, "the pod has both, and this library uses IRSA",
                advice: "Remove the Pod Identity association: one of the two is enough.")
        }
        fail(
            .podIdentity, .platformNotSupported,
            """
            the pod's credentials come from EKS Pod Identity (AWS_CONTAINER_CREDENTIALS_FULL_URI), which AWS does not \
            support for RegisterUsage; it hides IRSA where a service account has both
            """,
            CredentialsSource.eksPodIdentity.fix ?? "")
    }

    private func examineRole() {
        if let cause = failed(among: .podIdentity) { return skip(.role, after: cause) }
        guard hasRole else { return explainMissingRole() }
        if WebIdentity.isConfigured(environment) { return examineRoleARN() }
        do throws(MeterError) { _ = try ContainerCredentials.url(environment, P.URLs.self) } catch {
            return fail(.role, error)
        }
        pass(.role, "the ECS task's own role")
    }

    private func examineRoleARN() {
        let role: String
        do throws(MeterError) {
            role = try WebIdentity.roleARN(environment)
            _ = try environment.value(.AWS_ROLE_SESSION_NAME)
        } catch { return fail(.role, error) }
        let fields = role.fields(separatedBy: UInt8(ascii: ":"))
        if let region, Partition.isKnown(fields[1]), !Partition(of: region).hasID(fields[1]) {
            return fail(
                .role, .credentialsRejected,
                """
                the role is of partition \(fields[1]), but \(region.text) is in \(Partition(of: region).id): \
                \(role.quotable())
                """,
                "Name a role of the account that the cluster runs in. \(WebIdentity.correction)")
        }
        pass(.role, "IRSA: \(role.quotable())")
    }

    /// No role at all: what would sign in its place is AWS's to refuse.
    private func explainMissingRole() {
        if let cause = failed(among: .staticKeys) { return skip(.role, after: cause) }
        let instead =
            "nothing but the EC2 instance's role is left to sign, which AWS does not support for RegisterUsage"
        // With the instance's role AWS would be asked, and refuse.
        let status: Status = outcome(.instanceMetadata) == .pass ? .platformNotSupported : .credentialsNotFound
        let lost = process.lostVariables.isEmpty ? "" : lostVariablesAdvice
        switch call.report.platform ?? .none {
        case .ecs, .fargate:
            fail(
                .role, status, "the task has no role: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set; \(instead)",
                """
                Give the task definition a taskRoleArn (not only an executionRoleArn) that allows \
                aws-marketplace:\(request.metering == nil ? "RegisterUsage" : "MeterUsage").
                """
            )
        case .eks:
            let wasMounted = machine.isReadable("/var/run/secrets/eks.amazonaws.com/serviceaccount/token", limit: 65536)
            let arn = environment[.AWS_ROLE_ARN] == nil ? "" : " (AWS_ROLE_ARN alone is not enough)"
            fail(
                .role, status,
                """
                the pod's service account has no role: AWS_WEB_IDENTITY_TOKEN_FILE is not \
                set\(arn)\(wasMounted ? ", although the role's token is mounted" : ""); \(instead)
                """,
                wasMounted
                    ? "Do not unset or override AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN in the pod."
                    : """
                    Annotate the service account with eks.amazonaws.com/role-arn (IRSA), let the pod use that service \
                    account, and start the pod again.
                    """
            )
        case .ec2, .none:
            fail(
                .role, status, "neither a task nor a pod role is configured; \(instead)",
                lost + "\(Status.credentialsNotFound.fix)")
        }
    }

    private func examineAnswer() throws(MeterError) {
        let blocking = failed(among: .podIdentity, .role, .roleToken) ?? (hasRole ? nil : failed(among: .staticKeys))
        guard let region else {
            let cause = failed(among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata) ?? .region
            return skip(.credentials, after: blocking ?? cause)
        }
        if let cause = failed(among: .role, .roleToken), hasRole { return skip(.credentials, after: cause) }
        let answer = try attempt { () throws(MeterError) in
            try call.within(Self.servicePatience) { () throws(MeterError) in try call.findCredentials(region) }
        }
        switch answer {
        case .success(let credentials):
            hasCredentials = true
            describe(credentials, after: blocking)
        case .failure(let error):
            if let blocking { return skip(.credentials, after: blocking) }
            describe(error, region)
        }
    }

    private func describe(_ credentials: Credentials, after cause: CheckID?) {
        let now = machine.unixSeconds + (call.clock?.offset ?? 0)
        let left = credentials.expiration.map { $0.seconds - now }
        let expiry = left.map { $0 > 0 ? ", for another \(Self.duration($0.magnitude))" : "" } ?? ", with no expiry"
        let seen =
            "\(credentials.source.rawValue) answers with access key \(Self.short(credentials.accessKeyID))\(expiry)"
        if let cause { return skip(.credentials, "\"\(cause.title)\" failed; \(seen)") }
        if let left, left <= 0 {
            return fail(
                .credentials, .notAuthenticated, "\(seen), but they expired \(Self.duration(left.magnitude)) ago",
                "Check the host's clock, and on ECS/EC2 the ECS agent; then start the task or pod again.")
        }
        if let left, left < 300 {
            return warn(
                .credentials, "\(seen): AWS may refuse them before the library has others",
                "Check why the platform hands out credentials that end so soon.")
        }
        pass(.credentials, "\(seen); AWS takes RegisterUsage from it")
    }

    private func describe(_ error: MeterError, _ region: RegionName) {
        // The same way, blocked by the same thing.
        if let cause = failed(among: .caRoots, .proxy, .endpoint), call.report.credentialsSource == .eksIRSA,
            [.tls, .network, .deadline, .invalidArgument].contains(error.status)
        {
            return skip(.credentials, after: cause)
        }
        switch call.report.credentialsSource {
        case .eksIRSA?: describeSTS(error, region)
        case .ecsTaskRole?:
            let advice: String
            if error.status == .serviceUnavailable {
                advice = error.fix
            } else if error.httpStatus >= 400, error.httpStatus < 500 {
                advice = """
                    Check that the task role exists and that its trust policy lets ecs-tasks.amazonaws.com assume it; \
                    then start the task again.
                    """
            } else if error.status == .credentialsRejected {
                advice = error.fix
            } else {
                advice = """
                    Check that nothing (a proxy, a firewall, a service mesh) stands between the container and \
                    169.254.170.2, and that the ECS agent runs; start the task again.
                    """
            }
            fail(.credentials, error.status, error.message, advice)
        default: fail(.credentials, error)
        }
    }

    private func describeSTS(_ error: MeterError, _ region: RegionName) {
        let role = environment[.AWS_ROLE_ARN]?.showable() ?? ""
        let isOfProxy = call.lastFailure?.isOfProxy ?? false
        guard error.awsType == nil, error.httpStatus == 0 || isOfProxy, let endpoint = try? call.stsEndpoint(in: region)
        else {
            let advice =
                error.awsType.map { $0.isSame(as: "ValidationError") } ?? false
                ? "Correct the role's ARN in the service account's annotation." : error.fix
            return fail(.credentials, error.status, "\(Self.meaning(of: error))\(error.message) (role \(role))", advice)
        }
        let obstacle = explain(error, HTTPRequest(.POST, endpoint, to: .service), .AWS_ENDPOINT_URL_STS)
        // Its share of the time was up, not the diagnosis'.
        let status = error.status == .deadline && !call.isOver ? .network : error.status
        fail(.credentials, status, "STS: \(obstacle.seen)", obstacle.advice)
    }

    /// What STS means by a refusal, before its own words.
    private static func meaning(of error: MeterError) -> String {
        switch error.awsType ?? "" {
        case "AccessDenied", "AccessDeniedException": "the role's trust policy does not name this service account: "
        case "InvalidIdentityToken": "IAM does not trust the cluster that issued the pod's token: "
        case "ExpiredToken", "ExpiredTokenException": "the pod's token has expired: "
        case "ValidationError": "STS does not accept the role's name: "
        case "RegionDisabledException": "STS is not activated in this Region for the account: "
        default: ""
        }
    }
}
