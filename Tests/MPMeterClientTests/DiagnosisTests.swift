// Holds the rules of a diagnosis that need no server: order, causes and consequences, deadline, secrets, and what is
// asked of whom.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import MPMeterTransport
import Testing

@Suite("Diagnosis: the course") struct DiagnosisCourseTests {
    static let healthy: [(String, @Sendable () -> Scene)] = [("a task", { Scene.task() }), ("a pod", { Scene.pod() })]

    @Test("what can register fails nothing, and is sent no registration", arguments: healthy)
    func health(_ what: String, _ make: @Sendable () -> Scene) throws {
        let scene = make()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis()
        #expect(found.failures == [] && found.status == .ok && found.firstFailure == nil)
        #expect(scene.machine.count(Route.metering()) == 0)
    }

    @Test("a registration is one, and only when asked for")
    func registering() throws {
        let scene = Scene.task()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis(registering: true)
        #expect(found[.registration].outcome == .pass && scene.machine.count(Route.metering()) == 1)
    }

    @Test("a registration needs exactly one product code", arguments: [[], ["a", "b"]])
    func codes(_ codes: [String]) throws {
        #expect(throws: MeterError.self) { try Scene.task().diagnosis(codes, registering: true) }
    }

    @Test(
        "nothing is registered after a failure that would end it",
        arguments: [
            (Variable.AWS_REGION, "eu-west-1", CheckID.regionEnvironment), (.AWS_REGION, "nowhere", .regionEnvironment),
            (.AWS_CA_BUNDLE, "/nonexistent", .caRoots),
        ])
    func pointless(_ variable: Variable, _ value: String, _ cause: CheckID) throws {
        var scene = Scene.task()
        scene.environment[variable] = value
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis(registering: true)
        #expect(found.failures == [cause] && found[.registration].outcome == .skipped)
        #expect(found[.registration].seen.contains("\"\(cause.title)\" failed"))
        #expect(scene.machine.exchanges.allSatisfy { $0.header("X-Amz-Target") == nil })
    }

    // "PlatformNotSupportedException on a laptop: the integration works".
    @Test("on a laptop the refusal to expect is a warning that says so")
    func laptop() throws {
        let scene = Scene.laptop()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        let found = try scene.diagnosis(registering: true)
        #expect(found.failures == [.staticKeys])
        #expect(found[.registration].outcome == .warn && found[.registration].seen.contains("the integration works"))
    }

