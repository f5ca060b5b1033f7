// Decides how the books are shown: one JSON object, with what is pending, held and sent, and the sums of each
// dimension.

public import MPMeterCore
internal import MPMeterJournal

public enum UsageReport {
    static func json<J: JSONCoding>(_ journal: Journal, _: J.Type) throws(MeterError) -> String {
        let report = try journal.report()
        let held = report.entries.filter { $0.state.isSame(as: "held") }
        let sent = report.entries.filter { $0.state.isSame(as: "sent") }
        let pending = report.entries.filter { !$0.state.isSame(as: "held") && !$0.state.isSame(as: "sent") }
        let message = "\(pending.count) pending, \(held.count) held, \(sent.count) sent"
        let document = try J.encode([
            ("status", .string(Status.ok.name.description)), ("code", .integer(0)),
            ("action", .string(Status.ok.action.name.description)),
            ("message", .string(message)), ("fix", .string(held.isEmpty ? "" : Status.usageHeld.fix.description)),
            ("product_code", .string(report.productCode)), ("journal", .string(journal.path)),
            ("identity", report.identity.map { .string($0) } ?? .null), ("pending", .array(pending.map { member($0) })),
            ("held", .array(held.map { member($0) })), ("sent", .array(sent.map { member($0) })),
            ("totals", totals(report.entries)),
        ])
        return String(utf8: document) ?? ""
    }

    /// Of the journal at `path`, which is not made.
    public static func json<J: JSONCoding>(path: String, _: J.Type) throws(MeterError) -> String {
        try json(try Journal.open(path), J.self)
    }

    private static func member(_ entry: JournalReport.Entry) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("dimension", .string(entry.dimension)), ("hour", .string(entry.hour.text)),
            ("quantity", .string(entry.quantity.text)),
            ("state", .string(entry.state)),
        ]
        if !entry.tags.isEmpty { members.append(("tags", .string(entry.tags))) }
        if let id = entry.recordID { members.append(("record_id", .string(id))) }
        if let why = entry.why { members.append(("why", .string(why))) }
        if let answer = entry.answer { members.append(("answer", .string(answer))) }
        if entry.attempts > 0 { members.append(("attempts", .integer(entry.attempts))) }
        if let identity = entry.identity { members.append(("identity", .string(identity))) }
        return .object(members)
    }

    private struct Sum {
        let dimension: String
        var pending: Int64 = 0
        var held: Int64 = 0
        var sent: Int64 = 0
    }

    private static func totals(_ entries: [JournalReport.Entry]) -> JSONValue {
        var sums: [Sum] = []
        for entry in entries {
            let at = sums.firstIndex { $0.dimension.isSame(as: entry.dimension) } ?? sums.count
            if at == sums.count { sums.append(Sum(dimension: entry.dimension)) }
            let more = entry.quantity.millionths
            if entry.state.isSame(as: "held") {
                sums[at].held.addClamped(more)
            } else if entry.state.isSame(as: "sent") {
                sums[at].sent.addClamped(more)
            } else {
                sums[at].pending.addClamped(more)
            }
        }
        return .object(
            sums.map { sum in
                var added = sum.pending
                added.addClamped(sum.held)
                added.addClamped(sum.sent)
                func text(_ millionths: Int64) -> JSONValue { .string(Quantity.text(ofMillionths: millionths)) }
                return (
                    sum.dimension,
                    .object([
                        ("added", text(added)), ("pending", text(sum.pending)), ("held", text(sum.held)),
                        ("sent", text(sum.sent)),
                    ])
                )
            })
    }
}

extension Int64 {
    fileprivate mutating func addClamped(_ more: Int64) {
        let (sum, overflow) = addingReportingOverflow(more)
        self = overflow ? .max : sum
    }
}
