// The promise, over random histories: adds, crashes at every step, lost answers, throttling, outages of hours,
// restarts, new pods on the old journal, a clock that is wrong. A ledger with AWS's rules says what is billed.

import Testing

@testable import MPMeterCore

struct Splitmix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }
}

/// AWS: one immutable quantity for each pod, dimension and hour.
private struct Ledger {
    struct Entry {
        var quantity: Quantity
        var token: String
    }

    var entries: [String: Entry] = [:]

    enum Answer { case accepted, duplicate, outOfBounds }

    mutating func meter(_ record: UsageRecord, pod: UsageIdentity, at now: Int64) -> Answer {
        guard now - record.timestamp <= 6 * 3600, record.timestamp <= now + 300 else { return .outOfBounds }
        let key = "\(pod.text) \(record.key.dimension) \(UsageHour(containing: record.timestamp).start)"
        if let entry = entries[key] { return entry.quantity == record.quantity ? .accepted : .duplicate }
        entries[key] = Entry(quantity: record.quantity, token: record.clientToken)
        return .accepted
    }
}

private struct World {
    var random: Splitmix
    /// AWS's time; the pod's clock is off by `skew`, of which it knows `known`.
    var now: Int64 = 1_800_000_000
    var skew: Int64 = 0
    var known: Int64 = 0
    var pod = UsageIdentity("pod/0")
    var since: [String: UsageHour] = [:]
    var books = Books()
    var held: [(UsageRecord, HoldReason)] = []
    var heldUsage: [OpenUsage] = []
    var ledger = Ledger()
    var added: [String: Int64] = [:]
    var ids: Int64 = 0
    var isReachable = true
    var isFaulty = true

    var local: Int64 { now + skew - known }

    mutating func add() {
        let dimension = ["a", "b"][Int(random.next() % 2)]
        let tags = try! UsageTags(random.chance(30) ? [UsageTag("team", "\(random.next() % 3)")] : [])
        let quantity = Quantity(millionths: Int64(random.next() % 3_000_000))!
        guard quantity > .zero else { return }
        let last = books.closed.filter { $0.dimension == dimension && $0.hour >= UsageHour(containing: local) }.map {
            $0.hour
        }.max()
        let hour = Adding.hour(at: local, lastClosed: last)
        books.add(OpenUsage(hour: hour, dimension: dimension, tags: tags, quantity: quantity))
        added[dimension, default: 0] += quantity.millionths
    }

    func cutting(_ isFinal: Bool) -> Cutting {
        var cutting = Cutting(at: local, for: pod)
        cutting.isFinal = isFinal
        return cutting
    }

    mutating func take(_ changes: [BookChange]) {
        for change in changes {
            switch change {
            case .hold(let record, let reason): held.append((record, reason))
            case .holdUsage(let usage, _): heldUsage.append(usage)
            case .identify(let identity, let hour): since[identity.text] = hour
            default: break
            }
        }
        for index in books.records.indices where books.records[index].id == 0 {
            ids += 1
            books.records[index].id = ids
        }
    }

    /// As the client's sender does it; a crash leaves the books as the journal has them then.
    mutating func send(isFinal: Bool) throws {
        guard !(isFaulty && random.chance(5)) else { return }
        var changed = books
        changed.since = since[pod.text]
        var source = random
        let changes = try cutting(isFinal).cut(&changed) { "\(source.next())" }
        random = source
        books = changed
        take(changes)
        if isReachable { known = skew }
        for record in books.records where record.key.identity == pod {
            guard let at = books.records.firstIndex(where: { $0.id == record.id }) else { continue }
            let wasUnknown = books.records[at].state == .unknown
            books.records[at].state = .unknown
            if isFaulty, random.chance(5) { return }  // Crashed before the request.
            guard isReachable, !(isFaulty && random.chance(10)) else {
                if !wasUnknown { books.records[at].state = .sealed }  // Not sent, or throttled.
                return
            }
            let answer = ledger.meter(record, pod: pod, at: now)
            if isFaulty, random.chance(10) { return }  // The answer is lost, or the process.
            switch answer {
            case .accepted: books.records.remove(at: at)
            case .duplicate:
                books.records.remove(at: at)
                held.append((record, .duplicate))
            case .outOfBounds where wasUnknown:
                books.records.remove(at: at)
                held.append((record, .tooLateUnknown))
            case .outOfBounds:
                books.records[at].state = .sealed
                take(cutting(isFinal).undo(books.records[at], &books))
            }
        }
    }