    // A buyer owns the variables that say what platform this is.
    @Test("whatever AWS refuses is no OK, expected or not")
    func refused() throws {
        var scene = Scene.task()
        scene.environment[.ECS_CONTAINER_METADATA_URI_V4] = nil
        scene.environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = nil
        scene.environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI] = "http://169.254.170.2/v2/credentials/1"
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        #expect(try scene.diagnosis(registering: true).status == .platformNotSupported)
    }

    @Test("a registration that was asked for and could not be sent is no OK")
    func unsent() throws {
        var scene = Scene.task()
        scene.options.publicKeys = []
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis(registering: true)
        #expect(found.status == .publicKey && found.failures == [] && found[.registration].outcome == .skipped)
    }

    @Test("the same refusal in a task is a failure")
    func task() throws {
        let scene = Scene.task()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        #expect(try scene.diagnosis(registering: true).failures == [.registration])
    }

    @Test(
        "it ends at the deadline; what was not looked at is skipped, because time is up",
        arguments: [1, 500, 3000, 9000])
    func deadline(_ milliseconds: Int64) throws {
        var scene = Scene.pod()
        scene.options.deadline = milliseconds
        for route in [Route.sts(), Route.instanceToken, "GET https://metering.marketplace.eu-west-3.amazonaws.com/"] {
            scene.machine.on(route, .silence)
        }
        let found = try scene.diagnosis()
        #expect(scene.machine.elapsed <= milliseconds + 10)
        #expect(
            found[.registration].outcome == .skipped
                && found[.registration].seen.contains("the time for the diagnosis, \(milliseconds) ms, is up"))
        #expect(found.status != .ok && (found.firstFailure != nil || found.status == .deadline))
        // Nothing is said to have failed that did not.
        for check in found.checks where check.outcome == .skipped && check.seen.contains("\" failed") {
            #expect(found.firstFailure != nil)
        }
    }

    @Test("with everybody silent it takes no minute, however long the deadline")
    func silence() throws {
        let scene = Scene.task([:])
        for route in [Route.taskMetadata, Route.taskCredentials, Route.instanceToken] {
            scene.machine.on(route, .silence)
        }
        let found = try scene.diagnosis()
        #expect(found.firstFailure?.id == .taskMetadata)
        #expect(scene.machine.elapsed < Diagnosis.longest)
    }

    @Test("cancelled, it answers nothing")
    func cancelled() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        do {
            _ = try Scene.task().diagnosis(cancellation: cancellation)
            Issue.record("it was made")
        } catch let error as MeterError {
            #expect(error.status == .cancelled)
        }
    }

    @Test("each source of the Region is asked once, though the finder asks again")
    func once() throws {
        let scene = Scene.task([:])
        scene.machine.on(Route.instanceToken, Answers.error(403))
        _ = try scene.diagnosis()
        #expect(scene.machine.count(Route.taskMetadata) == 1 && scene.machine.count(Route.instanceToken) == 1)
    }

    @Test("the document is one object with what the summary promises")
    func document() throws {
        let found = try Scene.laptop().diagnosis()
        let json = try #require(Jansson.parse(Array(try found.json(Jansson.self).utf8)))
        #expect(json.text("status") == "MPMETER_E_NETWORK" || json.text("status") == "MPMETER_E_PLATFORM_NOT_SUPPORTED")
        #expect(
            json.text("first_failure") == found.firstFailure?.id.rawValue && json.text("library_version") == "1.2.3")
        var ids: [String?] = []
        if case .array(let checks) = json["checks"] { ids = checks.map { $0.text("id") } }
        #expect(ids == CheckID.allCases.map(\.rawValue))
    }

    @Test("a text that AWS repeats is blanked before it is shown")
    func secrets() throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.stsError("AccessDenied", status: 403, message: Secrets.podToken()))
        let found = try scene.diagnosis()[CheckID.credentials]
        #expect(found.outcome == .fail && found.seen.contains("AccessDenied") && found.seen.contains("*****"))
    }
}

