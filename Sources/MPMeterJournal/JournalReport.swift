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
            try database.run("SELECT name, value FROM journal") { row in
                let name = row.text(0) ?? ""
                if name.isSame(as: "product_code") { report.productCode = row.text(1) ?? "" }
                if name.isSame(as: "identity") { report.identity = row.text(1) }
            }
            try database.run("SELECT dimension, hour, millionths, tags FROM usage ORDER BY hour, dimension, tags") {
                (row) throws(DatabaseFailure) in
                report.entries.append(
                    JournalReport.Entry(
                        dimension: try row.requiredText(0), hour: try row.hour(1), quantity: try row.quantity(2),
                        state: "open",
                        tags: try row.requiredText(3), attempts: 0))
            }
            let sql = """
                SELECT dimension, hour, millionths, state, record_id, why, answer, attempts FROM record \
                ORDER BY hour, dimension, id
                """
            try database.run(sql) { (row) throws(DatabaseFailure) in
                report.entries.append(
                    JournalReport.Entry(
                        dimension: try row.requiredText(0), hour: try row.hour(1), quantity: try row.quantity(2),
                        state: try row.requiredText(3), tags: "", recordID: row.text(4), why: row.text(5),
                        answer: row.text(6),
                        attempts: row.number(7) ?? 0))
            }
            return report
        }
    }
}