    /// Every unit is billed once, or known to wait, or listed; none is billed that was not added.
    func check(_ comment: Comment) {
        let accepted = Set(ledger.entries.values.map { $0.token })
        for dimension in ["a", "b"] {
            let billed = ledger.entries.filter { $0.key.contains(" \(dimension) ") }.reduce(0) {
                $0 + $1.value.quantity.millionths
            }
            let open = books.usage.filter { $0.dimension == dimension }.reduce(0) { $0 + $1.quantity.millionths }
            let waiting = books.records.filter { $0.key.dimension == dimension && !accepted.contains($0.clientToken) }
            let lost = held.filter { $0.0.key.dimension == dimension && !accepted.contains($0.0.clientToken) }
            let rest =
                waiting.reduce(0) { $0 + $1.quantity.millionths } + lost.reduce(0) { $0 + $1.0.quantity.millionths }
                + heldUsage.filter { $0.dimension == dimension }.reduce(0) { $0 + $1.quantity.millionths }
            #expect(billed + open + rest == added[dimension, default: 0], comment)
        }
        for record in books.records where record.state == .sealed {
            #expect(!accepted.contains(record.clientToken), "what AWS has accepted is not taken for never sent")
        }
    }

    /// No faults any more: what can be billed is.
    mutating func settle() throws {
        isReachable = true
        isFaulty = false
        skew = 0
        for _ in 0..<8 {
            now += 3600
            try send(isFinal: false)
        }
        try send(isFinal: true)
    }
}

@Suite struct UsageModelTests {
    @Test(arguments: 1...300) func everyUnitIsBilledOnceOrListed(_ seed: Int) throws {
        var world = World(random: Splitmix(seed: UInt64(seed)))
        var pods = 0
        for _ in 0..<150 {
            switch world.random.next() % 20 {
            case 0..<9: world.add()
            case 9..<13: world.now += Int64(world.random.next() % 1800)
            case 13: world.now += Int64(world.random.next() % (3 * 3600))
            case 14 where world.random.chance(30): world.now += Int64(world.random.next() % (10 * 3600))
            case 15: world.isReachable = world.random.chance(60)
            case 16 where world.random.chance(30): try world.send(isFinal: true)
            case 17 where world.random.chance(15):
                // A new one, or one of the others that still lives.
                pods += 1
                world.pod = UsageIdentity("pod/\(world.random.chance(50) ? pods : Int(world.random.next() % 3))")
            case 18 where world.random.chance(20):
                world.skew = Int64(world.random.next() % 20000) - 10000
                // AWS refuses a signature that is off by five minutes, and says its time.
                world.known = world.skew
            default: try world.send(isFinal: false)
            }
            world.check("seed \(seed)")
        }
        try world.settle()
        world.check("seed \(seed), settled")
        #expect(world.books.usage.isEmpty, "what was added is no longer open: seed \(seed)")
        #expect(world.books.records.isEmpty)
    }

    /// The case that is promised: one pod, AWS reached within six hours of each hour.
    @Test(arguments: 1...150) func withinSixHoursNothingIsHeld(_ seed: Int) throws {
        var world = World(random: Splitmix(seed: UInt64(1000 + seed)))
        for _ in 0..<40 {
            for _ in 0..<world.random.next() % 6 { world.add() }
            world.now += 600
            try world.send(isFinal: world.random.chance(5))
            if world.random.chance(20) {
                // An outage, with usage and attempts in it, and then some tries of which one is heard.
                world.isReachable = false
                for _ in 0..<world.random.next() % 7 {
                    world.now += 1800
                    world.add()
                    try world.send(isFinal: false)
                }
                world.isReachable = true
                world.isFaulty = false
                try world.send(isFinal: false)
                world.isFaulty = true
            }
            world.check("seed \(seed)")
        }
        try world.settle()
        #expect(world.held.isEmpty && world.heldUsage.isEmpty, "seed \(seed)")
        let billed = world.ledger.entries.reduce(0) { $0 + $1.value.quantity.millionths }
        #expect(billed == world.added.reduce(0) { $0 + $1.value }, "seed \(seed)")
    }

