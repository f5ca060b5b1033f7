// Decides how a cutting is written down, in one transaction.

public import MPMeterCore

extension Journal {
    /// Seals what is due, by `cutting`; answers how many quantities became held. `body` answers the request of a new
    /// record, `token` a client token that was never used. `past` is how far the journal is to be from here on, if it
    /// is behind.
    public func cut(
        _ cutting: Cutting, past: Past, token: () -> String?, body: (UsageRecord) throws(MeterError) -> [UInt8]
    ) throws(MeterError) -> Int {
        let outcome = try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) -> Result<Int, MeterError> in
                var books = try Journal.books(database, cutting)
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
                if cutting.isCopy { try Journal.keep(past, database) }
                return .success(held)
            }
        }
        return try outcome.get()
    }

    /// What a cutting looks at. Of the keys that are taken, those that can matter.
    static func books(_ database: Database, _ cutting: Cutting) throws(DatabaseFailure) -> Books {
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
        let since = Value.number(UsageHour(containing: cutting.now).start - 12 * 3600)
        let oldest = Value.number(books.usage.first?.hour.start ?? Int64.max)
        try database.run("SELECT identity, dimension, hour FROM record WHERE hour >= min(?, ?)", [since, oldest]) {
            (row) throws(DatabaseFailure) in
            books.closed.append(
                RecordKey(UsageIdentity(try row.requiredText(0)), try row.requiredText(1), try row.hour(2)))
        }
        books.identity = try database.textSetting("identity").map { UsageIdentity($0) }
        books.since = try database.numericSetting("since " + cutting.identity.text).map { UsageHour(containing: $0) }
        return books
    }

    static func records(_ database: Database, _ condition: String, _ values: [Value]) throws(DatabaseFailure)
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
                UsageHour.moments.contains(timestamp)
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

    static func apply(
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
        case .identify(let identity, let since):
            try database.keep("identity", .text(identity.text))
            try database.keep("since " + identity.text, .number(since.start))
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
}