@Suite("Diagnosis: one check each") struct DiagnosisCheckTests {
    // amazon-eks-pod-identity-webhook#8.
    @Test("an unreadable token names the user that cannot read it, and fsGroup")
    func unreadableToken() throws {
        let scene = Scene.pod()
        scene.runs(user: 1000)
        scene.machine.file("/token", .unreadable("permission denied"))
        let found = try scene.diagnosis()[.roleToken]
        #expect(
            found.outcome == .fail && found.seen.contains("/token") && found.seen.contains("user 1000")
                && found.advice.contains("fsGroup"))
    }

    @Test(
        "who calls",
        arguments: [
            (1, "product", CheckOutcome.pass), (7, "tini", .pass), (7, "sh", .warn), (7, "bash", .warn),
            (7, "bashful", .pass),
        ])
    func process(_ id: Int, _ first: String, _ outcome: CheckOutcome) throws {
        let scene = Scene.task()
        scene.runs(asProcess: id, under: first)
        let found = try scene.diagnosis()[.process]
        #expect(found.outcome == outcome && found.seen.contains("process \(id), \"product\", of user 1000"))
        #expect(
            outcome != .warn
                || found.seen.contains("process 1 is the shell \"\(first)\"") && found.advice.contains("ENTRYPOINT"))
    }

    @Test("without /proc nothing is said of the caller")
    func noProc() throws { #expect(try Scene.task().diagnosis()[.process].outcome == .skipped) }

    @Test(
        "an environment that was lost on the way is named, where a role is missing",
        arguments: [
            Variable.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, .AWS_CONTAINER_CREDENTIALS_FULL_URI,
            .AWS_WEB_IDENTITY_TOKEN_FILE,
        ])
    func lostEnvironment(_ variable: Variable) throws {
        let scene = Scene([.AWS_REGION: "eu-west-3"])
        scene.runs(ofFirst: "PATH=/bin\0\(variable.rawValue)=\(Secrets.authorization)\0")
        let found = try scene.diagnosis()
        #expect(found[.platform].outcome == .warn && found[.platform].seen.contains(variable.rawValue))
        #expect(found[.role].outcome == .fail && found[.role].advice.contains("sudo"))
    }

    // "a cluster before Kubernetes 1.13"; a provider's build writes "29+".
    @Test(
        "the cluster's version",
        arguments: [
            (#"{"major":"1","minor":"12+","gitVersion":"v1.12.10"}"#, CheckOutcome.fail),
            (#"{"major":"1","minor":"13"}"#, .pass),
            (#"{"major":"1","minor":"29+","gitVersion":"v1.29.1-eks"}"#, .pass), (#"{"major":"2","minor":"0"}"#, .pass),
            (#"{"major":"0","minor":"99"}"#, .fail),
            (#"{"major":1,"minor":29}"#, .skipped), ("{}", .skipped), ("<html>", .skipped),
            (#"{"major":"x","minor":"y"}"#, .skipped),
        ])
    func kubernetes(_ answer: String, _ outcome: CheckOutcome) throws {
        var scene = Scene.pod()
        scene.environment[.KUBERNETES_SERVICE_HOST] = "10.100.0.1"
        scene.machine.file("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", .text("-----BEGIN CERTIFICATE-----"))
        scene.machine.on("GET https://10.100.0.1:443/version", Answers.ok(answer))
        scene.machine.on("GET https://10.100.0.1/version", Answers.ok(answer))
        #expect(try scene.diagnosis()[.kubernetes].outcome == outcome)
        let asked = try #require(scene.machine.exchanges.first { $0.route.hasSuffix("/version") })
        #expect(
            asked.settings.roots == .bundle("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
                && asked.request.audience == .metadata)
        #expect(asked.header("Authorization") == nil)
    }

    // AWS refuses a signature whose time is five minutes off.
    @Test(
        "the clock, by the Date of any answer",
        arguments: [
            (0, CheckOutcome.pass), (59, .pass), (60, .warn), (300, .warn), (301, .fail), (-301, .fail),
            (86400 * 400, .fail),
        ])
    func clock(_ offset: Int, _ outcome: CheckOutcome) throws {
        let scene = Scene.task()
        let date = Self.httpDate(FakeMachine.firstSecond + Int64(offset))
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/",
            Answers.error(404, "", [HTTPHeader("Date", date)]))
        let found = try scene.diagnosis()[.clock]
        #expect(
            found.outcome == outcome
                && (offset == 0 || outcome == .pass || found.seen.contains(offset > 0 ? "behind" : "ahead of")))
    }

    // RFC 9111 section 5.1: an answer out of a cache has the Date of its making.
    @Test("a Date that has been in a cache is no clock", arguments: ["Age", "Via", "X-Other"])
    func cachedDate(_ header: String) throws {
        let scene = Scene.task()
        let headers = [HTTPHeader("Date", Self.httpDate(FakeMachine.firstSecond - 9000)), HTTPHeader(header, "7")]
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404, "", headers))
        let isCached = header != "X-Other"
        #expect(try scene.diagnosis()[.clock].outcome == (isCached ? .skipped : .fail))
    }

    @Test(
        "a server whose time another contradicts is warned of; an agent of this host contradicts nobody",
        arguments: [
            (true, 9000, 0, CheckOutcome.warn, "AWS Marketplace Metering tells"), (true, 0, -9000, .warn, "STS tells"),
            (true, 9000, 8990, .fail, "STS"),
            (true, 3, 2, .pass, "STS"), (false, 9000, 0, .fail, "AWS Marketplace Metering"),
        ])
    func contradiction(_ isPod: Bool, _ metering: Int, _ other: Int, _ outcome: CheckOutcome, _ seen: String) throws {
        let scene = isPod ? Scene.pod() : Scene.task()
        func date(_ offset: Int) -> [HTTPHeader] {
            [HTTPHeader("Date", Self.httpDate(FakeMachine.firstSecond + Int64(offset)))]
        }
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404, "", date(metering)))
        scene.machine.on(
            isPod ? Route.sts() : Route.taskCredentials,
            Answers.ok(isPod ? Answers.sts() : Answers.container(), date(other)))
        let found = try scene.diagnosis()[.clock]
        #expect(found.outcome == outcome && found.seen.contains(seen), "\(found)")
    }

    private static func httpDate(_ seconds: Int64) -> String {
        let basic = Array(Timestamp(seconds).basicFormat)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(String(basic[4...5])) ?? 1) - 1]
        return """
            Thu, \(String(basic[6...7])) \(month) \(String(basic[0...3])) \
            \(String(basic[9...10])):\(String(basic[11...12])):\(String(basic[13...14])) GMT
            """
    }

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
        arguments: [("https", CheckID.proxy, "Write http:// in HTTPS_PROXY"), ("http", .endpoint, "TLS 1.2")])
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

    @Test(
        "a product code that a buyer can change, and one that is none",
        arguments: [
            ([Scene.product], "HOME=/root\0CODE=\(Scene.product)\0", CheckOutcome.warn, "environment variable CODE"),
            ([Scene.product], "MPMETER_SANDBOX_PRODUCT_CODE=\(Scene.product)\0", .pass, "paid"),
            ([Scene.product], "CODE=\(Scene.product)s\0", .pass, "paid"),
            (["prod-abcdefghij123"], "", .warn, "product's ID"),
            (["0a1b2c3d-0000-1111-2222-0123456789ab"], "", .warn, "product's ID"),
            (["arn:aws:aws-marketplace:us-east-1:111122223333:x"], "", .warn, "product's ARN"),
            (["keys/a.pem"], "", .warn, "looks like a path"),
            (["4w1vgsrkqdkypbz43g7qkk4uz", "second"], "", .pass, "second: paid"), ([], "", .skipped, "none was given"),
            (["a b"], "", .fail, "a b"),
        ])
    func products(_ codes: [String], _ environ: String, _ outcome: CheckOutcome, _ seen: String) throws {
        let scene = Scene.task()
        scene.runs(environ: environ)
        let found = try scene.diagnosis(codes)[.productCode]
        #expect(found.outcome == outcome && found.seen.contains(seen), "\(found)")
    }

    @Test("a list of trusted codes makes the environment no matter")
    func trusted() throws {
        var scene = Scene.task()
        scene.runs(environ: "CODE=\(Scene.product)\0")
        try scene.options.products.add(Scene.product, .paid)
        #expect(try scene.diagnosis()[.productCode].outcome == .pass)
    }

    @Test(
        "the public keys",
        arguments: [
            ([TestKey.rsa2048.publicPEM], CheckOutcome.pass, "RSA, 2048 bits"),
            (["-----BEGIN RSA PRIVATE KEY-----"], .fail, "version 1"),
            (
                [TestKey.rsa2048.publicPEM, "nonsense"], .fail,
                "version 2: The public key cannot be used: it is not a PEM"
            ), ([], .skipped, "none was given"),
        ])
    func keys(_ keys: [String], _ outcome: CheckOutcome, _ seen: String) throws {
        var scene = Scene.task()
        scene.options.publicKeys = keys.enumerated().map { (Int32($0.offset + 1), $0.element) }
        let found = try scene.diagnosis()[.publicKey]
        #expect(found.outcome == outcome && found.seen.contains(seen), "\(found)")
    }

    @Test("static keys beside a role are a warning: the SDKs would take them", arguments: [true, false])
    func keysBesideRole(_ isFile: Bool) throws {
        var scene = Scene.task()
        if isFile {
            scene.environment[.HOME] = "/root"
            scene.machine.file(
                "/root/.aws/credentials",
                .text("[default]\naws_access_key_id=AKIAIMAGEIMAGE\naws_secret_access_key=\(Secrets.secretKey)"))
        } else {
            scene.environment[.AWS_ACCESS_KEY_ID] = "AKIALAPTOPLAPTOPLAPT"
            scene.environment[.AWS_SECRET_ACCESS_KEY] = Secrets.secretKey
        }
        let found = try scene.diagnosis()[.staticKeys]
        #expect(
            found.outcome == .warn
                && found.seen.contains(isFile ? "/root/.aws/credentials" : "AWS_ACCESS_KEY_ID (AKIA...LAPT)"))
    }

    @Test("what failed on the way to AWS does not fail again at STS")
    func consequence() throws {
        let scene = Scene.pod()
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/", .obstacle(.tls, .certificate(.issuer), "x"))
        scene.machine.on(Route.sts(), .obstacle(.tls, .certificate(.issuer), "x"))
        let found = try scene.diagnosis()
        #expect(found.failures == [.endpoint] && found[.credentials].seen.contains("\"Endpoint\" failed"))
    }
}
