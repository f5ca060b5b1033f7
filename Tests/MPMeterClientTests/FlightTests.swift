// Holds that concurrent registrations of one product are one request, and that an accepted one is remembered.

import MPMeterClient
import MPMeterCore
import MPMeterSystem
import Testing

// "Concurrent calls for one product are one flight; a success is remembered for the process"
@Suite("Flights", .serialized) struct FlightTests {
    @Test("many threads, one product: one request, and one answer for all")
    func one() throws {
        let scene = Scene.task(realClock: true)
        let gate = Gate()
        let accept = Marketplace.accepts()
        scene.machine.on(Route.metering()) { request, count in
            gate.wait()
            return accept(request, count)
        }
        let client = try scene.client()
        let started = Counter()
        let calls = (0..<8).map { _ in scene.start(client, nil, started) }
        wait(until: { started.value == 8 })
        pauseForOthers()
        gate.open()
        let registrations = try calls.map { try #require($0.value()).get() }
        #expect(Set(registrations.map(\.signature)).count == 1)
        #expect(scene.machine.routes == [Route.taskCredentials, Route.metering()])
    }

    @Test("a failure is shared by those who wait for it, and not remembered")
    func failure() throws {
        let scene = Scene.task(realClock: true)
        let gate = Gate()
        scene.machine.on(Route.metering()) { _, _ in
            gate.wait()
            return Answers.refusal("CustomerNotEntitledException")
        }
        let client = try scene.client()
        let started = Counter()
        let calls = (0..<6).map { _ in scene.start(client, nil, started) }
        wait(until: { started.value == 6 })
        pauseForOthers(milliseconds: 500)
        gate.open()
        for call in calls { #expect(call.value()?.status == .customerNotEntitled) }
        #expect(scene.machine.count(Route.metering()) == 1)
        #expect(scene.outcome(of: client).status == .customerNotEntitled)
        #expect(scene.machine.count(Route.metering()) == 2)
    }

    @Test("two products: two requests, neither waiting for the other")
    func products() throws {
        let scene = Scene.task(realClock: true)
        let gate = Gate()
        let accept = Marketplace.accepts()
        scene.machine.on(Route.metering()) { request, count in
            if Marketplace.product(request) == "slow" { gate.wait() }
            return accept(request, count)
        }
        let client = try scene.client()
        let slow = scene.start(client, product: "slow")
        wait(until: { scene.machine.count(Route.metering()) == 1 })
        #expect(scene.outcome(of: client, "quick").status == .ok)
        #expect(!slow.isDone)
        gate.open()
        #expect(try #require(slow.value()).get().productCode == "slow")
        #expect(scene.machine.count(Route.metering()) == 2)
    }

    @Test("one nonce, one request; another nonce, another: each answer proves the nonce that was asked for")
    func nonces() throws {
        let scene = Scene.task(realClock: true)
        let gate = Gate()
        let accept = Marketplace.accepts()
        scene.machine.on(Route.metering()) { request, count in
            gate.wait()
            return accept(request, count)
        }
        let client = try scene.client()
        let started = Counter()
        let nonces = ["a", "b", "a", "b"]
        let calls = nonces.map { scene.start(client, nil, started, nonce: $0) }
        wait(until: { started.value == 4 })
        pauseForOthers(milliseconds: 500)
        gate.open()
        for (nonce, call) in zip(nonces, calls) { #expect(try #require(call.value()).get().nonce == nonce) }
        #expect(Set(scene.machine.exchanges(Route.metering()).map { Marketplace.nonce($0.request) }) == ["a", "b"])
        #expect(scene.machine.count(Route.metering()) == 2)
    }

    @Test(
        "product codes are bytes: equal by Unicode or by case is not equal",
        arguments: [("a", "A"), ("a", "a."), ("a:b", "a/b")])
    func bytes(_ first: String, _ second: String) throws {
        let scene = Scene.task()
        let client = try scene.client()
        #expect(try scene.outcome(of: client, first).get().productCode == first)
        #expect(try scene.outcome(of: client, second).get().productCode == second)
        #expect(scene.machine.count(Route.metering()) == 2)
    }
}

@Suite("Flights: memory and nonces (mpmeter.h, mpmeter_register_usage)") struct MemoryTests {
    @Test("an accepted registration is answered at once: nothing is sent, read or waited for")
    func remembered() throws {
        let scene = Scene.task()
        let client = try scene.client()
        let first = try scene.outcome(of: client).get()
        let (routes, reads) = (scene.machine.routes, scene.machine.reads)
        for _ in 0..<3 { #expect(try scene.outcome(of: client).get().signature == first.signature) }
        #expect(scene.machine.routes == routes && scene.machine.reads == reads)
    }

    @Test("an unverified one too")
    func rememberedUnverified() throws {
        var scene = Scene.task()
        scene.options.unverifiedKeyVersion = 1
        let client = try scene.client()
        #expect(try !scene.outcome(of: client).get().isVerified)
        #expect(try !scene.outcome(of: client).get().isVerified)
        #expect(scene.machine.count(Route.metering()) == 1)
    }

    // "A remembered registration serves only the same nonce", and none is a fresh one: a proof for somebody's own nonce
    // is not fresh.
    @Test(
        "explicit nonces",
        arguments: [
            (["a", "a"], 1), (["a", "b"], 2), (["a", nil], 2), ([nil, "a"], 2), (["a", "A"], 2),
            (["é", "e\u{301}"], 2), (["a", "b", "b"], 2),
            (["a", nil, "a"], 2), ([nil, "a", nil], 2),
        ] as [([String?], Int)])
    func nonces(_ nonces: [String?], _ requests: Int) throws {
        let scene = Scene.task()
        let client = try scene.client()
        for nonce in nonces {
            let registration = try scene.outcome(of: client, nonce: nonce).get()
            if let nonce { #expect(Array(registration.nonce.utf8) == Array(nonce.utf8)) }
        }
        #expect(scene.machine.count(Route.metering()) == requests)
        let sent = scene.machine.exchanges(Route.metering()).map { Marketplace.nonce($0.request) }
        #expect(Set(sent.map { Array($0.utf8) }).count == requests)
    }

    @Test("another client has another memory")
    func clients() throws {
        let scene = Scene.task()
        _ = try scene.register()
        _ = try scene.register()
        #expect(scene.machine.count(Route.metering()) == 2)
    }

    @Test(
        "after a failure the next call asks again",
        arguments: ["CustomerNotEntitledException", "AccessDeniedException"])
    func failures(_ type: String) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.refusal(type)))
        let client = try scene.client()
        #expect(scene.outcome(of: client).status != .ok)
        #expect(scene.outcome(of: client).status == .ok)
    }

    @Test("a refused product code is refused again after another was accepted")
    func untrusted() throws {
        var scene = Scene.task()
        try scene.options.products.add(Scene.product, .paid)
        let client = try scene.client()
        #expect(scene.outcome(of: client).status == .ok)
        #expect(scene.outcome(of: client, "other").status == .untrustedProduct)
    }
}
