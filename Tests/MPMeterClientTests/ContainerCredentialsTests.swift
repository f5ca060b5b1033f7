// Holds how the ECS agent and the EKS Pod Identity agent are asked for credentials.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

@Suite("Credentials: container endpoint") struct ContainerCredentialsTests {
    private func scene(_ environment: [Variable: String]) -> Scene {
        let scene = Scene(environment.merging([.AWS_REGION: "eu-west-3"]) { $1 })
        scene.machine.on(Route.metering(), Marketplace.accepts())
        return scene
    }

    // amazon-ecs-agent#1839: an extra "/" gives 404. RELATIVE wins over FULL.
    @Test(
        "the relative URI follows 169.254.170.2 as it stands, and wins over the full one",
        arguments: [
            "/v2/credentials/1", "/v2/credentials/0a1b-2c3d?x=1", "//v2/credentials",
        ])
    func relative(_ path: String) throws {
        let scene = scene([
            .AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path,
            .AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/other",
        ])
        scene.machine.on("GET http://169.254.170.2\(path)", Answers.ok(Answers.container()))
        #expect(try scene.register().report.credentialsSource == .ecsTaskRole)
        #expect(scene.machine.exchanges.first?.header("Authorization") == nil)
    }

    // docs: feature-container-credentials. https to any host; http to loopback and the agents alone.
    @Test(
        "hosts of the full URI",
        arguments: [
            ("https://agent.example/credentials", true), ("http://localhost:1080/c", true),
            ("http://127.0.0.1/c", true), ("http://127.9.9.9:8/c", true),
            ("http://[::1]/c", true), ("http://169.254.170.2/c", true), ("http://169.254.170.23/c", true),
            ("http://[fd00:ec2::23]/c", true),
            ("http://169.254.170.24/c", false), ("http://169.254.169.254/c", false), ("http://agent.example/c", false),
            ("http://[fd00:ec2::254]/c", false), ("http://127.0.0.1.example/c", false), ("http://2130706434/c", true),
            ("ftp://localhost/c", false),
            ("localhost/c", false), ("http://user@localhost/c", false),
        ])
    func hosts(_ uri: String, _ isAccepted: Bool) throws {
        // 2130706434 is 127.0.0.2 to libcurl, which makes the connection.
        let sent = uri == "http://2130706434/c" ? "http://127.0.0.2/c" : uri
        let scene = scene([.AWS_CONTAINER_CREDENTIALS_FULL_URI: uri])
        scene.machine.on("GET \(sent)", Answers.ok(Answers.container()))
        if isAccepted {
            _ = try scene.register()
            #expect(scene.machine.routes == ["GET \(sent)", Route.metering()])
        } else {
            #expect(try scene.failure().error.status == .credentialsRejected)
            #expect(scene.machine.routes.isEmpty)
        }
    }