    @Test func wholeUnitsAreBilledAndTheRestIsCarried() throws {
        var cutting = Cutting(at: 7200, for: UsageIdentity("p"))
        cutting.isWhole = true
        var books = Books(usage: [
            OpenUsage(hour: UsageHour(containing: 3600), dimension: "d", tags: .none, quantity: Quantity("2.75")!)
        ])
        _ = try cutting.cut(&books) { "t" }
        #expect(books.records.map { $0.quantity.text } == ["2"])
        #expect(books.usage.map { $0.quantity.text } == ["0.75"])
        #expect(books.usage.map { $0.hour.start } == [7200])
    }

    @Test func lateUsageIsHeldIfThatIsWanted() throws {
        var cutting = Cutting(at: 40 * 3600, for: UsageIdentity("p"))
        cutting.holdsLate = true
        var books = Books(usage: [
            OpenUsage(hour: UsageHour(containing: 3600), dimension: "d", tags: .none, quantity: Quantity("1")!)
        ])
        let changes = try cutting.cut(&books) { "t" }
        #expect(books.usage.isEmpty && books.records.isEmpty)
        #expect(changes.contains { if case .holdUsage(_, .late) = $0 { true } else { false } })
    }

    @Test func whatDoesNotFitIntoOneRecordGoesToTheNextHour() throws {
        let hour = UsageHour(containing: 3600)
        let tags = try (0..<3).map {
            try UsageTags([UsageTag("k\($0)a", "v"), UsageTag("k\($0)b", "v"), UsageTag("k\($0)c", "v")])
        }
        var books = Books(usage: tags.map { OpenUsage(hour: hour, dimension: "d", tags: $0, quantity: Quantity("1")!) })
        _ = try Cutting(at: 7200, for: UsageIdentity("p")).cut(&books) { "t" }
        #expect(books.records.first?.allocations.count == 1)
        #expect(books.usage.count == 2 && books.usage.allSatisfy { $0.hour == hour.next })
    }

    @Test func aJournalThatHasLostItsPastSendsNothing() throws {
        var cutting = Cutting(at: 40 * 3600, for: UsageIdentity("p"))
        cutting.isCopy = true
        cutting.isFinal = true
        let hour = UsageHour(containing: 3600)
        let tenth = UsageAllocation(.none, Quantity("0.1")!)
        var records: [UsageRecord] = []
        for (id, state) in [(1, RecordState.sealed), (2, .unknown)] {
            records.append(
                UsageRecord(
                    id: Int64(id), key: RecordKey(UsageIdentity("p"), "d\(id)", hour), timestamp: hour.lastSecond,
                    clientToken: "t", allocations: [tenth], state: state))
        }
        let open = OpenUsage(hour: UsageHour(containing: 40 * 3600), dimension: "d", tags: .none, quantity: .most)
        var books = Books(usage: [open], records: records)
        let changes = try cutting.cut(&books) { "t" }
        #expect(books.usage.isEmpty && books.records.isEmpty)
        #expect(changes.filter { if case .hold(_, .copy) = $0 { true } else { false } }.count == 2)
        #expect(changes.filter { if case .holdUsage(_, .copy) = $0 { true } else { false } }.count == 1)
    }

    @Test func twoPodsThatTakeTurnsStillBill() throws {
        var books = Books()
        var since: [String: UsageHour] = [:]
        for hour in 1...6 {
            let now = Int64(hour) * 3600
            books.add(
                OpenUsage(
                    hour: UsageHour(containing: now - 1), dimension: "d", tags: .none, quantity: Quantity("1")!))
            let pod = UsageIdentity("pod/\(hour % 2)")
            books.since = since[pod.text]
            for case .identify(_, let first) in try Cutting(at: now, for: pod).cut(&books, token: { "\(hour)" }) {
                since[pod.text] = first
            }
            books.records = []
        }
        #expect(books.closed.count == 5 && books.usage.isEmpty)
    }

    @Test func anHourIsNeverSealedBeforeItEnds() throws {
        var books = Books(usage: [
            OpenUsage(hour: UsageHour(containing: 3600), dimension: "d", tags: .none, quantity: Quantity("1")!)
        ])
        #expect(try Cutting(at: 7199, for: UsageIdentity("p")).cut(&books) { "t" }.count == 1)
        #expect(books.records.isEmpty)
    }
}
