// Holds that AWS is asked in the Regions that its list leaves out, that the list explains a refusal there, and that
// `enforce` refuses before any call.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

// "All AWS Regions except for Asia Pacific (Hong Kong), Middle East (Bahrain), China (Beijing), and China (Ningxia) are
// supported. AWS GovCloud (US-East) and AWS GovCloud (US-West) are not supported": AWS, Integrating Paid Container
// Software.
@Suite("Region: unsupported ones") struct RegionSupportTests {
    static let unsupported = [
        "ap-east-1", "me-south-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1",
    ]

    private func name(_ region: String) -> String {
        "metering.marketplace.\(region).\(region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com")"
    }

    private func scene(_ region: String, _ policy: RegionPolicy = .ask, _ reply: FakeMachine.Reply...) -> Scene {
        var scene = Scene.task([.AWS_REGION: region])
        scene.options.regionPolicy = policy
        scene.machine.on(Route.taskMetadata, Answers.ok(Answers.task(region)))
        scene.machine.on("POST https://\(name(region))/") { _, count in reply[min(count, reply.count) - 1] }
        return scene
    }

    @Test("AWS accepts: the list is old", arguments: unsupported)
    func accepted(_ region: String) throws {
        #expect(ClientOptions().regionPolicy == .ask)
        let scene = Scene.task([.AWS_REGION: region])
        scene.machine.on("POST https://\(name(region))/", Marketplace.accepts())
        #expect(try scene.register().isVerified)
    }

    /// What says that RegisterUsage is not there: no such name, a proxy that cannot find it, and AWS's own words.
    static let absences: [FakeMachine.Reply] = [
        .obstacle(.network, .noSuchName, "the DNS server 10.0.0.2 says that there is no such name"),
        .obstacle(.network, .proxyStatus(502), "CONNECT tunnel failed"),
        Answers.refusal("DisabledApiException"), Answers.refusal("UnknownOperationException"),
        Answers.refusal("InvalidRegionException"), Answers.error(404),
    ]

    @Test(
        "AWS is not there, or says so: refused at once, with the list as the explanation", arguments: unsupported,
        absences.indices)
    func absent(_ region: String, _ index: Int) throws {
        var scene = scene(region, .ask, Self.absences[index])
        scene.environment[.HTTPS_PROXY] = "http://proxy:3128"
        let failure = try scene.failure()
        #expect(failure.error.status == .regionUnsupported && failure.error.status.action == .terminate)
        #expect(
            failure.error.message.contains("not offered in \(region)")
                && failure.error.message.contains("documentation"))
        #expect(failure.report.attempts == 1 && scene.machine.elapsed < 5000)
    }

    @Test(
        "another refusal is told as what it is",
        arguments: [
            (Answers.refusal("CustomerNotEntitledException"), Status.customerNotEntitled),
            (Answers.refusal("PlatformNotSupportedException"), .platformNotSupported),
            (Answers.refusal("AccessDeniedException"), .accessDenied),
        ])
    func refusedOtherwise(_ reply: FakeMachine.Reply, _ status: Status) throws {
        #expect(try scene("ap-east-1", .ask, reply).failure().error.status == status)
    }

    @Test("silence there is not waited out for half an hour")
    func silent() throws {
        let scene = scene("ap-east-1", .ask, .obstacle(.network, .connection, "refused"))
        let failure = try scene.failure()
        #expect(
            failure.error.status == .network
                && failure.error.message.contains("excludes ap-east-1 for RegisterUsage"))
        #expect(scene.machine.elapsed < 150_000)
    }

    @Test("in any other Region a name that is not there is waited for: DNS may come up late")
    func elsewhere() throws {
        var scene = scene("eu-west-3", .ask, .obstacle(.network, .noSuchName, "no such name"))
        scene.options.deadline = 300_000
        #expect(try scene.failure().error.status == .network)
        #expect(scene.machine.elapsed > 200_000)
    }

    @Test("AWS_REGION names such a Region, and the task runs elsewhere: that is what is wrong")
    func wrongRegion() throws {
        let scene = scene("ap-east-1", .ask, Answers.refusal("InvalidRegionException"))
        scene.machine.on(Route.taskMetadata, Answers.ok(Answers.task("eu-west-3")))
        #expect(try scene.failure().error.status == .invalidRegion)
    }

    @Test("the policy `enforce`: refused before any request of any kind", arguments: unsupported)
    func refused(_ region: String) throws {
        var scene = Scene.pod([.AWS_REGION: region])
        scene.options.regionPolicy = .enforce
        let failure = try scene.failure()
        #expect(failure.error.status == .regionUnsupported)
        #expect(failure.error.status.action == .terminate)
        #expect(failure.error.message.contains(region) && failure.error.message.contains("AWS_REGION"))
        #expect(failure.report.region?.name.text == region)
        #expect(scene.machine.routes.isEmpty)
    }

    @Test(
        "refused too when the platform names it, with no request to AWS and none for credentials",
        arguments: unsupported)
    func refusedByMetadata(_ region: String) throws {
        var scene = Scene.task([:])
        scene.options.regionPolicy = .enforce
        scene.machine.on(Route.taskMetadata, Answers.ok(Answers.task(region)))
        #expect(try scene.failure().error.status == .regionUnsupported)
        #expect(scene.machine.routes == [Route.taskMetadata])
    }

    @Test(
        "the policy `attempt` calls all the same",
        arguments: [
            ("ap-east-1", "amazonaws.com"), ("me-south-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn"),
            ("cn-northwest-1", "amazonaws.com.cn"),
            ("us-gov-east-1", "amazonaws.com"), ("us-gov-west-1", "amazonaws.com"),
        ])
    func attempted(_ region: String, _ suffix: String) throws {
        var scene = Scene.task([.AWS_REGION: region])
        scene.options.regionPolicy = .attempt
        scene.machine.on("POST https://metering.marketplace.\(region).\(suffix)/", Marketplace.accepts())
        #expect(try scene.register().isVerified)
    }

    @Test(
        "a Region that no list knows is tried: lists lag",
        arguments: ["us-east-1", "mx-central-1", "ap-southeast-7", "xx-north-9"])
    func unknown(_ region: String) throws {
        let scene = Scene.task([.AWS_REGION: region])
        scene.machine.on(Route.metering(region), Marketplace.accepts())
        #expect(try scene.register().report.region?.name.text == region)
    }

    @Test("to find the Region alone is no error there", arguments: unsupported)
    func found(_ region: String) throws {
        let found = try #require(try Scene([.AWS_REGION: region]).region().region)
        #expect(found.name.text == region && !found.name.offersRegisterUsage)
    }
}
