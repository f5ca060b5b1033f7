// Decides how a journal is used by many threads and processes at once: within a process one at a time, between
// processes by SQLite's locks, and by a connection of its own in a child of fork().

internal import CMPMeterSystem
public import MPMeterCore
internal import MPMeterSystem

public final class Journal: @unchecked Sendable {
    /// Absolute.
    public let path: String
    /// Guarded by `Monitor`.
    private var isInUse = false
    private var generation: UInt64
    private var database: Database?

    /// Milliseconds that a call waits for others: adds of many processes, each of which waits for the disk.
    private static let patience: Int64 = 30_000

    private init(_ path: String, _ database: Database) {
        self.path = path
        self.database = database
        generation = Monitor.locked { Monitor.forkGeneration }
    }

    /// Opens the journal at `path`; makes one if `settings` says what it begins with and there is none.
    public static func open(_ path: String, orCreate settings: JournalSettings? = nil) throws(MeterError) -> Journal {
        guard !path.isEmpty, path.utf8.count <= 480 else {
            throw MeterError(.invalidArgument, "The journal's path is empty, or longer than 480 bytes")
        }
        // SQLite takes ":memory:" and the like for other places.
        let place = path.startsWith("/") ? path : "./" + path
        if !(try JournalFile.exists(place)) {
            guard let settings else {
                throw MeterError(
                    .journal, "There is no journal at \(path.quotable(limit: 300))",
                    fix: "Check the path. The first add creates the journal.")
            }
            try JournalFile.create(place, settings.values)
        }
        let database = try attempt(place) { () throws(DatabaseFailure) in try JournalFile.open(place) }
        let journal = Journal(database.path ?? place, database)
        if let settings { try journal.check(settings) }
        return journal
    }

    deinit {
        // The parent's connection is not closed in a child: only forgotten.
        let isOurs = Monitor.locked { Monitor.forkGeneration == generation }
        if isOurs, let database { ForkGuard.inside { database.close() } }
    }

    private func check(_ settings: JournalSettings) throws(MeterError) {
        let code = try text("product_code") ?? ""
        guard code.isSame(as: settings.productCode) else {
            throw MeterError(
                .invalidArgument,
                "The journal \(path.quotable(limit: 300)) belongs to the product \(code.quotable(limit: 255))",
                fix: "Give each product a journal.")
        }
    }

    /// Runs `step` with the connection, again for as long as others hold SQLite's locks.
    func use<T>(_ step: (Database) throws(DatabaseFailure) -> T) throws(MeterError) -> T {
        let until = Clock.monotonic + Journal.patience
        guard take(until) else { throw DatabaseFailure(code: DatabaseFailure.busyCode, reason: "").meterError(path) }
        defer { giveBack() }
        return try Journal.attempt(path) { () throws(DatabaseFailure) in
            let database: Database
            if let open = self.database { database = open } else { database = try JournalFile.open(path) }
            self.database = database
            do throws(DatabaseFailure) {
                return try step(database)
            } catch {
                // What failed otherwise than by waiting is begun anew.
                if !error.isBusy {
                    database.close()
                    self.database = nil
                }
                throw error
            }
        }
    }

    /// Nothing waits inside SQLite: it says at once that others are at work, so that a fork() is never kept waiting.
    private static func attempt<T>(_ path: String, _ step: () throws(DatabaseFailure) -> T) throws(MeterError) -> T {
        let until = Clock.monotonic + patience
        var longest: Int64 = 2
        while true {
            let outcome = ForkGuard.inside { () -> Result<T, DatabaseFailure> in
                do throws(DatabaseFailure) { return .success(try step()) } catch { return .failure(error) }
            }
            switch outcome {
            case .success(let value): return value
            case .failure(let failure):
                let now = Clock.monotonic
                guard failure.isBusy, now < until else { throw failure.meterError(path) }
                let random = Randomness.bytes(1)?.first ?? 255
                Clock.sleep(until: now + 1 + Int64(random) * longest / 256, nil)
                longest = min(longest * 2, 32)
            }
        }
    }

    private func take(_ until: Int64) -> Bool {
        Monitor.locked {
            while true {
                let now = Monitor.forkGeneration
                if generation != now {
                    // A child: the parent's connection is neither used nor closed here.
                    generation = now
                    isInUse = false
                    if let database { _ = Unmanaged.passRetained(database) }
                    database = nil
                }
                if !isInUse {
                    isInUse = true
                    return true
                }
                if Clock.monotonic >= until { return false }
                Monitor.wait(until: until)
            }
        }
    }

    private func giveBack() {
        Monitor.locked {
            isInUse = false
            Monitor.wake()
        }
    }

    // MARK: Settings

    func text(_ name: String) throws(MeterError) -> String? {
        try use { database throws(DatabaseFailure) in
            try database.textSetting(name)
        }
    }

    public var productCode: String { get throws(MeterError) { try text("product_code") ?? "" } }

    /// What the journal knows of time and of its own minute.
    public func times() throws(MeterError) -> JournalTimes {
        try use { database throws(DatabaseFailure) in
            let offset = try database.numericSetting("clock_offset")
            let own = try database.numericSetting("own_second") ?? 0
            let oldest = try database.number("SELECT min(hour) FROM usage")
            let record = try database.number("SELECT min(timestamp) FROM record WHERE state IN ('sealed', 'unknown')")
            // Arithmetic with times outside these could overflow.
            guard (offset ?? 0).magnitude <= UsageHour.lastMoment, UsageHour.moments.contains(record ?? 0) else {
                throw .damaged("a time is out of range")
            }
            return JournalTimes(
                clockOffset: offset, ownSecond: own, oldest: oldest.map { UsageHour(containing: $0) },
                oldestRecord: record)
        }
    }

    /// Seconds that AWS's clock is ahead of this machine's.
    public func keep(clockOffset: Int64) throws(MeterError) {
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                try database.keep("clock_offset", .number(clockOffset))
            }
        }
    }
}

/// What a new journal begins with.
public struct JournalSettings: Sendable {
    let productCode: String
    let values: [(String, Value)]

    /// `ownSecond` is when in the hour this journal's records are sent.
    /// `lineage` is 16 characters that no other journal has.
    public init(productCode: String, createdAt: Int64, ownSecond: Int64, lineage: String) {
        self.productCode = productCode
        values = [
            ("product_code", .text(productCode)), ("created", .number(createdAt)), ("own_second", .number(ownSecond)),
            ("lineage", .text(lineage)), ("step", .number(0)),
        ]
    }
}

public struct JournalTimes: Sendable {
    public var clockOffset: Int64?
    public var ownSecond: Int64
    public var oldest: UsageHour?
    /// The moment that the oldest record says which is not settled.
    public var oldestRecord: Int64?

    public var hasRecords: Bool { oldestRecord != nil }

    /// Whether at `now` some of it is too old for AWS.
    public func isLate(at now: Int64) -> Bool {
        let moments = [oldest?.lastSecond, oldestRecord].compactMap { $0 }
        return moments.contains { UsageHour.isTooLate($0, at: now) }
    }
}

extension DatabaseFailure {
    static var busyCode: Int32 { 5 }
}
