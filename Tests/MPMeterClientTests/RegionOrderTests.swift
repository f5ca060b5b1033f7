// Holds the order in which the Region is looked for, and that nothing is asked which the environment answers.

import MPMeterClient
import MPMeterCore
import Testing

@Suite("Region: order") struct RegionOrderTests {
    /// Every source of a Region at once; `without` leaves some out.
    private func everywhere(_ environment: [Variable: String] = [:]) -> Scene {
        var scene = Scene(
            [
                .AWS_REGION: "eu-west-1", .AWS_DEFAULT_REGION: "eu-west-1",
                .ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/1",
                .AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
            ].merging(environment) { $1 })
        scene.environment = scene.environment.filter { environment[$0.key] != "unset" }
        scene.machine.file("/token", .text(Secrets.podToken("eu-central-1")))
        scene.machine.on(Route.taskMetadata, Answers.ok(Answers.task("eu-west-2")))
        scene.machine.on(Route.instanceToken, Answers.ok(Secrets.instanceToken))
        scene.machine.on(Route.instanceRegion, Answers.ok("eu-south-1"))
        return scene
    }

    struct Case: CustomTestStringConvertible {
        let left: [Variable: String]
        let region: String
        let source: RegionSource
        let asked: [String]
        var testDescription: String {
            "\(source.rawValue) without [\(left.keys.map(\.rawValue).sorted().joined(separator: ", "))]"
        }
    }

    static let cases = [
        Case(left: [:], region: "eu-west-1", source: .AWS_REGION, asked: []),
        Case(left: [.AWS_REGION: "unset"], region: "eu-west-1", source: .AWS_DEFAULT_REGION, asked: []),
        Case(
            left: [.AWS_REGION: "unset", .AWS_DEFAULT_REGION: "unset"], region: "eu-west-2", source: .ecsTaskMetadata,
            asked: [Route.taskMetadata]),
        Case(
            left: [.AWS_REGION: "unset", .AWS_DEFAULT_REGION: "unset", .ECS_CONTAINER_METADATA_URI_V4: "unset"],
            region: "eu-central-1",
            source: .eksWebIdentityToken, asked: []),
        Case(
            left: [
                .AWS_REGION: "unset", .AWS_DEFAULT_REGION: "unset", .ECS_CONTAINER_METADATA_URI_V4: "unset",
                .AWS_WEB_IDENTITY_TOKEN_FILE: "unset",
            ], region: "eu-south-1", source: .ec2InstanceMetadata, asked: [Route.instanceToken, Route.instanceRegion]),
        // "An empty value is an unset one": ECS agents and image layers set empty ones.
        Case(left: [.AWS_REGION: ""], region: "eu-west-1", source: .AWS_DEFAULT_REGION, asked: []),
        Case(
            left: [.AWS_REGION: "", .AWS_DEFAULT_REGION: ""], region: "eu-west-2", source: .ecsTaskMetadata,
            asked: [Route.taskMetadata]),
        Case(
            left: [.AWS_REGION: "", .AWS_DEFAULT_REGION: "", .ECS_CONTAINER_METADATA_URI_V4: ""],
            region: "eu-central-1",
            source: .eksWebIdentityToken, asked: []),
        Case(
            left: [
                .AWS_REGION: "", .AWS_DEFAULT_REGION: "", .ECS_CONTAINER_METADATA_URI_V4: "",
                .AWS_WEB_IDENTITY_TOKEN_FILE: "",
            ],
            region: "eu-south-1", source: .ec2InstanceMetadata, asked: [Route.instanceToken, Route.instanceRegion]),
    ]

    @Test(
        "the first source that answers is taken, and metadata are asked only if the environment has no answer",
        arguments: cases)
    func first(_ example: Case) throws {
        let scene = everywhere(example.left)
        let report = try scene.region()
        #expect(report.region?.name.text == example.region)
        #expect(report.region?.source == example.source)
        #expect(scene.machine.routes == example.asked)
    }

