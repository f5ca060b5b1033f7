// Decides how the way of one record is written down: that it is about to be sent, before it is; and what AWS said. Two
// senders are kept apart by a lock, which a network file system may lose: what one of them has settled stays settled.

public import MPMeterCore

/// An attempt that is about to be made.
public struct Attempt: Sendable {
    public var body: [UInt8]
    /// Its number among the record's attempts, from 1.
    public var number: Int64
    /// Whether an earlier one may have been accepted.
    public var wasUnknown: Bool
    /// How far the journal has come with it.
    public var past: Past?

    /// Where AWS did not take it.
    public func failed(_ reason: String) -> AttemptOutcome { wasUnknown ? .unknown(reason) : .refused(reason) }
}

/// What became of an attempt, as the journal is to keep it.
public enum AttemptOutcome: Sendable {
    case sent(recordID: String)
    /// AWS has not taken it, this time or ever before.
    case refused(String)
    case unknown(String)
    case held(HoldReason, String)
}

extension Journal {
    /// Those that are to be sent, the oldest first.
    public func recordsToSend(_ identity: UsageIdentity) throws(MeterError) -> [UsageRecord] {
        try use { database throws(DatabaseFailure) in
            try Journal.records(database, "state IN ('sealed', 'unknown') AND identity = ?", [.text(identity.text)])
        }
    }

    /// Writes down that the record is sent now, and answers how: from here on its outcome is unknown until AWS's word
    /// is kept. nil if another sender has settled it meanwhile.
    public func beginAttempt(_ record: UsageRecord, at now: Int64) throws(MeterError) -> Attempt? {
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                let id = Value.number(record.id)
                var attempt: Attempt?
                let sql = """
                    SELECT request, request_checksum, state, attempts FROM record WHERE id = ? AND state IN ('sealed', \
                    'unknown')
                    """
                try database.run(sql, [id]) { (row) throws(DatabaseFailure) in
                    let body = row.bytes(0)
                    try row.check(1, Checksum.request(body), "a record's request")
                    guard !body.isEmpty else { throw .damaged("a record has no request") }
                    attempt = Attempt(
                        body: body, number: (row.number(3) ?? 0) &+ 1,
                        wasUnknown: try row.requiredText(2).isSame(as: "unknown"))
                }
                guard attempt != nil else { return nil }
                try database.run(
                    "UPDATE record SET state = 'unknown', attempts = attempts + 1, attempted = ? WHERE id = ?",
                    [.number(now), id])
                if var past = try Journal.past(database) {
                    past.step &+= 1
                    try Journal.keep(past, database)
                    attempt?.past = past
                }
                return attempt
            }
        }
    }

    /// Keeps what came of an attempt. A record that another sender has settled stays as it is, and one that another
    /// tries as well stays unknown until somebody knows.
    public func finish(_ record: UsageRecord, _ attempt: Attempt, _ outcome: AttemptOutcome) throws(MeterError) {
        let id = Value.number(record.id)
        let open = "WHERE id = ? AND state = 'unknown'"
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                switch outcome {
                case .sent(let recordID):
                    try database.run(
                        "UPDATE record SET state = 'sent', record_id = ?, request = NULL, answer = NULL \(open)",
                        [.text(recordID), id])
                case .refused(let answer):
                    try database.run(
                        "UPDATE record SET state = 'sealed', answer = ? \(open) AND attempts = ?",
                        [.text(answer), id, .number(attempt.number)])
                case .unknown(let answer):
                    try database.run(
                        "UPDATE record SET answer = ? \(open)", [.text(answer), id])
                case .held(let reason, let answer):
                    try database.run(
                        "UPDATE record SET state = 'held', why = ?, answer = ? \(open)",
                        [.text(reason.rawValue), .text(answer), id])
                }
            }
        }
    }

    /// Undoes a record that AWS will not take for its hour: its usage is billed in the first hour that is open at
    /// `now`, or held.
    public func giveBack(_ record: UsageRecord, _ attempt: Attempt, _ cutting: Cutting, answer: String)
        throws(MeterError)
    {
        guard !cutting.holdsLate else { return try finish(record, attempt, .held(.late, answer)) }
        try use { database throws(DatabaseFailure) in
            try database.transaction { () throws(DatabaseFailure) in
                let own = try database.number("SELECT attempts FROM record WHERE id = ?", [.number(record.id)])
                var books = try Journal.books(database, cutting)
                guard own == attempt.number, let known = books.records.first(where: { $0.id == record.id }) else {
                    return
                }
                var none: [[UInt8]] = []
                for change in cutting.undo(known, &books) { try Journal.apply(change, cutting, &none, database) }
            }
        }
    }
}
