// Holds the sources for development and for nodes: keys, the shared credentials file, the instance role.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

@Suite("Credentials: shared file (SDKs and Tools Reference Guide, file format)") struct SharedFileTests {
    private static let file = """
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key = \(Secrets.secretKey)
        [work]
        AWS_ACCESS_KEY_ID=AKIAWORK
        aws_secret_access_key=\(Secrets.secretKey)
        aws_session_token=\(Secrets.sessionToken)
        """

    private func scene(_ environment: [Variable: String]) -> Scene {
        let scene = Scene(
            environment.merging([.AWS_REGION: "eu-west-3", .HOME: "/home/me", .AWS_EC2_METADATA_DISABLED: "true"]) {
                old, _ in old
            })
        scene.machine.on(Route.metering(), Marketplace.accepts())
        return scene
    }

    @Test(
        "which file, and which profile",
        arguments: [
            ([:], "/home/me/.aws/credentials", "AKIADEFAULT"),
            ([.AWS_PROFILE: "work"], "/home/me/.aws/credentials", "AKIAWORK"),
            ([.AWS_SHARED_CREDENTIALS_FILE: "/etc/keys"], "/etc/keys", "AKIADEFAULT"),
            ([.AWS_SHARED_CREDENTIALS_FILE: "~/keys", .AWS_PROFILE: "work"], "/home/me/keys", "AKIAWORK"),
            ([Variable.AWS_SHARED_CREDENTIALS_FILE: "", .AWS_PROFILE: ""], "/home/me/.aws/credentials", "AKIADEFAULT"),
        ])
    func fileAndProfile(_ environment: [Variable: String], _ path: String, _ key: String) throws {
        let scene = scene(environment)
        scene.machine.file(path, .text(Self.file))
        #expect(try scene.register().report.credentialsSource == .sharedCredentialsFile)
        let exchange = try #require(scene.machine.exchanges.last)
        #expect(exchange.header("Authorization")?.contains("Credential=\(key)/") == true)
        #expect(exchange.header("X-Amz-Security-Token") == (key == "AKIAWORK" ? Secrets.sessionToken : nil))
    }

    @Test(
        "a usual file that is missing or has no default profile is not configured: the search goes on",
        arguments: [nil, "[work]\n", ""])
    func notConfigured(_ text: String?) throws {
        let scene = Scene.instance([.AWS_REGION: "eu-west-3", .HOME: "/home/me"])
        if let text { scene.machine.file("/home/me/.aws/credentials", .text(text)) }
        #expect(try scene.register().report.credentialsSource == .ec2InstanceRole)
    }

    @Test("keys in the environment come before the file, with their session token", arguments: [true, false])
    func environment(_ isTemporary: Bool) throws {
        var scene = Scene.laptop()
        if isTemporary { scene.environment[.AWS_SESSION_TOKEN] = Secrets.sessionToken }
        scene.environment[.HOME] = "/home/me"
        scene.machine.file("/home/me/.aws/credentials", .text(Self.file))
        #expect(try scene.register().report.credentialsSource == .environment)
        #expect(
            scene.machine.exchanges.last?.header("X-Amz-Security-Token") == (isTemporary ? Secrets.sessionToken : nil))
    }
}

@Suite("Credentials: EC2 instance role") struct InstanceRoleTests {
    @Test("version 2 for the role's name and for its credentials")
    func role() throws {
        let scene = Scene.instance([.AWS_REGION: "eu-west-3"])
        #expect(try scene.register().report.credentialsSource == .ec2InstanceRole)
        #expect(
            scene.machine.exchanges.dropFirst().dropLast().allSatisfy {
                $0.header("x-aws-ec2-metadata-token") == Secrets.instanceToken
            })
    }

    // `platform` is "ec2" where instance metadata have answered (HostPlatform.swift).
    @Test(
        "the platform is EC2 whoever asked the metadata: for the Region, or for the role alone",
        arguments: [[:], [Variable.AWS_REGION: "eu-west-3"]])
    func platform(_ environment: [Variable: String]) throws {
        #expect(try Scene.instance(environment).register().report.platform == .ec2)
    }

    @Test(
        "an instance without a role, metadata switched off, or none: not found, within a second",
        arguments: [
            (Route.instanceRoles, Answers.error(404), [:]), (Route.instanceRoles, Answers.ok(""), [:]),
            (Route.instanceToken, .silence, [:]),
            (Route.instanceRoles, FakeMachine.Reply.silence, [:]), (Route.instanceRole, .silence, [:]),
            (Route.instanceToken, .fail(.network), [:]),
            (Route.instanceToken, Answers.error(403), [:]),
            ("", .silence, [Variable.AWS_EC2_METADATA_DISABLED: "true"]),
        ])
    func notFound(_ route: String, _ reply: FakeMachine.Reply, _ environment: [Variable: String]) throws {
        let scene = Scene.instance(environment.merging([.AWS_REGION: "eu-west-3"]) { $1 })
        scene.machine.on(route, reply)
        let failure = try scene.failure()
        #expect(failure.error.status == .credentialsNotFound)
        #expect(failure.error.message.contains("EC2 instance metadata"))
        #expect(scene.machine.elapsed <= 1001)
        #expect(!scene.machine.routes.contains(Route.metering()))
    }

    @Test("a role that EC2 cannot assume is refused, with EC2's code")
    func code() throws {
        let scene = Scene.instance([.AWS_REGION: "eu-west-3"])
        scene.machine.on(Route.instanceRole, Answers.ok(#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#))
        let error = try scene.failure().error
        #expect(error.status == .credentialsRejected && error.message.contains("AssumeRoleUnauthorizedAccess"))
    }
}
