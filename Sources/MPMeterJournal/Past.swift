// Decides whether a journal is an older copy. A journal that is restored from a backup holds usage that may have been
// billed since, and nothing in it shows that. So each attempt to send has a number, and the last number is written to
// the sender's file beside the journal before the request is sent. A journal that is behind that file is an older copy.

internal import CMPMeterSystem
public import MPMeterCore
internal import MPMeterSystem

/// How far a journal has come.
public struct Past: Equatable, Sendable {
    /// 16 characters that every copy of the journal shares.
    public var lineage: String
    /// Attempts so far.
    public var step: Int64

    public init(lineage: String, step: Int64) {
        self.lineage = lineage
        self.step = step
    }

    public static func == (a: Past, b: Past) -> Bool { a.step == b.step && a.lineage.isSame(as: b.lineage) }

    /// Whether the journal that says this is an older copy, or one without its companion, by what the sender's file
    /// says.
    public func isBehind(_ witness: Past?) -> Bool {
        guard let witness, witness.lineage.isSame(as: lineage) else { return step > 0 }
        return witness.step > step
    }

    // MARK: As the sender's file has it

    /// The length never changes: overwriting it in place needs no room on a full disk.
    static let length = 40
    static let mark: [UInt8] = "mpm1 ".bytes

    var text: String {
        let digits = "\(max(step, 0))"
        return "mpm1 \(lineage) " + String(repeating: "0", count: max(18 - digits.utf8.count, 0)) + digits
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == Past.length, let text = String(utf8: bytes) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("mpm1".utf8), parts[1].count == 16,
            let lineage = String(utf8: parts[1]), let step = parts[2].decimalValue
        else { return nil }
        self.init(lineage: lineage, step: step)
    }
}

extension SenderLock {
    /// What the file says; nil if that is nothing. Throws if the file is somebody else's, such as a journal of that
    /// name: `keep` would overwrite it.
    public func witness() throws(MeterError) -> Past? {
        try checkIsHeld()
        var bytes = [UInt8](repeating: 0, count: Past.length)
        let count = bytes.withUnsafeMutableBufferPointer { mpsys_read_start(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw unusable("cannot be read: \(Files.reason(Int32(-count)))") }
        let content = bytes.prefix(Int(count))
        guard content.starts(with: Past.mark.prefix(content.count)) else {
            throw MeterError(
                .journal,
                """
                The file \(path.quotable(limit: 300))-sender was not written by this library. It was not changed, and \
                nothing was sent
                """,
                fix: """
                    Put back the journal's own -sender file. Move this one away only if the journal has never sent \
                    anything: otherwise all its pending usage is held.
                    """)
        }
        return Past(bytes)
    }

    /// On the disk when it returns.
    public func keep(_ past: Past) throws(MeterError) {
        try checkIsHeld()
        let bytes = past.text.bytes
        let code = bytes.withUnsafeBufferPointer { mpsys_write_start(descriptor, $0.baseAddress, $0.count) }
        guard code == 0 else { throw unusable("cannot be written: \(Files.reason(-code))") }
    }
}

extension SenderLock {
    private func checkIsHeld() throws(MeterError) {
        guard isHeld else {
            throw MeterError(
                .journalBusy,
                "Another call has sent from the journal \(path.quotable(limit: 300)) while this one's log function ran")
        }
    }

    private func unusable(_ problem: String) -> MeterError {
        MeterError(
            .journal, "The file \(path.quotable(limit: 300))-sender \(problem)",
            fix: "Make room on its volume, and let this user read and write there.")
    }
}

extension Journal {
    /// A journal of an earlier release has none, and gets `lineage`.
    public func past(orFrom lineage: String) throws(MeterError) -> Past {
        try use { database throws(DatabaseFailure) in
            if let past = try Journal.past(database) { return past }
            return try database.transaction { () throws(DatabaseFailure) in
                let past = Past(lineage: lineage, step: 0)
                try Journal.keep(past, database)
                return past
            }
        }
    }

    static func past(_ database: Database) throws(DatabaseFailure) -> Past? {
        guard let lineage = try database.textSetting("lineage"), lineage.utf8.count == 16 else { return nil }
        return Past(lineage: lineage, step: try database.numericSetting("step") ?? 0)
    }

    static func keep(_ past: Past, _ database: Database) throws(DatabaseFailure) {
        try database.keep("lineage", .text(past.lineage))
        try database.keep("step", .number(past.step))
    }
}
