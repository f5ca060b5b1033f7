// Holds how calls end early: by their own cancellation and their own deadline, and by nobody else's.

import MPMeterClient
import MPMeterCore
import MPMeterSystem
import Testing

// "Makes every call that was given it, now or later, return MPMETER_E_CANCELLED": mpmeter.h.
@Suite("Cancellation") struct CancellationTests {
    @Test("before the call: nothing is sent, not even for the Region; the rules for arguments come first")
    func before() throws {
        let scene = Scene.task([:])
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(try scene.failure(cancellation: cancellation).error.status == .cancelled)
        #expect(throws: Failure.self) { try scene.region(cancellation) }
        #expect(
            scene.outcome(of: try scene.client(), "not a code", cancellation: cancellation).status == .invalidArgument)
        #expect(scene.machine.routes.isEmpty)
    }

    @Test("a remembered registration does not undo it")
    func remembered() throws {
        let scene = Scene.task()
        let client = try scene.client()
        #expect(scene.outcome(of: client).status == .ok)
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(scene.outcome(of: client, cancellation: cancellation).status == .cancelled)
    }

    @Test("during back-off: at once, with no other request", arguments: [Route.metering(), Route.taskCredentials])
    func backOff(_ route: String) throws {
        let scene = Scene.task()
        let cancellation = Cancellation()
        scene.machine.on(route, Answers.error(500))
        scene.machine.whenPausing { cancellation.cancel() }
        let failure = try scene.failure(cancellation: cancellation)
        #expect(failure.error.status == .cancelled && failure.error.status.action == .terminate)
        #expect(scene.machine.count(route) == 1 && scene.machine.elapsed < 100)
    }

    @Test(
        "during a request, whichever it is", arguments: [Route.taskMetadata, Route.taskCredentials, Route.metering()])
    func request(_ route: String) throws {
        let scene = Scene.task([:])
        let cancellation = Cancellation()
        scene.machine.on(route) { _, _ in
            cancellation.cancel()
            return .silence
        }
        #expect(try scene.failure(cancellation: cancellation).error.status == .cancelled)
        #expect(scene.machine.count(route) == 1 && scene.machine.routes.last == route)
    }

    @Test(
        "during a request to instance metadata: cancelled, not \"nothing found\"",
        arguments: [Route.instanceToken, Route.instanceRegion, Route.instanceRole])
    func instanceMetadata(_ route: String) throws {
        let scene = Scene.instance()
        let cancellation = Cancellation()
        scene.machine.on(route) { _, _ in
            cancellation.cancel()
            return .silence
        }
        #expect(try scene.failure(cancellation: cancellation).error.status == .cancelled)
    }

    @Test("after a cancelled call another registers")
    func again() throws {
        let scene = Scene.task()
        let client = try scene.client()
        let cancellation = Cancellation()
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.throttled))
        scene.machine.whenPausing { cancellation.cancel() }
        #expect(scene.outcome(of: client, cancellation: cancellation).status == .cancelled)
        #expect(scene.outcome(of: client).status == .ok)
    }
}

@Suite("Flights: who leaves early", .serialized) struct FlightLeavingTests {
    /// A leader whose first request hangs until `gate` opens; from then on AWS accepts.
    private func hanging(deadline: Int64? = nil) throws -> (scene: Scene, client: Client<FakeMachine>, gate: Gate) {
        var scene = Scene.task(realClock: true)
        if let deadline { scene.options.deadline = deadline }
        let gate = Gate()
        let accept = Marketplace.accepts()
        scene.machine.on(Route.metering()) { request, count in
            if count == 1 { gate.wait() }
            return accept(request, count)
        }
        return (scene, try scene.client(), gate)
    }

    @Test("the leader is cancelled: the others do not fail, one of them takes over")
    func leaderCancelled() throws {
        let (scene, client, gate) = try hanging()
        let cancellation = Cancellation()
        let leader = scene.start(client, cancellation)
        wait(until: { scene.machine.count(Route.metering()) == 1 })
        let started = Counter()
        let followers = (0..<4).map { _ in scene.start(client, nil, started) }
        wait(until: { started.value == 4 })
        pauseForOthers()
        cancellation.cancel()
        gate.open()
        #expect(leader.value()?.status == .cancelled)
        for follower in followers { #expect(follower.value()?.status == .ok) }
        #expect(scene.machine.count(Route.metering()) == 2)
    }

    @Test("a follower is cancelled: it returns while the leader goes on")
    func followerCancelled() throws {
        let (scene, client, gate) = try hanging()
        let leader = scene.start(client)
        wait(until: { scene.machine.count(Route.metering()) == 1 })
        let cancellation = Cancellation()
        let started = Counter()
        let follower = scene.start(client, cancellation, started)
        wait(until: { started.value == 1 })
        pauseForOthers()
        #expect(!follower.isDone)
        let moment = Clock.monotonic
        cancellation.cancel()
        #expect(follower.value()?.status == .cancelled)
        // mpmeter.h says 100 ms; the rest is for a busy machine.
        #expect(Clock.monotonic - moment < 1000)
        #expect(!leader.isDone)
        gate.open()
        #expect(leader.value()?.status == .ok)
        #expect(scene.machine.count(Route.metering()) == 1)
    }

    @Test("a follower's own deadline ends its waiting, though the leader's request hangs")
    func followerDeadline() throws {
        let (scene, client, gate) = try hanging(deadline: 400)
        let leader = scene.start(client)
        wait(until: { scene.machine.count(Route.metering()) == 1 })
        let moment = Clock.monotonic
        let follower = scene.start(client)
        #expect(follower.value()?.status == .deadline)
        let waited = Clock.monotonic - moment
        #expect(waited >= 390 && waited < 2000)
        #expect(!leader.isDone)
        gate.open()
        _ = leader.value()
        #expect(scene.machine.count(Route.metering()) == 1)
    }

    // "The other thread's own … deadline says nothing of this call" (Client.swift): THROTTLED is "until the deadline"
    // (mpmeter.h), and a follower has one of its own.
    @Test(
        "the leader's deadline does not fail a follower that has time left",
        arguments: [Answers.throttled, Answers.error(503), .silence])
    func leaderDeadline(_ reply: FakeMachine.Reply) throws {
        var scene = Scene.task(realClock: true)
        scene.options.deadline = 2000
        scene.options.retryPolicy.throttled = RetryPolicy.Turns(first: 50, second: 100, share: 5, longest: 100)
        scene.options.retryPolicy.failed = .init(first: 50, longest: 100)
        let accept = Marketplace.accepts()
        let isSilent = if case .silence = reply { true } else { false }
        scene.machine.on(Route.metering()) { [machine = scene.machine] request, count in
            // The leader has begun before its first request, so that 2 s after that nothing is the leader's.
            let isLeaders = machine.elapsed < (machine.exchanges(Route.metering()).first?.moment ?? 0) + 2000
            return (isSilent ? count == 1 : isLeaders) ? reply : accept(request, count)
        }
        let client = try scene.client()
        let leader = scene.start(client)
        wait(until: { scene.machine.count(Route.metering()) > 0 })
        pauseForOthers(milliseconds: 1000)
        let follower = scene.start(client)
        #expect(leader.value()?.status.action == .retry)
        #expect(follower.value()?.status == .ok)
    }
}
