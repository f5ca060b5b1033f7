// The rows of a journal that somebody has written by hand, with right checksums where there can be one. A line each:
//
//   u|DIMENSION|HOUR|TAGS|MILLIONTHS
//   r|IDENTITY|DIMENSION|HOUR|MILLIONTHS|STATE|TIMESTAMP|TOKEN|REQUEST|ATTEMPTS
//   a|RECORD|TAGS|MILLIONTHS
//   s|NAME|TEXT    n|NAME|NUMBER

import MPMeterCore
import MPMeterJSON
@testable import MPMeterJournal

@_silgen_name("unlink") private func unlink(_ path: UnsafePointer<CChar>) -> Int32
@_silgen_name("getpid") private func getpid() -> Int32

private let path = "/dev/shm/mpmeter-fuzz-\(getpid())"
private let now: Int64 = 1_800_000_000
private let identity = UsageIdentity("eks-pod/a")

func fuzz(_ input: [UInt8]) {
    remove()
    defer { remove() }
    let settings = JournalSettings(productCode: "p", createdAt: 0, ownSecond: 0, lineage: "0123456789abcdef")
    guard let journal = try? Journal.open(path, orCreate: settings) else {
        expect(false, "a journal can be made")
        return
    }
    try? journal.use { (database) throws(DatabaseFailure) in
        try database.run("PRAGMA synchronous = OFF")
        for line in input.lines { try? put(line, database) }
    }
    for cutting in cuttings {
        attempt { () throws(MeterError) in
            let times = try journal.times()
            _ = times.isLate(at: now)
            let due = SendSchedule.due(
                at: now, own: times.ownSecond, oldest: times.oldest, hasRecords: times.hasRecords, notBefore: nil)
            expect(due > 0 && due < now + 10800, "a send is due at most an hour and its part after the next hour")
        }
        attempt { () throws(MeterError) in _ = try journal.report() }
        attempt { () throws(MeterError) in
            try journal.add(.most, "d", .none, at: now, mark: 7)
        }
        attempt { () throws(MeterError) in
            let past = try journal.past(orFrom: "0123456789abcdef")
            _ = past.isBehind(Past(lineage: past.lineage, step: 1))
            _ = try journal.cut(cutting, past: past, token: { "token" }) { record throws(MeterError) in
                try record.body(productCode: "p", Jansson.self)
            }
            for record in try journal.recordsToSend(identity).prefix(4) {
                guard let begun = try journal.beginAttempt(record, at: now) else { continue }
                try journal.giveBack(record, begun, cutting, answer: "too old")
            }
        }
    }
}

private let cuttings = [0, 1, 2, 3, 4].map { kind in
    var cutting = Cutting(at: now, for: identity)
    cutting.isWhole = kind == 1
    cutting.holdsLate = kind == 2
    cutting.isFinal = kind >= 3
    cutting.isCopy = kind == 4
    return cutting
}

private func attempt(_ step: () throws(MeterError) -> Void) {
    do throws(MeterError) { try step() } catch { check(error) }
}

private func remove() { for end in ["", "-journal", "-sender"] { _ = unlink(path + end) } }

private func put(_ line: [UInt8], _ database: Database) throws(DatabaseFailure) {
    guard let text = line.text else { return }
    let fields = text.fields(separatedBy: UInt8(ascii: "|"))
    func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
    func number(_ index: Int) -> Int64 { signed(field(index)) }
    func quantity(_ index: Int) -> Quantity { Quantity(millionths: number(index)) ?? .zero }
    func hour(_ index: Int) -> UsageHour { UsageHour(containing: number(index)) }
    switch field(0) {
    case let kind where kind.isSame(as: "u"):
        let sum = Checksum.usage(field(1), hour(2), field(3), quantity(4))
        try database.run(
            "INSERT INTO usage (dimension, hour, tags, millionths, checksum) VALUES (?, ?, ?, ?, ?)",
            [.text(field(1)), .number(number(2)), .text(field(3)), .number(number(4)), .number(sum)])
    case let kind where kind.isSame(as: "r"):
        let key = RecordKey(UsageIdentity(field(1)), field(2), hour(3))
        try database.run(
            """
            INSERT INTO record (identity, dimension, hour, millionths, state, timestamp, client_token, request, \
            attempts, checksum, request_checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(field(1)), .text(field(2)), .number(number(3)), .number(number(4)), .text(field(5)),
                .number(number(6)), .text(field(7)), .bytes(field(8).bytes), .number(number(9)),
                .number(Checksum.record(key, quantity(4), number(6), field(7))),
                .number(Checksum.request(field(8).bytes)),
            ])
    case let kind where kind.isSame(as: "a"):
        try database.run(
            "INSERT INTO allocation (record, tags, millionths, checksum) VALUES (?, ?, ?, ?)",
            [
                .number(number(1)), .text(field(2)), .number(number(3)),
                .number(Checksum.allocation(number(1), field(2), quantity(3))),
            ])
    case let kind where kind.isSame(as: "s"): try database.keep(field(1), .text(field(2)))
    case let kind where kind.isSame(as: "n"): try database.keep(field(1), .number(number(2)))
    default: break
    }
}

/// Wraps around, so that every number can be written.
private func signed(_ text: String) -> Int64 {
    var value: Int64 = 0
    for byte in text.utf8 where byte.isDigitASCII { value = value &* 10 &+ Int64(byte - UInt8(ascii: "0")) }
    return text.startsWith("-") ? 0 &- value : value
}
