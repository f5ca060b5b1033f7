// Holds how EC2 instance metadata are asked for the Region: version 2, a short patience, and version 1 only where there
// is no version 2.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

@Suite("Region: EC2 instance metadata") struct RegionInstanceMetadataTests {
    @Test("version 2: a session token first, and then the Region with it")
    func version2() throws {
        let scene = Scene.instance()
        let report = try scene.region()
        #expect(report.region?.name.text == "eu-west-3" && report.platform == .ec2)
        let exchanges = scene.machine.exchanges
        #expect(exchanges.map(\.route) == [Route.instanceToken, Route.instanceRegion])
        #expect(exchanges.first?.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600")
        #expect(exchanges.last?.header("x-aws-ec2-metadata-token") == Secrets.instanceToken)
    }

    // "v1 only when v2 is answered with 4xx and not forbidden".
    @Test(
        "version 1 only after a 4xx that is not 403",
        arguments: [
            (400, true), (404, true), (405, true), (403, false), (500, false), (503, false), (301, false), (204, false),
        ])
    func version1(_ status: Int, _ isAsked: Bool) throws {
        let scene = Scene.instance()
        scene.machine.on(Route.instanceToken, Answers.error(status))
        if isAsked {
            #expect(try scene.region().region?.name.text == "eu-west-3")
            #expect(scene.machine.routes == [Route.instanceToken, Route.instanceRegion])
            #expect(scene.machine.exchanges.last?.header("x-aws-ec2-metadata-token") == nil)
        } else {
            #expect(try scene.regionFailure().error.status == .regionNotFound)
            #expect(scene.machine.routes == [Route.instanceToken])
        }
    }

    @Test(
        "version 1 never after a time-out or a refused connection: that is a hop limit, or no EC2",
        arguments: [true, false])
    func noVersion1(_ isSilent: Bool) throws {
        let scene = Scene.instance()
        scene.machine.on(Route.instanceToken, isSilent ? .silence : .fail(.network))
        _ = try scene.regionFailure()
        #expect(scene.machine.routes == [Route.instanceToken])
    }

    // docs: "AWS_EC2_METADATA_V1_DISABLED" (SDKs and Tools Reference Guide, IMDS credential provider).
    @Test(
        "version 1 never while AWS_EC2_METADATA_V1_DISABLED",
        arguments: [("true", false), ("TRUE", false), ("false", true), ("", true)])
    func version1Disabled(_ value: String, _ isAsked: Bool) throws {
        let scene = Scene.instance([.AWS_EC2_METADATA_V1_DISABLED: value])
        scene.machine.on(Route.instanceToken, Answers.error(404))
        if isAsked {
            #expect(try scene.region().region?.source == .ec2InstanceMetadata)
        } else {
            #expect(try scene.regionFailure().error.message.contains("disabled"))
            #expect(scene.machine.routes == [Route.instanceToken])
        }
    }

    @Test("an answer to the session that is no token ends it", arguments: ["", "two\nlines", "white space"])
    func badToken(_ token: String) throws {
        let scene = Scene.instance()
        scene.machine.on(Route.instanceToken, Answers.ok(token))
        #expect(try scene.regionFailure().error.status == .regionNotFound)
        #expect(scene.machine.routes == [Route.instanceToken])
    }

    // kubernetes-sigs/aws-load-balancer-controller#3695: with a hop limit of 1 the PUT is not refused, it times out.
    @Test(
        "all of it within 1 s, whichever request hangs",
        arguments: [
            (FakeMachine.Reply.silence, FakeMachine.Reply.silence),
            (.late(900, Answers.status(200, Secrets.instanceToken)), .silence),
            (.late(999, Answers.status(200, Secrets.instanceToken)), .late(999, Answers.status(200, "eu-west-3"))),
            (.late(1001, Answers.status(200, Secrets.instanceToken)), .silence),
        ])
    func hopLimit(_ token: FakeMachine.Reply, _ region: FakeMachine.Reply) throws {
        let scene = Scene.instance()
        scene.machine.on(Route.instanceToken, token)
        scene.machine.on(Route.instanceRegion, region)
        #expect(try scene.regionFailure().error.status == .regionNotFound)
        #expect(scene.machine.elapsed <= 1001)
        #expect(scene.machine.exchanges.allSatisfy { $0.connectWithin <= 1000 })
    }

    @Test("an answer in time is taken, however slow", arguments: [1, 400, 800])
    func slow(_ delay: Int64) throws {
        let scene = Scene.instance()
        scene.machine.on(Route.instanceToken, .late(delay, Answers.status(200, Secrets.instanceToken)))
        scene.machine.on(Route.instanceRegion, .late(100, Answers.status(200, "eu-west-3\n")))
        #expect(try scene.region().region?.name.text == "eu-west-3")
    }

    // smithy-rs aws-config, imds/region.rs: placement/region, and nothing made from placement/availability-zone.
    @Test(
        "an answer that is no Region is none",
        arguments: ["us-east-1a", "us-west-2-lax-1a", "", "<html>", "aws-global"])
    func notARegion(_ text: String) throws {
        let scene = Scene.instance()
        scene.machine.on(Route.instanceRegion, Answers.ok(text))
        #expect(try scene.regionFailure().error.status == .regionNotFound)
        #expect(!scene.machine.routes.contains { $0.contains("availability-zone") })
    }

    @Test("switched off: nothing is asked", arguments: ["true", "True", "TRUE"])
    func disabled(_ value: String) throws {
        let scene = Scene.instance([.AWS_EC2_METADATA_DISABLED: value])
        #expect(try scene.regionFailure().error.message.contains("AWS_EC2_METADATA_DISABLED"))
        #expect(scene.machine.routes.isEmpty)
    }

    // Configuring the instance metadata options: [fd00:ec2::254] by choice, and the endpoint over the mode.
    @Test(
        "the address: link-local, IPv6 by mode, or an endpoint of one's own",
        arguments: [
            ("", "", "http://169.254.169.254/"), ("IPv4", "", "http://169.254.169.254/"),
            ("IPv6", "", "http://[fd00:ec2::254]/"),
            ("ipv6", "", "http://[fd00:ec2::254]/"), ("IPv6", "http://localhost:1338", "http://localhost:1338/"),
            ("", "http://127.0.0.1:1338/base/", "http://127.0.0.1:1338/base/"),
            ("", "https://imds.example/base", "https://imds.example/base/"),
        ])
    func address(_ mode: String, _ endpoint: String, _ base: String) throws {
        let scene = Scene([.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: mode, .AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint])
        scene.machine.on("PUT \(base)latest/api/token", Answers.ok(Secrets.instanceToken))
        scene.machine.on("GET \(base)latest/meta-data/placement/region", Answers.ok("eu-west-3"))
        #expect(try scene.region().region?.name.text == "eu-west-3")
        #expect(scene.machine.exchanges.allSatisfy { $0.request.audience == .metadata })
    }

    @Test(
        "an endpoint that is no URL is told, and nothing is asked",
        arguments: ["localhost", "ftp://localhost", "http://", "file:///etc/passwd"])
    func badEndpoint(_ endpoint: String) throws {
        let scene = Scene.instance([.AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint])
        #expect(try scene.regionFailure().error.message.contains("AWS_EC2_METADATA_SERVICE_ENDPOINT"))
        #expect(scene.machine.routes.isEmpty)
    }
}
