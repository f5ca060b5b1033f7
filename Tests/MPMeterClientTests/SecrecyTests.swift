// Holds that no secret is shown. Every other test of this target searches its outcome and its log too
// (Support/Scene.swift).

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

@Suite("Secrets") struct SecrecyTests {
    @Test("the search itself finds what it is for")
    func search() {
        for secret in [
            Secrets.secretKey, Secrets.sessionToken, Secrets.authorization, Secrets.instanceToken, Secrets.password,
        ] {
            for start in 0..<(secret.count - 17) { #expect(secret.dropFirst(start).prefix(17).contains(Secrets.mark)) }
        }
        #expect(Secrets.podToken().contains(Secrets.podTokenPayload))
    }

    // aws/aws-sdk-cpp#17: AWS's own message repeats the canonical request, with X-Amz-Security-Token in it.
    @Test(
        "an answer that repeats the signed headers does not bring the session token into the message",
        arguments: [
            "InvalidSignatureException", "SignatureDoesNotMatch",
        ])
    func canonicalRequest(_ type: String) throws {
        let said = """
            The request signature we calculated does not match the signature you provided. Check your AWS Secret \
            Access Key and signing method.

            The Canonical String for this request should have been
            'POST
            /

            content-type:application/x-amz-json-1.1
            host:metering.marketplace.eu-west-3.amazonaws.com
            x-amz-date:20260101T000000Z
            x-amz-security-token:\(Secrets.sessionToken)
            x-amz-target:AWSMPMeteringService.RegisterUsage
            """
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Answers.refusal(type, said, status: 403))
        let error = try scene.failure().error
        #expect(error.status == .notAuthenticated)
        #expect(error.message.contains("The request signature we calculated does not match"))
    }

    @Test("AWS repeats a session token in another spelling of the same JSON: it is not shown")
    func escaped() throws {
        let token = Secrets.sessionToken.replacing("S", with: "/")
        let scene = Scene.task()
        scene.machine.on(
            Route.taskCredentials, Answers.ok(Answers.container().replacing(Secrets.sessionToken, with: token)))
        let said = #"{"__type":"ValidationException","message":"bad header \#(token.replacing("/", with: #"\/"#))"}"#
        scene.machine.on(Route.metering(), Answers.error(400, said))
        #expect(try scene.failure().error.status == .service)
    }

    // A developer's keys for a double of AWS may be anything.
    @Test(
        "a secret that is a piece of every answer does not change what the answer means",
        arguments: ["t", "x", "Exception"])
    func shortSecret(_ secret: String) throws {
        var scene = Scene.laptop()
        scene.environment[.AWS_SECRET_ACCESS_KEY] = secret
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        let error = try scene.failure().error
        #expect(error.status == .platformNotSupported && error.awsType == "PlatformNotSupportedException")
    }

