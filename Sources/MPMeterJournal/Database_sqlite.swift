// Decides how SQLite is spoken to: prepared statements that are kept, every answer checked, and each failure told as
// what it means for a journal.

internal import CSQLite
internal import MPMeterCore

struct DatabaseFailure: Error {
    /// SQLite's extended result code.
    let code: Int32
    let reason: String

    private var primary: Int32 { code & 0xFF }
    var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }

    func meterError(_ path: String) -> MeterError {
        let place = "The journal \(path.quotable(limit: 300))"
        switch primary {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return MeterError(.journalBusy, "\(place) is in use by another thread or process")
        case SQLITE_NOTADB:
            return MeterError(
                .journalDamaged, "The file \(path.quotable(limit: 300)) is not a journal",
                fix: """
                    Check the path. If a journal was here, keep the file for the vendor, and settle its usage by hand.
                    """)
        case SQLITE_CORRUPT, SQLITE_FORMAT:
            return MeterError(.journalDamaged, "\(place) is damaged: \(reason)")
        case SQLITE_SCHEMA:
            return MeterError(
                .journal, "\(place) was made by another release of libmpmeter; nothing in it was changed",
                fix: "Let that release send what it holds (mpmeter meter send --final), then start with a new journal.")
        case SQLITE_FULL:
            return MeterError(.journal, "\(place) cannot be written: the disk is full", fix: "Make room on its volume.")
        case SQLITE_READONLY where code == SQLITE_READONLY_DBMOVED_CODE:
            return MeterError(
                .journal, "\(place) was moved or deleted while it was open",
                fix: "Put it back, and leave it where it is.")
        case SQLITE_READONLY, SQLITE_PERM:
            return MeterError(.journal, "\(place) cannot be written: the disk or the file is read-only")
        case SQLITE_CANTOPEN:
            return MeterError(
                .journal, "\(place) cannot be opened or created",
                fix: "Check that its folder exists, that this user may write to it, and that descriptors are left.")
        case SQLITE_IOERR: return MeterError(.journal, "\(place): \(reason) (code \(code))")
        case SQLITE_NOMEM: return MeterError(.outOfMemory, "Memory ran out while using the journal")
        case SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE, SQLITE_CONSTRAINT:
            return MeterError(.journalDamaged, "\(place) holds what no journal does: \(reason)")
        default: return MeterError(.internal, "\(place): \(reason) (code \(code))")
        }
    }

    static let notOfUsage = DatabaseFailure(code: SQLITE_NOTADB, reason: "")
    static let otherRelease = DatabaseFailure(code: SQLITE_SCHEMA, reason: "")
    static func damaged(_ reason: String) -> DatabaseFailure { DatabaseFailure(code: SQLITE_CORRUPT, reason: reason) }
}

/// SQLITE_READONLY_DBMOVED, a macro that Swift does not import.
private let SQLITE_READONLY_DBMOVED_CODE: Int32 = SQLITE_READONLY | (4 << 8)

/// One connection. One thread at a time.
final class Database {
    private let handle: OpaquePointer
    private var statements: [(sql: String, statement: OpaquePointer)] = []

    private init(_ handle: OpaquePointer) { self.handle = handle }

    /// `path` is absolute, or begins with "./": SQLite takes some other names for places in memory.
    static func open(_ path: String, creates: Bool = false) throws(DatabaseFailure) -> Database {
        guard sqlite3_initialize() == SQLITE_OK else {
            throw DatabaseFailure(code: SQLITE_NOMEM, reason: "SQLite cannot be set up")
        }
        var handle: OpaquePointer?
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX | (creates ? SQLITE_OPEN_CREATE : 0)
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else { throw DatabaseFailure(code: SQLITE_NOMEM, reason: "out of memory") }
        guard code == SQLITE_OK else {
            let failure = DatabaseFailure(code: code, reason: String(cString: sqlite3_errmsg(handle)).printable)
            sqlite3_close(handle)
            throw failure
        }
        return Database(handle)
    }

    /// The file's absolute name.
    var path: String? { sqlite3_db_filename(handle, "main").map { String(cString: $0) } }

    func close() {
        for (_, statement) in statements { sqlite3_finalize(statement) }
        statements = []
        sqlite3_close(handle)
    }

    private func failure(_ code: Int32) -> DatabaseFailure {
        DatabaseFailure(code: code, reason: String(cString: sqlite3_errmsg(handle)).printable)
    }

    /// Statements without parameters and rows, separated by semicolons.
    func execute(_ sql: String) throws(DatabaseFailure) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Runs one statement; `row` is called for each row.
    func run(_ sql: String, _ values: [Value] = [], _ row: (Row) throws(DatabaseFailure) -> Void = { _ in })
        throws(DatabaseFailure)
    {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            let code = bind(value, statement, Int32(truncatingIfNeeded: index + 1))
            guard code == SQLITE_OK else { throw failure(code) }
        }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code) }
            try row(Row(statement: statement))
        }
    }

    /// The first column of the only row, as a number; nil without a row or for NULL.
    func number(_ sql: String, _ values: [Value] = []) throws(DatabaseFailure) -> Int64? {
        var found: Int64?
        try run(sql, values) { (row) throws(DatabaseFailure) in
            found = row.number(0)
            guard found != nil || row.isNull(0) else { throw .damaged("a value is not a whole number") }
        }
        return found
    }

    var lastID: Int64 { sqlite3_last_insert_rowid(handle) }
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// All of `body` or nothing, durably.
    func transaction<T>(_ body: () throws(DatabaseFailure) -> T) throws(DatabaseFailure) -> T {
        try run("BEGIN IMMEDIATE")
        do throws(DatabaseFailure) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // After some failures SQLite has done it already.
            if isInTransaction { try? run("ROLLBACK") }
            throw error
        }
    }

    private func prepared(_ sql: String) throws(DatabaseFailure) -> OpaquePointer {
        if let known = statements.first(where: { $0.sql.isSame(as: sql) }) { return known.statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        statements.append((sql, statement))
        return statement
    }

    private func bind(_ value: Value, _ statement: OpaquePointer, _ index: Int32) -> Int32 {
        switch value {
        case .number(let number): return sqlite3_bind_int64(statement, index, number)
        case .null: return sqlite3_bind_null(statement, index)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    CSQLite_bind_text(statement, index, $0.baseAddress, Int32(clamping: $0.count))
                }
            }
        case .bytes(let bytes):
            return bytes.withUnsafeBytes {
                CSQLite_bind_blob(statement, index, $0.baseAddress, Int32(clamping: $0.count))
            }
        }
    }
}

enum Value {
    case number(Int64)
    case text(String)
    case bytes([UInt8])
    case null

    static func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
}

/// The row that a statement stands at.
struct Row {
    let statement: OpaquePointer

    /// nil for anything but an integer.
    func number(_ column: Int32) -> Int64? {
        sqlite3_column_type(statement, column) == SQLITE_INTEGER ? sqlite3_column_int64(statement, column) : nil
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// nil for anything but text.
    func text(_ column: Int32) -> String? {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
        return String(utf8: bytes(column))
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(max(sqlite3_column_bytes(statement, column), 0))))
    }
}
