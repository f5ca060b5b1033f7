// Decides how the way of a record is written down: what a cutting decides, in one transaction; that it is about to be
// sent, before it is; and what AWS said.

public import MPMeterCore

/// What became of an attempt, as the journal is to keep it.
public enum AttemptOutcome: Sendable {
    case sent(recordID: String)
    /// AWS has not taken it, this time or ever before.
    case refused(String)
    case unknown(String)
    case held(HoldReason, String)
}

extension Journal {
    /// Seals what is due, by `cutting`; answers how many quantities became held. `body` answers the request of a new
    /// record, `token` a client token that was never used.
    public func cut(
        _ cutting: Cutting, token: () -> String?, body: (UsageRecord) throws(MeterError) -> [UInt8]
    ) throws(MeterError) -> Int {
        let outcome = try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) -> Result<Int, MeterError> in
                var books = try Journal.books(database, at: cutting.now)
                let changes: [BookChange]
                var bodies: [[UInt8]] = []
                do throws(MeterError) {
                    changes = try cutting.cut(&books, token: token)
                    for case .seal(let record) in changes { bodies.append(try body(record)) }
                } catch {
                    return .failure(error)
                }
                bodies.reverse()
                var held = 0
                for change in changes {
                    try Journal.apply(change, cutting, &bodies, database)
                    switch change {
                    case .hold, .holdUsage: held += 1
                    default: break
                    }
                }
                return .success(held)
            }
        }
        return try outcome.get()
    }

    /// What a cutting looks at. Of the keys that are taken, those that can matter.
    static func books(_ database: Database, at now: Int64) throws(DatabaseFailure) -> Books {
        var books = Books()
        let open = "SELECT hour, dimension, tags, millionths, checksum FROM usage ORDER BY hour, dimension, tags"
        try database.run(open) { (row) throws(DatabaseFailure) in
            let usage = OpenUsage(
                hour: try row.hour(0), dimension: try row.requiredText(1), tags: try row.usageTags(2),
                quantity: try row.quantity(3))
            try row.check(4, Checksum.usage(usage.dimension, usage.hour, usage.tags.text, usage.quantity), "usage")
            books.usage.append(usage)
        }
        books.records = try records(database, "state IN ('sealed', 'unknown')", [])
        let since = Value.number(UsageHour(containing: now).start - 12 * 3600)
        let oldest = Value.number(books.usage.first?.hour.start ?? Int64.max)
        try database.run("SELECT identity, dimension, hour FROM record WHERE hour >= min(?, ?)", [since, oldest]) {
            (row) throws(DatabaseFailure) in
            books.closed.append(
                RecordKey(UsageIdentity(try row.requiredText(0)), try row.requiredText(1), try row.hour(2)))
        }
        books.identity = try database.textSetting("identity").map { UsageIdentity($0) }
        return books
    }

    private static func records(_ database: Database, _ condition: String, _ values: [Value]) throws(DatabaseFailure)
        -> [UsageRecord]
    {
        var records: [UsageRecord] = []
        let sql = """
            SELECT id, identity, dimension, hour, timestamp, client_token, state, millionths, checksum FROM record \
            WHERE \(condition) ORDER BY hour, id
            """
        try database.run(sql, values) { (row) throws(DatabaseFailure) in
            guard let id = row.number(0), let timestamp = row.number(4),
                let state = row.text(6).flatMap({ RecordState(rawValue: $0) }),
                timestamp >= 0, timestamp <= 253_402_300_799
            else { throw .damaged("a record cannot be read") }
            let key = RecordKey(UsageIdentity(try row.requiredText(1)), try row.requiredText(2), try row.hour(3))
            let sum = Checksum.record(key, try row.quantity(7), timestamp, try row.requiredText(5))
            try row.check(8, sum, "a record")
            records.append(
                UsageRecord(
                    id: id, key: key, timestamp: timestamp, clientToken: try row.requiredText(5), allocations: [],
                    state: state))
        }
        for index in records.indices {
            let id = records[index].id
            var parts: [UsageAllocation] = []
            try database.run("SELECT tags, millionths, checksum FROM allocation WHERE record = ?", [.number(id)]) {
                (row) throws(DatabaseFailure) in
                let part = try row.allocation(0, 1)
                try row.check(2, Checksum.allocation(id, part.tags.text, part.quantity), "a part of a record")
                parts.append(part)
            }
            guard !parts.isEmpty else { throw .damaged("a record has no quantity") }
            records[index].allocations = parts
        }
        return records
    }

    private static func apply(
        _ change: BookChange, _ cutting: Cutting, _ bodies: inout [[UInt8]], _ database: Database
    ) throws(DatabaseFailure) {
        switch change {
        case .move(let usage, let hour):
            try take(usage, database)
            try put(usage.dimension, hour, usage.tags, usage.quantity, database)
        case .seal(let record):
            let body = bodies.popLast() ?? []
            let values: [Value] = [
                .text(record.key.identity.text), .text(record.key.dimension), .number(record.key.hour.start),
                .number(record.quantity.millionths), .number(record.timestamp), .text(record.clientToken),
                .bytes(body),
                .number(Checksum.record(record.key, record.quantity, record.timestamp, record.clientToken)),
                .number(Checksum.request(body)),
            ]
            try database.run(
                """
                INSERT INTO record (identity, dimension, hour, millionths, state, timestamp, client_token, request, \
                checksum, request_checksum) VALUES (?, ?, ?, ?, 'sealed', ?, ?, ?, ?, ?)
                """, values)
            let id = database.lastID
            for part in record.allocations {
                try allocate(id, part.tags, part.quantity, database)
                try take(
                    OpenUsage(
                        hour: record.key.hour, dimension: record.key.dimension, tags: part.tags, quantity: part.quantity
                    ), database)
            }
        case .unseal(let record, let hour):
            for part in record.allocations { try put(record.key.dimension, hour, part.tags, part.quantity, database) }
            try database.run("DELETE FROM allocation WHERE record = ?", [.number(record.id)])
            try database.run("DELETE FROM record WHERE id = ?", [.number(record.id)])
        case .hold(let record, let reason):
            try database.run(
                "UPDATE record SET state = 'held', why = ? WHERE id = ?", [.text(reason.rawValue), .number(record.id)])
        case .holdUsage(let usage, let reason):
            try take(usage, database)
            let values: [Value] = [
                .text(cutting.identity.text), .text(usage.dimension), .number(usage.hour.start),
                .number(usage.quantity.millionths),
                .number(usage.hour.lastSecond), .text(reason.rawValue),
                .number(
                    Checksum.record(
                        RecordKey(cutting.identity, usage.dimension, usage.hour), usage.quantity, usage.hour.lastSecond,
                        "")
                ),
            ]
            try database.run(
                """
                INSERT INTO record (identity, dimension, hour, millionths, state, timestamp, client_token, why, \
                checksum) \
                VALUES (?, ?, ?, ?, 'held', ?, '', ?, ?)
                """,
                values)
            try allocate(database.lastID, usage.tags, usage.quantity, database)
        case .identify(let identity):
            try database.keep("identity", .text(identity.text))
        }
    }

    private static func allocate(
        _ record: Int64, _ tags: UsageTags, _ quantity: Quantity, _ database: Database
    ) throws(DatabaseFailure) {
        try database.run(
            "INSERT INTO allocation (record, tags, millionths, checksum) VALUES (?, ?, ?, ?)",
            [
                .number(record), .text(tags.text), .number(quantity.millionths),
                .number(Checksum.allocation(record, tags.text, quantity)),
            ])
    }

    private static func present(
        _ dimension: String, _ hour: UsageHour, _ tags: UsageTags, _ database: Database
    ) throws(DatabaseFailure) -> Quantity? {
        let key: [Value] = [.text(dimension), .number(hour.start), .text(tags.text)]
        var present: Quantity?
        try database.run("SELECT millionths, checksum FROM usage WHERE dimension = ? AND hour = ? AND tags = ?", key) {
            (row) throws(DatabaseFailure) in
            let quantity = try row.quantity(0)
            try row.check(1, Checksum.usage(dimension, hour, tags.text, quantity), "usage")
            present = quantity
        }
        return present
    }

    private static func put(
        _ dimension: String, _ hour: UsageHour, _ tags: UsageTags, _ quantity: Quantity, _ database: Database
    ) throws(DatabaseFailure) {
        guard let sum = (try present(dimension, hour, tags, database) ?? .zero).adding(quantity) else {
            throw .damaged("a sum is out of range")
        }
        try database.run(
            "INSERT OR REPLACE INTO usage (dimension, hour, tags, millionths, checksum) VALUES (?, ?, ?, ?, ?)",
            [
                .text(dimension), .number(hour.start), .text(tags.text), .number(sum.millionths),
                .number(Checksum.usage(dimension, hour, tags.text, sum)),
            ])
    }

    private static func take(_ usage: OpenUsage, _ database: Database) throws(DatabaseFailure) {
        let key: [Value] = [.text(usage.dimension), .number(usage.hour.start), .text(usage.tags.text)]
        guard let left = try present(usage.dimension, usage.hour, usage.tags, database)?.subtracting(usage.quantity)
        else {
            throw .damaged("usage is gone")
        }
        if left == .zero {
            try database.run("DELETE FROM usage WHERE dimension = ? AND hour = ? AND tags = ?", key)
        } else {
            try database.run(
                "UPDATE usage SET millionths = ?, checksum = ? WHERE dimension = ? AND hour = ? AND tags = ?",
                [
                    .number(left.millionths),
                    .number(Checksum.usage(usage.dimension, usage.hour, usage.tags.text, left)),
                ] + key)
        }
    }

    // MARK: One record

    /// Those that are to be sent, the oldest first.
    public func recordsToSend(_ identity: UsageIdentity) throws(MeterError) -> [UsageRecord] {
        try use { database throws(DatabaseFailure) in
            try Journal.records(database, "state IN ('sealed', 'unknown') AND identity = ?", [.text(identity.text)])
        }
    }

    /// Writes down that the record is sent now, and answers the request: from here on its outcome is unknown until
    /// AWS's word is kept.
    public func beginAttempt(_ record: UsageRecord, at now: Int64) throws(MeterError) -> [UInt8] {
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                let id = Value.number(record.id)
                var body: [UInt8] = []
                let sql = "SELECT request, request_checksum FROM record WHERE id = ? AND state IN ('sealed', 'unknown')"
                try database.run(sql, [id]) { (row) throws(DatabaseFailure) in
                    body = row.bytes(0)
                    try row.check(1, Checksum.request(body), "a record's request")
                }
                guard !body.isEmpty else { throw .damaged("a record has no request") }
                try database.run(
                    "UPDATE record SET state = 'unknown', attempts = attempts + 1, attempted = ? WHERE id = ?",
                    [.number(now), id])
                return body
            }
        }
    }

    public func finish(_ record: UsageRecord, _ outcome: AttemptOutcome) throws(MeterError) {
        let id = Value.number(record.id)
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                switch outcome {
                case .sent(let recordID):
                    try database.run(
                        "UPDATE record SET state = 'sent', record_id = ?, request = NULL, answer = NULL WHERE id = ?",
                        [.text(recordID), id])
                case .refused(let answer):
                    try database.run(
                        "UPDATE record SET state = 'sealed', answer = ? WHERE id = ?", [.text(answer), id])
                case .unknown(let answer):
                    try database.run(
                        "UPDATE record SET state = 'unknown', answer = ? WHERE id = ?", [.text(answer), id])
                case .held(let reason, let answer):
                    try database.run(
                        "UPDATE record SET state = 'held', why = ?, answer = ? WHERE id = ?",
                        [.text(reason.rawValue), .text(answer), id])
                }
            }
        }
    }

    /// Undoes a record that AWS will not take for its hour: its usage is billed in the first hour that is open at
    /// `now`, or held.
    public func giveBack(_ record: UsageRecord, _ cutting: Cutting, answer: String) throws(MeterError) {
        guard !cutting.holdsLate else { return try finish(record, .held(.late, answer)) }
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                var books = try Journal.books(database, at: cutting.now)
                guard let known = books.records.first(where: { $0.id == record.id }) else { return }
                var none: [[UInt8]] = []
                for change in cutting.undo(known, &books) { try Journal.apply(change, cutting, &none, database) }
            }
        }
    }
}