    @Test("a registration finds its Region in the same order", arguments: [true, false])
    func registration(_ isConfigured: Bool) throws {
        let scene = Scene.task(isConfigured ? [.AWS_REGION: "eu-west-3"] : [:])
        let registration = try scene.register()
        #expect(registration.report.region?.source == (isConfigured ? .AWS_REGION : .ecsTaskMetadata))
        #expect(
            scene.machine.routes == (isConfigured ? [] : [Route.taskMetadata]) + [
                Route.taskCredentials, Route.metering(),
            ])
    }

    // It becomes part of a host name; to skip it would register somewhere else than the operator said.
    @Test(
        "an invalid value is refused, never skipped", arguments: [Variable.AWS_REGION, .AWS_DEFAULT_REGION],
        [
            "us-east-1a", "us-west-2-lax-1a", "US-EAST-1", "aws-global", "eu-west-3.attacker.example", "eu west 3", "-",
            "global", "x",
        ])
    func invalid(_ variable: Variable, _ text: String) throws {
        let scene = everywhere([.AWS_REGION: "unset", .AWS_DEFAULT_REGION: "unset"].merging([variable: text]) { $1 })
        let failure = try scene.regionFailure()
        #expect(failure.error.status == .regionNotFound)
        #expect(failure.error.message.contains(variable.rawValue))
        #expect(failure.error.fix.contains("Unset \(variable.rawValue)"))
        #expect(scene.machine.routes.isEmpty)
    }

    @Test("AWS_DEFAULT_REGION is not asked when AWS_REGION has answered: an invalid one is a warning")
    func invalidSecond() throws {
        let scene = everywhere([.AWS_DEFAULT_REGION: "us-east-1a"])
        #expect(try scene.region().region?.name.text == "eu-west-1")
        #expect(scene.journal.warnings.contains { $0.contains("AWS_DEFAULT_REGION") })
    }

    // SDKs read opposite variables, so that such a task meters in two Regions.
    @Test("the two variables disagree: a warning that names both")
    func variablesDisagree() throws {
        let scene = everywhere([.AWS_DEFAULT_REGION: "us-east-1", .AWS_WEB_IDENTITY_TOKEN_FILE: "unset"])
        #expect(try scene.region().region?.name.text == "eu-west-1")
        let warning = try #require(scene.journal.warnings.first)
        for part in ["AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION", "us-east-1"] { #expect(warning.contains(part)) }
        #expect(scene.journal.warnings.count == 1)
    }

    @Test(
        "the token's issuer disagrees with the environment: a warning that names both",
        arguments: [Variable.AWS_REGION, .AWS_DEFAULT_REGION])
    func issuerDisagrees(_ variable: Variable) throws {
        let scene = everywhere(
            [.AWS_REGION: "unset", .AWS_DEFAULT_REGION: "unset"].merging([variable: "eu-west-1"]) { $1 })
        #expect(try scene.region().region?.name.text == "eu-west-1")
        let warning = try #require(scene.journal.warnings.first)
        for part in [variable.rawValue, "eu-west-1", "eu-central-1"] { #expect(warning.contains(part)) }
    }

    @Test("all agree, or the token cannot be read: no warning", arguments: [true, false])
    func agreement(_ isThere: Bool) throws {
        let scene = everywhere([.AWS_REGION: "eu-central-1", .AWS_DEFAULT_REGION: "eu-central-1"])
        if !isThere { scene.machine.removeFiles() }
        #expect(try scene.region().region?.name.text == "eu-central-1")
        #expect(scene.journal.warnings.isEmpty)
    }
}

@Suite("Region: where a source fails") struct RegionFailureTests {
    // "Silent us-east-1 fallback is dangerous" (aws/aws-sdk-cpp#1653).
    @Test("never a default: the message lists what was tried, and no request goes to AWS")
    func notFound() throws {
        let scene = Scene()
        let failure = try scene.failure()
        #expect(failure.error.status == .regionNotFound)
        for part in [
            "AWS_REGION", "AWS_DEFAULT_REGION", "ECS task metadata", "EKS web-identity token", "EC2 instance metadata",
        ] {
            #expect(failure.error.message.contains(part))
        }
        #expect(failure.report.region == nil && failure.report.attempts == 0)
        #expect(scene.machine.routes == [Route.instanceToken])
    }

    @Test("the message says why each source that is configured had no answer")
    func reasons() throws {
        let scene = Scene([
            .ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/1", .AWS_EC2_METADATA_DISABLED: "TRUE",
        ])
        scene.machine.on(Route.taskMetadata, Answers.error(404))
        let message = try scene.regionFailure().error.message
        for part in ["HTTP 404", "AWS_EC2_METADATA_DISABLED"] { #expect(message.contains(part)) }
    }

    @Test("a token file that cannot be read is the cause: with it there is a Region, and a role")
    func unreadableToken() throws {
        let scene = Scene([.AWS_WEB_IDENTITY_TOKEN_FILE: "/token", .AWS_EC2_METADATA_DISABLED: "TRUE"])
        scene.machine.file("/token", .unreadable("permission denied"))
        let error = try scene.regionFailure().error
        #expect(error.status == .credentialsRejected)
        for part in ["AWS_WEB_IDENTITY_TOKEN_FILE", "/token", "permission denied", "Region"] {
            #expect(error.message.contains(part))
        }
    }

    // aws/containers-roadmap#337, boto/botocore#3718: there is no Region field, and the zone of a Local Zone does not
    // begin with its Region.
    @Test(
        "the task's Region is that of its ARN, never its Availability Zone",
        arguments: [
            (Answers.task("us-west-2"), "us-west-2"),
            (#"{"TaskARN":"arn:aws-us-gov:ecs:us-gov-west-1:1:task/c/1"}"#, "us-gov-west-1"),
            (#"{"AvailabilityZone":"us-west-2a"}"#, "eu-south-1"),
            (#"{"TaskARN":"arn:aws:ecs:us-west-2a:1:task/c/1","AvailabilityZone":"us-west-2a"}"#, "eu-south-1"),
        ])
    func taskARN(_ document: String, _ region: String) throws {
        let scene = Scene.instance([.ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/1"])
        scene.machine.on(Route.taskMetadata, Answers.ok(document))
        scene.machine.on(Route.instanceRegion, Answers.ok("eu-south-1"))
        #expect(try scene.region().region?.name.text == region)
    }

    @Test(
        "the issuer names the Region in every partition; one that is not EKS's names none",
        arguments: [
            (Secrets.podToken("eu-west-3"), "eu-west-3"), (Secrets.podToken("us-gov-west-1"), "us-gov-west-1"),
            (Secrets.podToken("cn-north-1", suffix: "amazonaws.com.cn"), "cn-north-1"),
            (Secrets.podToken("eu-west-3", suffix: "example.com"), "eu-south-1"),
            ("not a token", "eu-south-1"),
        ])
    func issuer(_ token: String, _ region: String) throws {
        let scene = Scene.instance([.AWS_WEB_IDENTITY_TOKEN_FILE: "/token"])
        scene.machine.file("/token", .text(token))
        scene.machine.on(Route.instanceRegion, Answers.ok("eu-south-1"))
        #expect(try scene.region().region?.name.text == region)
    }
}
