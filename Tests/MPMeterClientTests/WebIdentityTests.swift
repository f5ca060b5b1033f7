// Holds how a pod's token becomes credentials: the regional STS, both of its forms, and what is asked again.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

@Suite("Credentials: IRSA") struct WebIdentityTests {
    // API_AssumeRoleWithWebIdentity: unsigned, the token is the proof. JSON for the asking: Envoy relies on it.
    @Test("what is sent to STS")
    func request() throws {
        var scene = Scene.pod()
        scene.environment[.AWS_ROLE_SESSION_NAME] = "a-session"
        scene.machine.file("/token", .text(Secrets.podToken() + "\n"))
        _ = try scene.register()
        let exchange = try #require(scene.machine.exchanges(Route.sts()).first)
        #expect(exchange.header("Accept") == "application/json")
        #expect(exchange.header("Content-Type")?.hasPrefix("application/x-www-form-urlencoded") == true)
        #expect(exchange.header("Authorization") == nil)
        #expect(
            exchange.body
                == [
                    "Action=AssumeRoleWithWebIdentity", "Version=2011-06-15",
                    "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fpod", "RoleSessionName=a-session",
                    "WebIdentityToken=\(Secrets.podToken())",
                ].joined(separator: "&"))
    }

    @Test("without AWS_ROLE_SESSION_NAME a session name of AWS's pattern is made")
    func sessionName() throws {
        let scene = Scene.pod()
        _ = try scene.register()
        let body = try #require(scene.machine.exchanges(Route.sts()).first?.body)
        #expect(body.contains(#/RoleSessionName=[\w+=,.@-]{2,64}&/#))
    }

    // docs: feature-sts-regionalized-endpoints; the global endpoint is served from us-east-1.
    @Test(
        "the Region's own STS, of its partition and kind",
        arguments: [
            ("us-east-1", [:], "https://sts.us-east-1.amazonaws.com/"),
            ("cn-north-1", [:], "https://sts.cn-north-1.amazonaws.com.cn/"),
            ("eu-west-3", [Variable.AWS_USE_DUALSTACK_ENDPOINT: "true"], "https://sts.eu-west-3.api.aws/"),
            ("us-east-2", [.AWS_USE_FIPS_ENDPOINT: "true"], "https://sts-fips.us-east-2.amazonaws.com/"),
            ("eu-west-3", [.AWS_ENDPOINT_URL_STS: "http://localhost:4566"], "http://localhost:4566/"),
            (
                "eu-west-3",
                [.AWS_ENDPOINT_URL_STS: "http://localhost:4566", .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true"],
                "https://sts.eu-west-3.amazonaws.com/"
            ),
        ])
    func endpoint(_ region: String, _ environment: [Variable: String], _ url: String) throws {
        var scene = Scene.pod(environment.merging([.AWS_REGION: region]) { $1 })
        scene.options.regionPolicy = .attempt
        scene.machine.on("POST \(url)", Answers.stsError("AccessDenied", status: 403))
        #expect(try scene.failure().error.status == .credentialsRejected)
        #expect(scene.machine.routes == ["POST \(url)"])
    }

    // envoyproxy/envoy#33806: the expiration is a JSON number in scientific notation. AWS's CRT asks for XML.
    @Test(
        "every form of the answer, and of its expiration",
        arguments: [
            Answers.sts(expiration: "1.7672472E9"), Answers.sts(expiration: "1767247200"),
            Answers.sts(expiration: #""2026-01-01T06:00:00Z""#),
            """
            <AssumeRoleWithWebIdentityResponse \
            xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
              <AccessKeyId>ASIAPOD</AccessKeyId><SecretAccessKey>\(Secrets.secretKey)</SecretAccessKey>
              <SessionToken>\(Secrets.sessionToken)</SessionToken><Expiration>2026-01-01T06:00:00Z</Expiration>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """,
        ])
    func forms(_ answer: String) throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.ok(answer))
        // Six hours are fresh enough for any number of attempts.
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.throttled, Answers.throttled))
        #expect(try scene.register().report.credentialsSource == .eksIRSA)
        #expect(scene.machine.count(Route.sts()) == 1)
        #expect(scene.machine.exchanges.last?.header("Authorization")?.contains("Credential=ASIAPOD/") == true)
    }

    @Test(
        "credentials that end within five minutes are fetched anew for the next attempt",
        arguments: [
            ("2026-01-01T00:04:59Z", 3), ("2026-01-01T06:00:00Z", 1),
        ])
    func freshness(_ expiration: String, _ requests: Int) throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.ok(Answers.sts(expiration: "\"\(expiration)\"")))
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.throttled, Answers.throttled))
        _ = try scene.register()
        #expect(scene.machine.count(Route.sts()) == requests)
    }

    // The kubelet rotates the token; aws-c-auth, credentials_provider_sts_web_identity.c: a new provider takes a while
    // to be known.
    @Test("InvalidIdentityToken is asked again, with the token file re-read each time")
    func invalidIdentityToken() throws {
        let scene = Scene.pod()
        let tokens = ["eu-west-3", "eu-west-2", "eu-west-1"].map { Secrets.podToken($0) }
        // The first reading compares the issuer with AWS_REGION.
        scene.machine.file("/token", .text(tokens[0]), .text(tokens[0]), .text(tokens[1]), .text(tokens[2]))
        scene.machine.on(
            Route.sts(), Answers.stsError("InvalidIdentityToken"), Answers.stsError("InvalidIdentityToken"),
            Answers.ok(Answers.sts()))
        _ = try scene.register()
        let sent = scene.machine.exchanges(Route.sts()).map {
            $0.body.split(separator: "WebIdentityToken=").last.map { String($0) }
        }
        #expect(sent == tokens)
        #expect(scene.machine.pauses.count == 2 && scene.machine.elapsed < 10_000)
    }

    @Test("InvalidIdentityToken for good: refused after three tries, and the fix names the OIDC provider")
    func invalidIdentityTokenForGood() throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.stsError("InvalidIdentityToken"))
        let failure = try scene.failure()
        #expect(failure.error.status == .credentialsRejected && failure.error.awsType == "InvalidIdentityToken")
        #expect(failure.error.fix.contains("OIDC provider"))
        #expect(scene.machine.routes == [Route.sts(), Route.sts(), Route.sts()])
        #expect(failure.report.credentialsSource == .eksIRSA)
    }

    @Test(
        "a passing failure of STS is retried until the deadline, the token re-read each time",
        arguments: [
            (Answers.stsError("Throttling"), Status.throttled),
            (Answers.stsError("IDPCommunicationError"), .serviceUnavailable),
            (Answers.error(503), .serviceUnavailable),
            (Answers.stsError("InternalFailure", status: 500), .serviceUnavailable),
            (Answers.error(429), .throttled), (.fail(.network), .network), (.silence, .network),
        ])
    func passing(_ reply: FakeMachine.Reply, _ status: Status) throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), reply)
        let failure = try scene.failure()
        #expect(failure.error.status == status)
        #expect(failure.error.status.action == .retry)
        #expect(scene.machine.count(Route.sts()) > 20)
        #expect(scene.machine.elapsed <= 30 * 60 * 1000)
        #expect(scene.machine.reads.count { $0 == "/token" } >= scene.machine.count(Route.sts()))
        #expect(Set(scene.machine.routes) == [Route.sts()])
    }

    @Test("and goes on once STS recovers")
    func recovery() throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.stsError("Throttling"), .fail(.network), Answers.ok(Answers.sts()))
        #expect(try scene.register().report.attempts == 1)
        #expect(scene.machine.routes == [Route.sts(), Route.sts(), Route.sts(), Route.metering()])
    }

    @Test(
        "a refusal is told with STS's code and what to mend, after one try",
        arguments: [
            ("AccessDenied", "trust policy"), ("PackedPolicyTooLarge", ""), ("MalformedPolicyDocument", ""),
            ("ValidationError", ""),
            ("IDPRejectedClaim", ""),
        ])
    func refusal(_ code: String, _ fix: String) throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.stsError(code))
        let error = try scene.failure().error
        #expect(
            error.status == .credentialsRejected && error.awsType == code && error.httpStatus == 400
                && error.requestID == "sts-2")
        #expect(error.message.contains(code) && error.fix.contains(fix))
        #expect(scene.machine.routes == [Route.sts()])
    }
}
