// Holds that Regions without RegisterUsage are refused before any call, unless the vendor attempts them all the same.

import MPMeterClient
import MPMeterCore
import Testing

// "All AWS Regions except for Asia Pacific (Hong Kong), Middle East (Bahrain), China (Beijing), and China (Ningxia) are supported. AWS
// GovCloud (US-East) and AWS GovCloud (US-West) are not supported": AWS, Integrating Paid Container Software.
@Suite("Region: unsupported ones") struct RegionSupportTests {
    static let unsupported = ["ap-east-1", "me-south-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"]

    @Test("refused before any request of any kind", arguments: unsupported)
    func refused(_ region: String) throws {
        let scene = Scene.pod([.AWS_REGION: region])
        let failure = try scene.failure()
        #expect(failure.error.status == .regionUnsupported)
        #expect(failure.error.status.action == .terminate)
        #expect(failure.error.message.contains(region) && failure.error.message.contains("AWS_REGION"))
        #expect(failure.report.region?.name.text == region)
        #expect(scene.machine.routes.isEmpty)
    }

    @Test("refused too when the platform names it, with no request to AWS and none for credentials", arguments: unsupported)
    func refusedByMetadata(_ region: String) throws {
        let scene = Scene.task([:])
        scene.machine.on(Route.taskMetadata, Answers.ok(Answers.task(region)))
        #expect(try scene.failure().error.status == .regionUnsupported)
        #expect(scene.machine.routes == [Route.taskMetadata])
    }

    @Test("the policy `attempt` calls all the same", arguments: [
        ("ap-east-1", "amazonaws.com"), ("me-south-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn"), ("cn-northwest-1", "amazonaws.com.cn"),
        ("us-gov-east-1", "amazonaws.com"), ("us-gov-west-1", "amazonaws.com"),
    ])
    func attempted(_ region: String, _ suffix: String) throws {
        var scene = Scene.task([.AWS_REGION: region])
        scene.options.regionPolicy = .attempt
        scene.machine.on("POST https://metering.marketplace.\(region).\(suffix)/", Marketplace.accepts())
        #expect(try scene.register().isVerified)
    }

    @Test("a Region that no list knows is tried: lists lag", arguments: ["us-east-1", "mx-central-1", "ap-southeast-7", "xx-north-9"])
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
