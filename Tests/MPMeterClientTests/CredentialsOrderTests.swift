// Holds the order of credentials, and that a source which is configured and fails ends the search.

import MPMeterClient
import MPMeterCore
import Testing

/// A machine on which every source works, and AWS accepts.
private func everywhere(_ environment: [Variable: String]) -> Scene {
    let scene = Scene.instance([.AWS_REGION: "eu-west-3", .HOME: "/root"].merging(environment) { $1 })
    scene.machine.file("/token", .text(Secrets.podToken()))
    scene.machine.file("/authorization", .text(Secrets.authorization))
    scene.machine.file("/root/.aws/credentials", .text(sharedFile))
    scene.machine.on(Route.sts(), Answers.ok(Answers.sts()))
    scene.machine.on(Route.taskCredentials, Answers.ok(Answers.container()))
    scene.machine.on(Route.podIdentity, Answers.ok(Answers.container(key: "ASIAPODID")))
    return scene
}

private let sharedFile = "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = \(Secrets.secretKey)\n"
private let irsa: [Variable: String] = [
    .AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/pod", .AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
]
private let task: [Variable: String] = [.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1"]
private let podIdentity: [Variable: String] = [
    .AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
    .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/authorization",
]
private let keys: [Variable: String] = [.AWS_ACCESS_KEY_ID: "AKIAENV", .AWS_SECRET_ACCESS_KEY: Secrets.secretKey]
private let nodeRole = [Route.instanceToken, Route.instanceRoles, Route.instanceRole]

@Suite("Credentials: order") struct CredentialsOrderTests {
    struct Case: CustomTestStringConvertible {
        let environment: [[Variable: String]]
        var hasFile = true
        let source: CredentialsSource
        let key: String
        let asked: [String]
        var testDescription: String { "\(source.rawValue) of \(environment.count + (hasFile ? 2 : 1))" }
    }

    // "Roles come before static keys": the SDKs' own chains put keys first.
    static let cases = [
        Case(environment: [irsa, task, podIdentity, keys], source: .eksIRSA, key: "ASIAPOD", asked: [Route.sts()]),
        Case(
            environment: [task, podIdentity, keys], source: .ecsTaskRole, key: "ASIATASK",
            asked: [Route.taskCredentials]),
        Case(environment: [podIdentity, keys], source: .eksPodIdentity, key: "ASIAPODID", asked: [Route.podIdentity]),
        Case(environment: [keys], source: .environment, key: "AKIAENV", asked: []),
        Case(environment: [], source: .sharedCredentialsFile, key: "AKIAFILE", asked: []),
        Case(environment: [], hasFile: false, source: .ec2InstanceRole, key: "ASIANODE", asked: nodeRole),
        // A role alone configures nothing: other tools use AWS_ROLE_ARN too.
        Case(
            environment: [[.AWS_ROLE_ARN: "arn:aws:iam::1:role/x"]], hasFile: false, source: .ec2InstanceRole,
            key: "ASIANODE", asked: nodeRole),
        Case(
            environment: [
                irsa.mapValues { _ in "" }, task.mapValues { _ in "" }, podIdentity.mapValues { _ in "" },
                keys.mapValues { _ in "" },
            ],
            hasFile: false, source: .ec2InstanceRole, key: "ASIANODE", asked: nodeRole),
    ]

    @Test("the first that is configured is used, and no other is asked", arguments: cases)
    func first(_ example: Case) throws {
        let scene = everywhere(example.environment.reduce(into: [:]) { $0.merge($1) { $1 } })
        if !example.hasFile { scene.machine.file("/root/.aws/credentials") }
        let registration = try scene.register()
        #expect(registration.report.credentialsSource == example.source)
        #expect(scene.machine.routes == example.asked + [Route.metering()])
        let signed = try #require(scene.machine.exchanges.last?.header("Authorization"))
        #expect(
            signed.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=\(example.key)/20260101/eu-west-3/aws-marketplace/aws4_request, "))
        let isTemporary = ![.environment, .sharedCredentialsFile].contains(example.source)
        #expect(
            scene.machine.exchanges.last?.header("X-Amz-Security-Token") == (isTemporary ? Secrets.sessionToken : nil))
    }

    // "AWS does not support static keys, node roles or Pod Identity for RegisterUsage, so those are … reported as
    // such". Before the call, that AWS will not take it; after an acceptance all the same, that the answer may be
    // another container's.
    @Test("a source that AWS does not support is used with a warning", arguments: cases)
    func warning(_ example: Case) throws {
        let scene = everywhere(example.environment.reduce(into: [:]) { $0.merge($1) { $1 } })
        if !example.hasFile { scene.machine.file("/root/.aws/credentials") }
        _ = try scene.register()
        let isSupported = [CredentialsSource.eksIRSA, .ecsTaskRole].contains(example.source)
        #expect(scene.journal.warnings.isEmpty == isSupported)
        guard !isSupported else { return }
        #expect(scene.journal.warnings.first?.contains("does not support") == true)
        #expect(
            scene.journal.warnings.last?.contains("from which AWS accepts none") == true
                && scene.journal.warnings.count == 2)
    }
}

