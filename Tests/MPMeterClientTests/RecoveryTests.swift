// Holds the failures that the library mends itself: expired credentials, a clock that is off, a key version that AWS
// does not know.

import MPMeterClient
import MPMeterCore
import Testing

@Suite("Call: expired credentials") struct ExpiredCredentialsTests {
    @Test(
        "fetched anew once, and the request goes out again at once",
        arguments: ["ExpiredTokenException", "ExpiredToken"])
    func once(_ type: String) throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.taskCredentials, Answers.ok(Answers.container(key: "ASIAOLD")),
            Answers.ok(Answers.container(key: "ASIANEW")))
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.refusal(type)))
        #expect(try scene.register().report.attempts == 2)
        #expect(
            scene.machine.routes == [Route.taskCredentials, Route.metering(), Route.taskCredentials, Route.metering()])
        let keys = scene.machine.exchanges(Route.metering()).map { $0.header("Authorization")?.contains("ASIAOLD") }
        #expect(keys == [true, false])
        #expect(scene.machine.pauses.isEmpty)
    }

    @Test("expired again: not authenticated, after two requests")
    func twice() throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Answers.refusal("ExpiredTokenException"))
        let failure = try scene.failure()
        #expect(failure.error.status == .notAuthenticated && failure.report.attempts == 2)
        #expect(scene.machine.count(Route.taskCredentials) == 2)
    }

    @Test("once for the whole call, throttling in between or not")
    func acrossRetries() throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.metering(), Answers.refusal("ExpiredTokenException"), Answers.throttled,
            Answers.refusal("ExpiredTokenException"))
        #expect(try scene.failure().report.attempts == 3)
    }

    @Test("the renewed credentials fail: their error, not the old one")
    func renewalFails() throws {
        let scene = Scene.task()
        scene.machine.on(Route.taskCredentials, Answers.ok(Answers.container()), Answers.error(403))
        scene.machine.on(Route.metering(), Answers.refusal("ExpiredTokenException"))
        #expect(try scene.failure().error.status == .credentialsRejected)
    }
}

@Suite("Call: clock skew") struct ClockSkewTests {
    private static func refusal(_ type: String, date: String?) -> FakeMachine.Reply {
        Answers.refusal(type, "Signature expired", status: 403, headers: date.map { [HTTPHeader("Date", $0)] } ?? [])
    }

    // The machine says 2026-01-01 00:00:00 UTC.
    @Test(
        "signed again with AWS's time, once, when the clock is more than four minutes off",
        arguments: [
            ("Thu, 01 Jan 2026 00:04:02 GMT", "20260101T000402Z"),
            ("Thu, 01 Jan 2026 01:00:00 GMT", "20260101T010000Z"),
            ("Wed, 31 Dec 2025 23:55:00 GMT", "20251231T235500Z"),
            ("Fri, 01 Jan 2027 00:00:00 GMT", "20270101T000000Z"),
        ])
    func corrected(_ date: String, _ signedAt: String) throws {
        for type in ["InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"] {
            let scene = Scene.task()
            scene.machine.on(Route.metering(), Marketplace.accepts(after: Self.refusal(type, date: date)))
            #expect(try scene.register().report.attempts == 2)
            let second = try #require(scene.machine.exchanges(Route.metering()).last)
            #expect(second.header("X-Amz-Date") == signedAt)
            #expect(
                second.header("Authorization")?.contains(
                    "/\(signedAt.prefix(8))/eu-west-3/aws-marketplace/aws4_request") == true)
            #expect(scene.journal.warnings.contains { $0.contains("clock") })
            #expect(scene.machine.pauses.isEmpty)
        }
    }

    // AWS allows five minutes: within four the clock is not what is wrong.
    @Test(
        "not within four minutes, and not without a Date: exactly one request",
        arguments: [
            "Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:04:00 GMT", "Wed, 31 Dec 2025 23:56:00 GMT",
            "yesterday", nil,
        ])
    func notCorrected(_ date: String?) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Self.refusal("InvalidSignatureException", date: date))
        let failure = try scene.failure()
        #expect(failure.error.status == .notAuthenticated && failure.report.attempts == 1)
    }

    @Test("once for the whole call")
    func once() throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.metering(), Self.refusal("InvalidSignatureException", date: "Thu, 01 Jan 2026 01:00:00 GMT"),
            Self.refusal("InvalidSignatureException", date: "Thu, 01 Jan 2026 09:00:00 GMT"))
        #expect(try scene.failure().report.attempts == 2)
    }

    @Test("the correction holds for later attempts of the same call")
    func kept() throws {
        let scene = Scene.task()
        scene.machine.random(always: 0)
        scene.machine.on(
            Route.metering(),
            Marketplace.accepts(
                after: Self.refusal("InvalidSignatureException", date: "Thu, 01 Jan 2026 01:00:00 GMT"),
                Answers.throttled))
        _ = try scene.register()
        #expect(
            scene.machine.exchanges(Route.metering()).map { $0.header("X-Amz-Date") } == [
                "20260101T000000Z", "20260101T010000Z", "20260101T010000Z",
            ])
    }

    @Test(
        "an error that the clock does not explain is not corrected, whatever the Date",
        arguments: ["AccessDeniedException", "UnrecognizedClientException"])
    func otherErrors(_ type: String) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Self.refusal(type, date: "Thu, 01 Jan 2026 01:00:00 GMT"))
        #expect(try scene.failure().report.attempts == 1)
    }
}

