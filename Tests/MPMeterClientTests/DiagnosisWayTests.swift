// Holds what the doctor says of what stands between the program and AWS.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import MPMeterTransport
import Testing

@Suite("Diagnosis: proxies and endpoints") struct DiagnosisWayTests {
    @Test(
        "a proxy that other programs would ask for metadata",
        arguments: [
            ("", true), ("example.com", true), ("169.254.169.254", true), ("169.254.170.2", false),
            ("localhost, 169.254.170.2", false), ("*", false),
            ("169.254.0.0/16", false),
        ])
    func metadataProxy(_ exceptions: String, _ isTold: Bool) throws {
        var scene = Scene.task()
        scene.environment[.HTTP_PROXY] = "http://user:\(Secrets.password)@proxy:3128"
        scene.environment[.NO_PROXY] = exceptions
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis()[.proxy]
        #expect((found.outcome == .warn) == isTold && (!isTold || found.advice.contains("169.254.170.2")))
    }

    @Test(
        "what stands in the way is named, and the endpoint is skipped where it is the proxy",
        arguments: [
            (
                FakeMachine.Reply.obstacle(.network, .proxyStatus(407), "CONNECT tunnel failed"), CheckID.proxy,
                "the proxy proxy:3128 (HTTPS_PROXY) answers HTTP 407", "password"
            ),
            (
                .obstacle(.network, .proxyStatus(403), "CONNECT tunnel failed"), .proxy, "answers HTTP 403 to CONNECT",
                "NO_PROXY"
            ),
            (.obstacle(.network, .proxyName, "x"), .proxy, "cannot be resolved", "HTTPS_PROXY"),
            (
                .obstacle(.network, .connection, "Failed to connect to proxy port 3128"), .proxy,
                "refuses the connection", "HTTPS_PROXY"
            ),
            (
                .obstacle(.network, .proxyStatus(503), "CONNECT tunnel failed"), .proxy, "answers HTTP 503 to CONNECT",
                "NO_PROXY"
            ),
            (.obstacle(.tls, .certificate(.issuer), "x"), .endpoint, "issued by \"CN = Corporate\"", "intercepts TLS"),
            (
                .obstacle(.tls, .certificate(.dates), "certificate is not yet valid"), .endpoint, "not valid today",
                "clock"
            ),
            (.obstacle(.tls, .certificate(.name), "x"), .endpoint, "another name", "Check DNS"),
            (
                .obstacle(.tls, .certificate(.constraints), "permitted subtree violation"), .endpoint,
                "may not certify",
                "name constraints"
            ),
            (.obstacle(.tls, .certificate(.other), "x"), .endpoint, "not one that can be accepted", "issued again"),
            (
                .obstacle(.network, .proxyEnded, "Proxy CONNECT aborted"), .proxy,
                "HTTPS_PROXY=proxy:3128 ends the connection before it answers CONNECT", "https:// in HTTPS_PROXY"
            ),
            (
                .obstacle(.tls, .proxyCertificate(.issuer), "x"), .proxy, "the certificate of the proxy",
                "AWS_CA_BUNDLE"
            ),
            (.obstacle(.tls, .proxyCertificate(.name), "x"), .proxy, "is for another name", "Check DNS"),
            (.obstacle(.network, .unknown, "reset by peer"), .proxy, "through the proxy", "NO_PROXY"),
            (.silence, .proxy, "through the proxy", "NO_PROXY"),
        ])
    func obstacles(_ reply: FakeMachine.Reply, _ id: CheckID, _ seen: String, _ advice: String) throws {
        var scene = Scene.task()
        scene.environment[.HTTPS_PROXY] = "http://user:\(Secrets.password)@proxy:3128"
        scene.machine.certificateIssuer("CN = Corporate")
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", reply)
        let found = try scene.diagnosis()
        #expect(
            found.failures == [id] && found[id].seen.contains(seen) && found[id].advice.contains(advice), "\(found[id])"
        )
        #expect(id == .endpoint || found[.endpoint].outcome == .skipped)
    }

    @Test(
        "where NO_PROXY keeps the call from the proxy, it is NO_PROXY that is to be changed",
        arguments: [
            (".amazonaws.com", ".amazonaws.com"), ("localhost, AmazonAWS.com", "AmazonAWS.com"), ("*", "*"),
            ("metering.marketplace.eu-west-3.amazonaws.com", "metering.marketplace.eu-west-3.amazonaws.com"),
            ("aws.com", nil), ("", nil), ("localhost", nil),
        ])
    func exceptions(_ list: String, _ entry: String?) throws {
        for obstacle in [TransportFailure.Obstacle.name, .connection] {
            // Through a proxy it is the proxy that does not answer.
            if entry == nil, case .connection = obstacle { continue }
            var scene = Scene.task()
            scene.environment[.HTTPS_PROXY] = "http://proxy:3128"
            scene.environment[.NO_PROXY] = list
            scene.machine.on(
                "GET https://metering.marketplace.eu-west-3.amazonaws.com/",
                .obstacle(.network, obstacle, "it is closed"))
            let found = try scene.diagnosis()[.endpoint]
            #expect(found.outcome == .fail && !found.advice.contains("in NO_PROXY"))
            #expect(
                found.advice.hasPrefix("Take ") == (entry != nil)
                    && found.advice.contains("Take \(entry ?? "") out of NO_PROXY") == (entry != nil), "\(found)")
        }
    }

    @Test(
        "https:// for a proxy that does not speak TLS",
        arguments: [("https", CheckID.proxy, "Write http:// in HTTPS_PROXY"), ("http", .proxy, "unchanged")])
    func plainProxy(_ scheme: String, _ id: CheckID, _ advice: String) throws {
        var scene = Scene.task()
        scene.environment[.HTTPS_PROXY] = "\(scheme)://proxy:3128"
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/",
            .obstacle(.tls, .unknown, "error:0A00010B:SSL routines::wrong version number"))
        let found = try scene.diagnosis()
        #expect(found.failures == [id] && found[id].status == .tls && found[id].advice.contains(advice), "\(found[id])")
    }

    @Test(
        "botocore's ca_bundle, of the profile in use alone",
        arguments: [
            ("/aws/config", "[default]\nca_bundle = /ca.pem\n", true),
            ("~/config", "[default]\nca_bundle = /ca.pem\n", true),
            ("/aws/config", "[profile other]\nca_bundle = /ca.pem\n", false),
            ("/aws/config", "[default]\nregion = eu-west-3\n", false),
            ("/aws/config", "[default]\ns3 =\n  ca_bundle = /ca.pem\n", false),
        ])
    func configuredBundle(_ variable: String, _ configuration: String, _ isNamed: Bool) throws {
        var scene = Scene.task()
        scene.environment[.HOME] = "/home/me"
        scene.environment[.AWS_CONFIG_FILE] = variable
        let path = variable.hasPrefix("~") ? "/home/me/config" : variable
        scene.machine.file(path, .text(configuration))
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/", .obstacle(.tls, .certificate(.issuer), "x"))
        let advice = try scene.diagnosis()[.endpoint].advice
        #expect(advice.contains("does not read ca_bundle in \(path): name the bundle in AWS_CA_BUNDLE") == isNamed)
    }

    @Test("the advice says where boto3 uses another setting")
    func otherSettings() throws {
        var scene = Scene.task()
        scene.environment[.REQUESTS_CA_BUNDLE] = "/ca.pem"
        let endpoint = "GET https://metering.marketplace.eu-west-3.amazonaws.com/"
        scene.machine.on(endpoint, .obstacle(.tls, .certificate(.issuer), "x"))
        #expect(try scene.diagnosis()[.endpoint].advice.contains("does not read REQUESTS_CA_BUNDLE"))
        scene.environment[.HTTPS_PROXY] = "http://proxy:3128"
        scene.environment[.https_proxy] = "http://other:3128"
        scene.machine.on(endpoint, .obstacle(.network, .connection, "x"))
        let advice = try scene.diagnosis()[.proxy].advice
        #expect(advice.contains("boto3 uses https_proxy, which is different; this library uses HTTPS_PROXY"))
        scene.environment[.https_proxy] = "http://proxy:3128"
        #expect(try !scene.diagnosis()[.proxy].advice.contains("boto3"))
    }

    @Test(
        "an endpoint from the environment that is AWS's own",
        arguments: [
            ("metering.marketplace.eu-west-3.amazonaws.com", CheckOutcome.pass),
            ("metering-marketplace.eu-west-3.api.aws", .pass),
            ("vpce-0a1b-x.metering-marketplace.eu-west-3.vpce.amazonaws.com", .pass),
            ("metering.marketplace.us-east-1.amazonaws.com", .fail),
            ("vpce-0a1b-x.metering-marketplace.us-east-1.vpce.amazonaws.com", .fail),
            ("metering.us-east-1.example.com", .warn),
        ])
    func redirectedEndpoint(_ host: String, _ outcome: CheckOutcome) throws {
        var scene = Scene.task()
        scene.environment[.AWS_ENDPOINT_URL_MARKETPLACE_METERING] = "https://\(host)"
        scene.machine.on("GET https://\(host)/", Answers.error(404))
        let found = try scene.diagnosis()[.endpoint]
        #expect(
            found.outcome == outcome
                && (outcome != .fail || found.status == .invalidRegion && found.seen.contains("us-east-1")), "\(found)")
    }

    @Test(
        "what answers in AWS's place is told by the variable that leads there",
        arguments: [
            (501, #"{"__type":"InternalFailure","message":"not yet implemented"}"#), (403, "<html>"),
        ])
    func doubles(_ status: Int, _ body: String) throws {
        var scene = Scene.task()
        scene.environment[.AWS_ENDPOINT_URL_MARKETPLACE_METERING] = "http://127.0.0.1:4566"
        scene.machine.on("GET http://127.0.0.1:4566/", Answers.error(404))
        scene.machine.on("POST http://127.0.0.1:4566/", Answers.error(status, body))
        let found = try scene.diagnosis(registering: true)[.registration]
        #expect(
            found.outcome == .fail && found.advice.contains("where AWS_ENDPOINT_URL_MARKETPLACE_METERING leads"),
            "\(found)")
    }

    @Test("a page that forbids is not AWS, where a variable leads there")
    func forbiddingPage() throws {
        var scene = Scene.task()
        scene.environment[.AWS_ENDPOINT_URL_MARKETPLACE_METERING] = "http://127.0.0.1:4566"
        scene.machine.on(
            "GET http://127.0.0.1:4566/", Answers.error(403, "<html>", [HTTPHeader("Content-Type", "text/html")]))
        let page = try scene.diagnosis()[.endpoint]
        #expect(
            page.outcome == .fail && page.seen.contains("HTTP 403 with a web page")
                && page.seen.contains("AWS_ENDPOINT_URL_MARKETPLACE_METERING"))
    }
}