@Suite("Credentials: a source that fails ends the search") struct CredentialsFailureTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let environment: [Variable: String]
        /// What the one source answers.
        var route = ""
        var reply = FakeMachine.Reply.silence
        var file: (path: String, content: FakeMachine.File)?
        let status: Status
        let asked: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "IRSA without a role", environment: [.AWS_WEB_IDENTITY_TOKEN_FILE: "/token"],
            status: .credentialsRejected, asked: []),
        Case(
            name: "IRSA, token file missing", environment: irsa.merging([.AWS_WEB_IDENTITY_TOKEN_FILE: "/none"]) { $1 },
            status: .credentialsRejected, asked: []),
        // aws/amazon-eks-pod-identity-webhook#8
        Case(
            name: "IRSA, token file unreadable", environment: irsa, file: ("/token", .unreadable("permission denied")),
            status: .credentialsRejected, asked: []),
        Case(
            name: "IRSA, token file empty", environment: irsa, file: ("/token", .text(" \n")),
            status: .credentialsRejected, asked: []),
        Case(
            name: "IRSA, STS refuses", environment: irsa, route: Route.sts(),
            reply: Answers.stsError("AccessDenied", status: 403),
            status: .credentialsRejected, asked: [Route.sts()]),
        Case(
            name: "IRSA, STS answers something else", environment: irsa, route: Route.sts(),
            reply: Answers.ok("<html></html>"),
            status: .badResponse, asked: [Route.sts()]),
        Case(
            name: "task role, refused", environment: task, route: Route.taskCredentials,
            reply: Answers.error(403, #"{"code":"AccessDenied"}"#),
            status: .credentialsRejected, asked: [Route.taskCredentials]),
        Case(
            name: "task role, not found", environment: task, route: Route.taskCredentials, reply: Answers.error(404),
            status: .credentialsRejected, asked: [Route.taskCredentials]),
        Case(
            name: "task role, no JSON", environment: task, route: Route.taskCredentials, reply: Answers.ok("hello"),
            status: .badResponse,
            asked: [Route.taskCredentials]),
        Case(
            name: "task role, not a path", environment: [.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "@attacker.example/"],
            status: .credentialsRejected, asked: []),
        Case(
            name: "full URI, plain HTTP to a stranger",
            environment: [.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://attacker.example/"],
            status: .credentialsRejected, asked: []),
        Case(
            name: "Pod Identity, no token file",
            environment: podIdentity.merging([.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/none"]) { $1 },
            status: .credentialsRejected, asked: []),
        Case(
            name: "Pod Identity, no association", environment: podIdentity, route: Route.podIdentity,
            reply: Answers.error(400),
            status: .credentialsRejected, asked: [Route.podIdentity]),
        Case(
            name: "a key without its secret", environment: [.AWS_ACCESS_KEY_ID: "AKIAENV"],
            status: .credentialsRejected, asked: []),
        Case(
            name: "a secret without its key", environment: [.AWS_SECRET_ACCESS_KEY: Secrets.secretKey],
            status: .credentialsRejected, asked: []),
        Case(
            name: "a profile that is not there", environment: [.AWS_PROFILE: "work"], status: .credentialsRejected,
            asked: []),
        Case(
            name: "a named file that is missing, with a profile",
            environment: [.AWS_SHARED_CREDENTIALS_FILE: "/none", .AWS_PROFILE: "work"],
            status: .credentialsRejected, asked: []),
        Case(
            name: "a named file that is no text", environment: [.AWS_SHARED_CREDENTIALS_FILE: "/file"],
            file: ("/file", .bytes([0xFF, 0xFE])), status: .credentialsRejected, asked: []),
        Case(
            name: "a named file that is unreadable", environment: [.AWS_SHARED_CREDENTIALS_FILE: "/file"],
            file: ("/file", .unreadable("permission denied")), status: .credentialsRejected, asked: []),
        Case(
            name: "a named file without keys", environment: [.AWS_SHARED_CREDENTIALS_FILE: "/file"],
            file: ("/file", .text("[other]\n")),
            status: .credentialsRejected, asked: []),
        Case(
            name: "half a profile", environment: [:],
            file: ("/root/.aws/credentials", .text("[default]\naws_access_key_id = A\n")),
            status: .credentialsRejected, asked: []),
    ]

    // "A source that is configured and fails ends the search with its own error: never a silent fall to a weaker role"
    @Test("its own error, one try, and no other source is asked", arguments: cases)
    func ends(_ example: Case) throws {
        let scene = everywhere(example.environment)
        if let file = example.file { scene.machine.file(file.path, file.content) }
        if !example.route.isEmpty { scene.machine.on(example.route, example.reply) }
        let failure = try scene.failure()
        #expect(failure.error.status == example.status)
        #expect(failure.report.attempts == 0)
        #expect(scene.machine.routes == example.asked)
        #expect(!failure.error.fix.isEmpty)
    }

    @Test("nothing configured and no metadata: not found, and the message lists what was tried")
    func nothing() throws {
        let scene = Scene([.AWS_REGION: "eu-west-3"])
        let failure = try scene.failure()
        #expect(failure.error.status == .credentialsNotFound)
        for part in ["web-identity token", "container credentials", "environment", "shared", "EC2 instance metadata"] {
            #expect(failure.error.message.contains(part))
        }
        #expect(failure.error.fix.contains("taskRoleArn") && failure.error.fix.contains("IRSA"))
    }
}