// "Several versions at once, so that a rotation needs no release: on InvalidPublicKeyVersion the next one is tried".
@Suite("Call: key versions") struct KeyVersionTests {
    private func scene(known: [Int]) -> Scene {
        var scene = Scene.task()
        scene.options.publicKeys = [
            (3, TestKey.rsa3072.publicPEM), (2, TestKey.rsa2048.publicPEM), (1, TestKey.other.publicPEM),
        ]
        scene.machine.on(Route.metering()) { request, _ in
            let version = Marketplace.version(request)
            guard known.contains(version) else {
                return Answers.refusal("InvalidPublicKeyVersionException", "no version \(version)")
            }
            return Marketplace.accepted(
                Token.sign(Marketplace.payload(request), by: [3: .rsa3072, 2: .rsa2048][version] ?? .other))
        }
        return scene
    }

    @Test(
        "the first added is asked for first, then the next, at once and with the same nonce",
        arguments: [
            ([1, 2, 3], 1, 3), ([1, 2], 2, 2), ([1], 3, 1),
        ])
    func next(_ known: [Int], _ attempts: Int, _ version: Int32) throws {
        let scene = scene(known: known)
        let registration = try scene.register()
        #expect(
            registration.publicKeyVersion == version && registration.isVerified
                && registration.report.attempts == attempts)
        #expect(
            scene.machine.exchanges(Route.metering()).map { Marketplace.version($0.request) }
                == Array([3, 2, 1].prefix(attempts)))
        #expect(Set(scene.machine.exchanges(Route.metering()).map { Marketplace.nonce($0.request) }).count == 1)
        #expect(scene.machine.pauses.isEmpty)
        #expect(scene.journal.warnings.count == attempts - 1)
    }

    @Test("none is known: the error, after each was asked for once")
    func none() throws {
        let scene = scene(known: [])
        let failure = try scene.failure()
        #expect(failure.error.status == .invalidPublicKeyVersion && failure.report.attempts == 3)
    }

    @Test("throttling does not go back to a version that was refused")
    func throttled() throws {
        var scene = Scene.task()
        scene.options.publicKeys = [(2, TestKey.other.publicPEM), (1, TestKey.rsa2048.publicPEM)]
        scene.machine.on(
            Route.metering(),
            Marketplace.accepts(after: Answers.refusal("InvalidPublicKeyVersionException"), Answers.throttled))
        #expect(try scene.register().publicKeyVersion == 1)
        #expect(scene.machine.exchanges(Route.metering()).map { Marketplace.version($0.request) } == [2, 1, 1])
    }
}
