// Holds what is tried again, how long between, and until when.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

// "Strongly recommends retries for up to 30 minutes, with exponential back off": AWS,
// java-integration-example-registerusage.
@Suite("Call: retries") struct RetryTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let reply: FakeMachine.Reply
        let status: Status
        var testDescription: String { name }
    }

    static let passing = [
        // ThrottlingException is HTTP 400 (service-2.json).
        Case(name: "ThrottlingException", reply: Answers.throttled, status: .throttled),
        Case(name: "Throttling", reply: Answers.refusal("Throttling"), status: .throttled),
        Case(
            name: "TooManyRequestsException", reply: Answers.refusal("TooManyRequestsException", status: 429),
            status: .throttled),
        Case(name: "HTTP 429", reply: Answers.error(429), status: .throttled),
        Case(
            name: "InternalServiceErrorException", reply: Answers.refusal("InternalServiceErrorException", status: 500),
            status: .serviceUnavailable),
        Case(
            name: "ServiceUnavailable", reply: Answers.refusal("ServiceUnavailable", status: 503),
            status: .serviceUnavailable),
        Case(
            name: "an unknown error with HTTP 500", reply: Answers.refusal("NewException", status: 500),
            status: .serviceUnavailable),
        Case(name: "HTTP 500", reply: Answers.error(500), status: .serviceUnavailable),
        Case(
            name: "HTTP 502 of a proxy", reply: Answers.error(502, "<html>Bad Gateway</html>"),
            status: .serviceUnavailable),
        Case(name: "HTTP 599", reply: Answers.error(599), status: .serviceUnavailable),
        Case(name: "no connection", reply: .fail(.network), status: .network),
        Case(name: "no answer", reply: .silence, status: .network),
    ]

    @Test("a passing failure is tried again, and success ends it", arguments: passing)
    func again(_ example: Case) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Marketplace.accepts(after: example.reply, example.reply))
        #expect(try scene.register().report.attempts == 3)
        #expect(scene.machine.count(Route.metering()) == 3)
        #expect(scene.machine.count(Route.taskCredentials) == 1)
    }

    @Test("until the deadline and not beyond; the last error says so", arguments: passing)
    func deadline(_ example: Case) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), example.reply)
        let failure = try scene.failure()
        #expect(failure.error.status == example.status && failure.error.status.action == .retry)
        #expect(scene.machine.elapsed <= 1_800_000)
        #expect(scene.machine.exchanges.allSatisfy { $0.until <= 1_800_000 })
        // The longest mean pause is 77 s, or 45 s and an answer that is waited for for 40 s.
        let sent = scene.machine.count(Route.metering())
        #expect(sent > 15 && failure.report.attempts == sent)
        #expect(failure.error.message.contains("deadline"))
        #expect(failure.report.elapsed == scene.machine.elapsed)
    }

    @Test("a deadline of the vendor's own is kept to the millisecond", arguments: [1, 50, 1000, 25_000, 3_600_000])
    func ownDeadline(_ milliseconds: Int64) throws {
        for reply in [Answers.throttled, .silence] {
            var scene = Scene.task()
            scene.options.deadline = milliseconds
            scene.machine.on(Route.metering(), reply)
            #expect(try scene.failure().error.status.action == .retry)
            #expect(scene.machine.elapsed <= milliseconds)
        }
    }

    @Test(
        "the deadline holds for metadata and credentials too",
        arguments: [Route.taskMetadata, Route.taskCredentials, Route.instanceToken])
    func deadlineOfMetadata(_ route: String) throws {
        var scene = Scene.task([:])
        if route == Route.instanceToken { scene.environment[.ECS_CONTAINER_METADATA_URI_V4] = nil }
        scene.options.deadline = 700
        scene.machine.on(route, .silence)
        #expect(try scene.failure().error.status == .deadline)
        #expect(scene.machine.elapsed <= 700)
    }

    @Test("the deadline passes before AWS has said anything: DEADLINE")
    func deadlineFirst() throws {
        var scene = Scene.task()
        scene.options.deadline = 5000
        scene.machine.on(Route.metering(), .silence)
        let failure = try scene.failure()
        #expect(failure.error.status == .deadline && failure.error.message.contains("5000 ms"))
        #expect(failure.report.attempts == 1)
    }

    @Test(
        "a machine that slept through the deadline still tells what AWS said last",
        arguments: [
            (Answers.throttled, Status.throttled), (.fail(.network), .network),
        ])
    func overslept(_ reply: FakeMachine.Reply, _ status: Status) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), reply)
        scene.machine.whenPausing { [machine = scene.machine] in machine.advance(7_200_000) }
        let failure = try scene.failure()
        #expect(failure.error.status == status && failure.error.message.contains("deadline"))
        #expect(scene.machine.count(Route.metering()) == 1)
    }

    // "One nonce for all attempts": it is the request that is retried, not another one made.
    @Test("one nonce for all attempts")
    func oneNonce() throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.metering(),
            Marketplace.accepts(after: Answers.throttled, .fail(.network), Answers.error(500), .silence))
        let registration = try scene.register()
        let bodies = scene.machine.exchanges(Route.metering()).map(\.body)
        #expect(bodies.count == 5 && Set(bodies).count == 1)
        #expect(registration.nonce.count >= 32 && bodies.first?.contains(registration.nonce) == true)
    }

    @Test("another nonce for another registration")
    func freshNonces() throws {
        let scene = Scene.task()
        let client = try scene.client()
        let nonces = try (1...5).map { try scene.outcome(of: client, "product-\($0)").get().nonce }
        #expect(Set(nonces).count == 5)
    }

    @Test("each attempt is signed for its own moment")
    func signedAnew() throws {
        let scene = Scene.task()
        scene.machine.random(always: 0xFF)
        scene.machine.on(Route.metering(), Marketplace.accepts(after: .silence, .silence))
        _ = try scene.register()
        #expect(Set(scene.machine.exchanges(Route.metering()).map { $0.header("X-Amz-Date") }).count == 3)
    }

    @Test("each retry is logged: what happened, which attempt, when")
    func logged() throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.throttled, .fail(.network)))
        _ = try scene.register()
        let retries = scene.journal.lines(.info).filter { $0.contains("attempt") }
        #expect(retries.count == 2)
        #expect(
            retries.first?.contains("ThrottlingException") == true
                && retries.first?.contains("attempt 2 in \(scene.machine.pauses[0]) ms") == true)
        #expect(retries.last?.contains("broke") == true && retries.last?.contains("attempt 3") == true)
    }
}