    @Test("the token file beats the token, and goes into Authorization as it is", arguments: [true, false])
    func authorization(_ hasFile: Bool) throws {
        var scene = scene([
            .AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/c",
            .AWS_CONTAINER_AUTHORIZATION_TOKEN: "from the variable",
        ])
        if hasFile { scene.environment[.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE] = "/authorization" }
        scene.machine.file("/authorization", .text(Secrets.authorization))
        scene.machine.on("GET http://localhost/c", Answers.ok(Answers.container()))
        _ = try scene.register()
        #expect(
            scene.machine.exchanges.first?.header("Authorization")
                == (hasFile ? Secrets.authorization : "from the variable"))
    }

    // RFC 9110, section 5.5: a line end would begin another header.
    @Test(
        "an authorization with a line end or a control character is refused before it is sent",
        arguments: ["a\r\nX: y", "a\nb", "a\u{1}b", "\u{7F}"])
    func injection(_ token: String) throws {
        for environment: [Variable: String] in [
            [.AWS_CONTAINER_AUTHORIZATION_TOKEN: token], [.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/authorization"],
        ] {
            let scene = scene(environment.merging([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/c"]) { $1 })
            scene.machine.file("/authorization", .text(token))
            #expect(try scene.failure().error.status == .credentialsRejected)
            #expect(scene.machine.routes.isEmpty)
        }
    }

    @Test("the token file is re-read for each fetch: the agent rotates it")
    func rotation() throws {
        let scene = scene([
            .AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/c",
            .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/authorization",
        ])
        scene.machine.file("/authorization", .text("first"), .text("second"))
        scene.machine.on("GET http://localhost/c", Answers.ok(Answers.container()))
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.refusal("ExpiredTokenException")))
        _ = try scene.register()
        #expect(
            scene.machine.exchanges("GET http://localhost/c").map { $0.header("Authorization") } == ["first", "second"])
    }

    // botocore, ContainerMetadataFetcher: 2 s, three attempts.
    @Test(
        "no answer is waited for three times, in seconds, and then it is final",
        arguments: [
            (FakeMachine.Reply.fail(.network), Status.network), (.silence, .network),
        ])
    func threeTries(_ reply: FakeMachine.Reply, _ status: Status) throws {
        let scene = Scene.task()
        scene.machine.on(Route.taskCredentials, reply)
        let failure = try scene.failure()
        #expect(failure.error.status == status)
        #expect(scene.machine.routes == Array(repeating: Route.taskCredentials, count: 3))
        #expect(scene.machine.elapsed < 10_000)
        #expect(failure.report.credentialsSource == .ecsTaskRole)
    }

    static let unreadyAgents: [(FakeMachine.Reply, String)] = [
        (Answers.error(503, #"{"code":"InternalServerError","message":"uninitialized"}"#), "agent"),
        (Answers.error(500), "agent"),
        (Answers.error(429), "asked too often"),
        (
            Answers.error(
                400, #"{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found"}"#),
            "no longer knows the task"
        ),
    ]

    // amazon-ecs-agent#4833: after a restart it answers 400 InvalidIdInRequest for some seconds.
    @Test("an agent that is not ready is given some seconds", arguments: unreadyAgents)
    func unready(_ reply: FakeMachine.Reply, _ remedy: String) throws {
        let scene = Scene.task()
        scene.machine.on(Route.taskCredentials) { [machine = scene.machine] _, _ in
            machine.elapsed < 9000 ? reply : Answers.ok(Answers.container())
        }
        _ = try scene.register()
        #expect(scene.machine.elapsed < 13_000)
    }

    @Test("an agent that never is ready ends the call within half a minute, with the remedy", arguments: unreadyAgents)
    func neverReady(_ reply: FakeMachine.Reply, _ remedy: String) throws {
        let scene = Scene.task()
        scene.machine.on(Route.taskCredentials, reply)
        let failure = try scene.failure()
        #expect(failure.error.status == .serviceUnavailable && failure.error.fix.contains(remedy), "\(failure.error)")
        #expect(scene.machine.elapsed < 30_000 && failure.report.attempts == 0)
        let shorter = Scene.task()
        var hurried = Scene(machine: shorter.machine, like: shorter)
        hurried.options.deadline = 3000
        hurried.machine.on(Route.taskCredentials, reply)
        #expect(try hurried.failure().error.status == .serviceUnavailable)
        #expect(hurried.machine.elapsed <= 3000)
    }

    @Test("the third try may still succeed")
    func thirdTry() throws {
        let scene = Scene.task()
        scene.machine.on(Route.taskCredentials, .silence, Answers.error(503), Answers.ok(Answers.container()))
        #expect(try scene.register().isVerified)
        #expect(scene.machine.count(Route.taskCredentials) == 3)
    }

    @Test(
        "who stands behind the endpoint",
        arguments: [
            (
                [.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials"],
                CredentialsSource.eksPodIdentity
            ),
            ([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://[fd00:ec2::23]/v1/credentials"], .eksPodIdentity),
            ([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.2/v2/c"], .ecsTaskRole),
            (
                [
                    Variable.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost/c",
                    .AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
                ], .ecsTaskRole
            ),
        ])
    func source(_ environment: [Variable: String], _ source: CredentialsSource) throws {
        let scene = scene(environment)
        let url = try #require(environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI])
        scene.machine.on("GET \(url)", Answers.ok(Answers.container(expiration: nil)))
        #expect(try scene.register().report.credentialsSource == source)
    }
}
