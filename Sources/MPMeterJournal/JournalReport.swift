// Decides what a journal tells of itself: what is pending, what is held and why, what was sent.

public import MPMeterCore

public struct JournalReport: Sendable {
    public struct Entry: Sendable {
        public var dimension: String
        public var hour: UsageHour
        public var quantity: Quantity
        /// "open", "sealed", "unknown", "sent" or "held".
        public var state: String
        /// The tags' JSON; "" without.
        public var tags: String
        public var recordID: String?
        public var why: String?
        /// What was last said of it: AWS's error, or why it could not be sent.
        public var answer: String?
        public var attempts: Int64
        /// The task or pod that sent it, or was to; nil for what is open.
        public var identity: String?
    }

    public var productCode: String
    public var identity: String?
    public var entries: [Entry]
}

extension Journal {
    public func report() throws(MeterError) -> JournalReport {
        try use { database throws(DatabaseFailure) in
            // One moment of the books, whatever others add meanwhile.
            try database.run("BEGIN")
            defer { try? database.run("COMMIT") }
            var report = JournalReport(productCode: "", entries: [])
            report.productCode = try database.textSetting("product_code") ?? ""
            report.identity = try database.textSetting("identity")
            let open = "SELECT dimension, hour, millionths, tags, checksum FROM usage ORDER BY hour, dimension, tags"
            try database.run(open) { (row) throws(DatabaseFailure) in
                let entry = JournalReport.Entry(
                    dimension: try row.requiredText(0), hour: try row.hour(1), quantity: try row.quantity(2),
                    state: "open", tags: try row.requiredText(3), attempts: 0)
                try row.check(4, Checksum.usage(entry.dimension, entry.hour, entry.tags, entry.quantity), "usage")
                report.entries.append(entry)
            }
            let sql = """
                SELECT dimension, hour, millionths, state, record_id, why, answer, attempts, identity, timestamp, \
                client_token, checksum FROM record ORDER BY hour, dimension, id
                """
            try database.run(sql) { (row) throws(DatabaseFailure) in
                let entry = JournalReport.Entry(
                    dimension: try row.requiredText(0), hour: try row.hour(1), quantity: try row.quantity(2),
                    state: try row.requiredText(3), tags: "", recordID: row.text(4), why: row.text(5),
                    answer: row.text(6), attempts: row.number(7) ?? 0, identity: row.text(8))
                let key = RecordKey(UsageIdentity(try row.requiredText(8)), entry.dimension, entry.hour)
                let sum = Checksum.record(key, entry.quantity, row.number(9) ?? 0, try row.requiredText(10))
                try row.check(11, sum, "a record")
                report.entries.append(entry)
            }
            return report
        }
    }
}