// 300 pods that start at once share five registrations a second (metering-service-quotas).
@Suite("Call: back-off") struct BackOffTests {
    /// The pauses of a call that is throttled for half an hour.
    private func pauses(_ headers: [HTTPHeader] = [], random: UInt8? = nil) throws -> [Int64] {
        let scene = Scene.task()
        if let random { scene.machine.random(always: random) }
        scene.machine.on(Route.metering(), Answers.refusal("ThrottlingException", headers: headers))
        _ = try scene.failure()
        return scene.machine.pauses
    }

    @Test(
        "pauses are drawn from the whole of 2 s and 10 s, then from the last 3/10 of a fifth of the time passed"
    )
    func windows() throws {
        let pauses = try pauses()
        for (pause, window) in zip(pauses, [0..<2000, 0..<10_000, 7000..<10_000]) {
            #expect(window.contains(Int(pause)))
        }
        // The last one is what was left.
        let late = pauses.dropFirst(3).dropLast()
        #expect(late.count > 20 && late.allSatisfy { (7000..<35_000).contains($0) })
        #expect(late.first ?? 0 < 10_000 && late.contains { $0 > 30_000 })
        #expect(Set(pauses).count > pauses.count / 2)
    }

    // The pods of a fleet wait their turn: one that meets a 5xx meanwhile is not sent to the end of the queue.
    @Test("throttling and other failures are counted apart")
    func countedApart() throws {
        let scene = Scene.task()
        scene.machine.noRandom()
        scene.machine.on(
            Route.metering(),
            Marketplace.accepts(
                after: Answers.throttled, Answers.throttled, Answers.error(500), .fail(.network), Answers.throttled))
        #expect(scene.outcome(of: try scene.client(), nonce: "explicit").status == .ok)
        #expect(scene.machine.pauses == [2000, 10_000, 1000, 2000, 10_000])
    }

    @Test("two machines do not wait alike")
    func apart() throws {
        let scenes = try [UInt64(1), 2].map { seed in
            var scene = Scene(machine: FakeMachine(seed: seed), like: .task())
            scene.options.deadline = 600_000
            scene.machine.on(Route.taskCredentials, Answers.ok(Answers.container()))
            scene.machine.on(Route.metering(), Answers.throttled)
            _ = try scene.failure()
            return scene.machine.pauses
        }
        #expect(scenes[0] != scenes[1])
    }

    // RFC 9110, section 10.2.3.
    @Test(
        "Retry-After is waited for, and jitter comes on top",
        arguments: [("7", 7000), ("120", 120_000), ("86400", 300_000), ("9223372036854775807", 300_000)])
    func retryAfter(_ value: String, _ least: Int64) throws {
        let pauses = try pauses([HTTPHeader("Retry-After", value)])
        #expect(!pauses.isEmpty && pauses.allSatisfy { $0 >= least && $0 < least + 90_000 })
        #expect(Set(pauses).count > 1)
    }

    @Test(
        "a Retry-After that is no number of seconds to wait changes nothing",
        arguments: ["0", "-5", "soon", "", "1.5", "99999999999999999999"])
    func noRetryAfter(_ value: String) throws {
        #expect(try pauses([HTTPHeader("Retry-After", value)], random: 1) == pauses(random: 1))
    }

    @Test("Retry-After holds for the answer that said it, not for the next failure")
    func retryAfterOnce() throws {
        let scene = Scene.task()
        scene.machine.random(always: 0)
        let asked = Answers.refusal("ThrottlingException", headers: [HTTPHeader("Retry-After", "9")])
        scene.machine.on(Route.metering(), Marketplace.accepts(after: asked, .fail(.network)))
        _ = try scene.register()
        #expect(scene.machine.pauses == [9000, 0])
    }

    // What cannot be drawn is waited for in full: no pause at all would be 30 minutes of requests.
    @Test("without random bytes it still waits between two tries")
    func noJitter() throws {
        var scene = Scene.task()
        scene.options.deadline = 60_000
        scene.machine.noRandom()
        scene.machine.on(Route.metering(), Answers.throttled)
        let outcome = scene.outcome(of: try scene.client(), nonce: "explicit")
        #expect(outcome.status == .throttled)
        #expect(scene.machine.count(Route.metering()) < 20)
    }

    @Test("without random bytes there is no nonce, and no request")
    func noRandom() throws {
        let scene = Scene.task()
        scene.machine.noRandom()
        #expect(try scene.failure().error.status == .internal)
        #expect(scene.machine.routes.isEmpty)
    }
}
