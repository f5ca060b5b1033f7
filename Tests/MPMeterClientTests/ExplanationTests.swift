// Holds what an error tells beyond AWS's own words: what was used, what the platform says, and what to attach.

import MPMeterClient
import MPMeterCore
import Testing

@Suite("Errors: InvalidRegion") struct InvalidRegionTests {
    // "The task ARN is asked for after an InvalidRegionException, whose message then names what was used and what the
    // platform says".
    @Test(
        "the message names the Region used, its source, and the task's own",
        arguments: [Variable.AWS_REGION, .AWS_DEFAULT_REGION])
    func disagreement(_ variable: Variable) throws {
        let scene = Scene.task([variable: "us-east-1"])
        scene.machine.on(Route.metering("us-east-1"), Answers.refusal("InvalidRegionException"))
        let error = try scene.failure().error
        #expect(error.status == .invalidRegion)
        for part in ["us-east-1", variable.rawValue, "eu-west-3"] { #expect(error.message.contains(part)) }
        #expect(error.fix.contains(variable.rawValue) && error.fix.contains("eu-west-3"))
        #expect(scene.machine.routes == [Route.taskCredentials, Route.metering("us-east-1"), Route.taskMetadata])
    }

    @Test("the task says the same: both are named, and nothing is to be removed")
    func agreement() throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Answers.refusal("InvalidRegionException"))
        let error = try scene.failure().error
        #expect(
            error.message.contains("eu-west-3, found by AWS_REGION")
                && error.message.contains("the ECS task runs in eu-west-3"))
        #expect(!error.fix.hasPrefix("Remove"))
    }

    @Test(
        "the task does not answer, or there is none: still InvalidRegion, soon, with what was used",
        arguments: [true, false])
    func silence(_ isTask: Bool) throws {
        var scene = Scene.task()
        if !isTask { scene.environment[.ECS_CONTAINER_METADATA_URI_V4] = nil }
        scene.machine.on(Route.taskMetadata, .silence)
        scene.machine.on(Route.metering(), Answers.refusal("InvalidRegionException"))
        let error = try scene.failure().error
        #expect(
            error.status == .invalidRegion && error.message.contains("eu-west-3")
                && error.message.contains("AWS_REGION"))
        #expect(scene.machine.elapsed < 10_000)
    }

    @Test(
        "no other error asks for it",
        arguments: ["CustomerNotEntitledException", "PlatformNotSupportedException", "AccessDeniedException"])
    func others(_ type: String) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Answers.refusal(type))
        _ = try scene.failure()
        #expect(scene.machine.count(Route.taskMetadata) == 0)
    }
}

@Suite("Errors: the fix by source of credentials") struct FixTests {
    private func scene(_ source: CredentialsSource) -> Scene {
        switch source {
        case .eksIRSA: return .pod()
        case .ecsTaskRole: return .task()
        case .eksPodIdentity:
            var scene = Scene.task()
            scene.environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = nil
            scene.environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI] = "http://169.254.170.23/v1/credentials"
            scene.machine.on(Route.podIdentity, Answers.ok(Answers.container()))
            return scene
        case .environment: return .laptop()
        case .sharedCredentialsFile:
            let scene = Scene([.AWS_REGION: "eu-west-3", .HOME: "/root"])
            scene.machine.file(
                "/root/.aws/credentials",
                .text("[default]\naws_access_key_id=A\naws_secret_access_key=\(Secrets.secretKey)"))
            return scene
        case .ec2InstanceRole: return .instance([.AWS_REGION: "eu-west-3"])
        }
    }

    // "When AWS then refuses, the error's `fix` says what to attach": container-metering-registerusage, "must use
    // IRSA", "must use task IAM role".
    static let fixes: [(CredentialsSource, [String])] = [
        (.eksIRSA, ["task role", "IRSA"]), (.ecsTaskRole, ["task role", "IRSA"]),
        (.eksPodIdentity, ["does not support EKS Pod Identity", "Remove", "eks.amazonaws.com/role-arn"]),
        (.environment, ["does not support static keys", "taskRoleArn", "IRSA", "laptop", "integration works"]),
        (
            .sharedCredentialsFile,
            ["does not support static keys", "taskRoleArn", "IRSA", "laptop", "integration works"]
        ),
        (.ec2InstanceRole, ["instance role", "taskRoleArn", "eks.amazonaws.com/role-arn"]),
    ]

    @Test("PlatformNotSupported", arguments: fixes)
    func platform(_ source: CredentialsSource, _ parts: [String]) throws {
        let scene = scene(source)
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        let failure = try scene.failure()
        #expect(failure.error.status == .platformNotSupported && failure.report.credentialsSource == source)
        for part in parts { #expect(failure.error.fix.contains(part)) }
    }

    @Test("AccessDenied: the policy, unless the source itself is what is wrong", arguments: CredentialsSource.allCases)
    func accessDenied(_ source: CredentialsSource) throws {
        let scene = scene(source)
        scene.machine.on(Route.metering(), Answers.refusal("AccessDeniedException"))
        let fix = try scene.failure().error.fix
        let isSupported = source == .eksIRSA || source == .ecsTaskRole
        #expect(fix.contains(isSupported ? "AWSMarketplaceMeteringRegisterUsage" : "does not support"))
    }

    @Test("an unsupported source that AWS accepts all the same is no error", arguments: CredentialsSource.allCases)
    func accepted(_ source: CredentialsSource) throws {
        let scene = scene(source)
        scene.machine.on(Route.metering(), Marketplace.accepts())
        #expect(try scene.register().report.credentialsSource == source)
    }
}