    @Test(
        "a server that quotes a part of the session token, or cuts it into lines, brings none of it into the error",
        arguments: [1, 2, 7, 20])
    func parts(_ start: Int) throws {
        let part = String(Secrets.sessionToken.dropFirst(start))
        for said in [
            part, part.map { String($0) }.joined(separator: "\\n"), part.map { String($0) }.joined(separator: " "),
        ] {
            let scene = Scene.task()
            scene.machine.on(
                Route.metering(),
                Answers.error(400, #"{"__type":"ValidationException","message":"bad header \#(said)"}"#))
            let message = try scene.failure().error.message
            #expect(!message.replacing(" ", with: "").replacing("?", with: "").contains(part.prefix(20)))
            #expect(message.contains("bad header"))
        }
    }

    @Test(
        "an accepted answer cannot carry it out by its request id or its rotation",
        arguments: ["x-amzn-RequestId", "rotation"])
    func acceptedAnswer(_ place: String) throws {
        let scene = Scene.task()
        let piece = String(Secrets.sessionToken.dropFirst(1).prefix(30))
        scene.machine.on(Route.metering()) { request, _ in
            let token = Token.sign(Marketplace.payload(request), by: .rsa2048)
            let rotation = place == "rotation" ? "\"2026 \(piece)\"" : "null"
            return Answers.ok(
                #"{"PublicKeyRotationTimestamp":\#(rotation),"Signature":"\#(token)"}"#,
                [HTTPHeader("x-amzn-RequestId", piece)])
        }
        let registration = try scene.outcome(of: scene.client()).get()
        #expect(!(registration.requestID ?? "").contains(piece.prefix(17)))
        #expect(!(registration.publicKeyRotation ?? "").contains(piece.prefix(17)))
        #expect(!scene.journal.lines.contains { $0.contains(piece.prefix(17)) })
    }

    @Test("STS repeats the token while it is asked again: the log does not show it either")
    func stsRetry() throws {
        let scene = Scene.pod()
        scene.machine.on(
            Route.sts(), Answers.stsError("InvalidIdentityToken", message: "bad token \(Secrets.podToken())"))
        #expect(try scene.failure().error.status == .credentialsRejected)
        #expect(scene.machine.count(Route.sts()) > 1)
    }

    @Test("STS repeats the token it was sent: it is not shown")
    func stsMessage() throws {
        let scene = Scene.pod()
        scene.machine.on(
            Route.sts(),
            Answers.stsError(
                "ValidationError", message: "1 validation error: Value '\(Secrets.podToken())' at 'webIdentityToken'"))
        #expect(try scene.failure().error.status == .credentialsRejected)
    }

    @Test("the container endpoint repeats the authorization it was sent: it is not shown")
    func containerMessage() throws {
        var scene = Scene.task()
        scene.environment[.AWS_CONTAINER_AUTHORIZATION_TOKEN] = Secrets.authorization
        scene.machine.on(
            Route.taskCredentials,
            Answers.error(401, #"{"code":"InvalidToken","message":"invalid: \#(Secrets.authorization)"}"#))
        #expect(try scene.failure().error.status == .credentialsRejected)
    }

    @Test(
        "a URL with a password is refused without showing it",
        arguments: [
            Variable.AWS_ENDPOINT_URL, .AWS_ENDPOINT_URL_MARKETPLACE_METERING, .AWS_ENDPOINT_URL_STS,
            .AWS_CONTAINER_CREDENTIALS_FULL_URI,
            .AWS_EC2_METADATA_SERVICE_ENDPOINT, .ECS_CONTAINER_METADATA_URI_V4,
        ])
    func passwordInURL(_ variable: Variable) throws {
        let scenes: [Scene] = [.pod(), .task([:]), .instance()]
        for var scene in scenes {
            if variable == .AWS_CONTAINER_CREDENTIALS_FULL_URI {
                scene.environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = nil
            }
            scene.environment[variable] = "https://user:\(Secrets.password)@host.example/"
            _ = scene.outcome(of: try scene.client())
        }
    }

    @Test("a proxy's password is handed to the transport, and shown nowhere")
    func proxyPassword() throws {
        let scene = Scene.task([.AWS_REGION: "eu-west-3", .HTTPS_PROXY: "http://user:\(Secrets.password)@proxy:3128"])
        scene.machine.on(Route.metering(), Answers.throttled)
        _ = try scene.failure()
        #expect(scene.machine.exchanges.last?.settings.proxy?.password?.reveal() == Secrets.password)
    }

    @Test(
        "keys that cannot be keys are refused without being shown",
        arguments: [
            Variable.AWS_ACCESS_KEY_ID, .AWS_SECRET_ACCESS_KEY, .AWS_SESSION_TOKEN,
        ])
    func malformedKeys(_ variable: Variable) throws {
        var scene = Scene.laptop()
        scene.environment[variable] = Secrets.sessionToken + "\n"
        #expect(try scene.failure().error.status == .credentialsRejected)
        #expect(scene.machine.routes.isEmpty)
    }

    // "Secrets … appear in no log, error or debug description".
    @Test("credentials and environment secrets hide in every description")
    func descriptions() throws {
        let credentials = try #require(
            Credentials(
                accessKeyID: "ASIA", secretAccessKey: Secrets.secretKey, sessionToken: Secrets.sessionToken,
                expiration: nil, source: .ecsTaskRole))
        var shown = "\(credentials)" + String(reflecting: credentials) + String(describing: credentials.secretAccessKey)
        dump(credentials, to: &shown)
        #expect(!shown.contains(Secrets.mark))
    }
}
