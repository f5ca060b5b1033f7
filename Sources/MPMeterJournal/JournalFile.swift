// Decides how a journal comes to be, and when a file is not one. A new one is finished under another name and put in
// its place at once: no crash leaves half a journal. A file that is there is never begun anew, however little of it is
// left.

internal import CMPMeterSystem
internal import MPMeterCore
internal import MPMeterSystem

enum JournalFile {
    /// Opens the journal at `path`, which is checked throughout.
    static func open(_ path: String) throws(DatabaseFailure) -> Database {
        try checkRollback(path + "-journal")
        let database = try Database.open(path)
        do throws(DatabaseFailure) {
            try prepare(database)
            return database
        } catch {
            database.close()
            throw error
        }
    }

    private static func prepare(_ database: Database) throws(DatabaseFailure) {
        // The journal that SQLite rolls back by stays, and its first bytes are overwritten: that is durable with the
        // fewest steps, and needs neither shared memory nor the deletion of a file, which network file systems have in
        // their own ways.
        try database.run("PRAGMA journal_mode = PERSIST")
        try database.run("PRAGMA synchronous = FULL")
        guard try database.number("PRAGMA application_id") == Schema.applicationID else {
            throw .notOfUsage
        }
        guard try database.number("PRAGMA user_version") == Schema.version else {
            throw .otherRelease
        }
        try checkLength(database)
        var verdict = "no answer"
        try database.run("PRAGMA quick_check(1)") { row in verdict = row.text(0) ?? "no text" }
        guard verdict.isSame(as: "ok") else { throw .damaged(verdict.quotable(limit: 120)) }
    }

    /// SQLite rolls back what it finds of its own journal, and takes the rest for done.
    private static func checkRollback(_ path: String) throws(DatabaseFailure) {
        let needed = mpsys_rollback_length(path)
        var file = mpsys_file()
        guard needed > 0, mpsys_look_at(path, &file) == 0, file.size < needed else { return }
        throw .damaged("its companion -journal was cut off after \(file.size) bytes")
    }

    /// SQLite reads zeros for what is missing of the last page. While this connection reads, no other writes.
    private static func checkLength(_ database: Database) throws(DatabaseFailure) {
        try database.run("BEGIN")
        defer { try? database.run("COMMIT") }
        let pages = try database.number("PRAGMA page_count") ?? 0
        let size = try database.number("PRAGMA page_size") ?? 0
        guard try database.number("SELECT count(*) FROM sqlite_schema") ?? 0 > 0 else {
            throw .damaged("it has no tables")
        }
        var file = mpsys_file()
        guard let path = database.path, mpsys_look_at(path, &file) == 0, size > 0 else { throw .damaged("it is gone") }
        let (length, overflow) = pages.multipliedReportingOverflow(by: size)
        guard !overflow, file.size >= length, file.size % size == 0 else {
            throw .damaged("it was cut off after \(file.size) bytes")
        }
    }

    /// Whether a file is there; throws for one that cannot be a journal.
    static func exists(_ path: String) throws(MeterError) -> Bool {
        var file = mpsys_file()
        var companion = mpsys_file()
        let code = mpsys_look_at(path, &file)
        let place = "The journal \(path.quotable(limit: 300))"
        guard mpsys_look_at(path + "-journal", &companion) != 0 || companion.is_regular != 0 else {
            throw MeterError(
                .journal, "\(place) also needs the file \(path.quotable(limit: 300))-journal, but that is not a file",
                fix: "Move it away, or give another path for the journal.")
        }
        guard code == 0 else {
            if code == -ENOENT { return false }
            throw MeterError(
                .journal, "\(place) cannot be opened: \(Files.reason(-code))", fix: "Correct the journal's path.")
        }
        guard file.is_regular != 0 else {
            throw MeterError(
                .journal, "\(place) is not a regular file",
                fix: "Give the path of a journal, or of a file that is not there yet: the journal is made there.")
        }
        guard file.size > 0 else {
            throw MeterError(.journalDamaged, "\(place) is empty, and a journal never is: it was cut off")
        }
        return true
    }

    /// Makes a journal, unless another process has just made it.
    static func create(_ path: String, _ settings: [(String, Value)]) throws(MeterError) {
        guard let random = Randomness.bytes(8) else { throw .withoutRandomBytes }
        let unfinished = path + "-new-" + random.hex
        let built = ForkGuard.inside { () -> DatabaseFailure? in
            do throws(DatabaseFailure) {
                try build(unfinished, settings)
                return nil
            } catch {
                return error
            }
        }
        if let built {
            mpsys_remove(unfinished)
            throw built.meterError(path)
        }
        let code = mpsys_put_in_place(unfinished, path)
        guard code >= 0 else {
            throw MeterError(
                .journal, "The journal \(path.quotable(limit: 300)) cannot be put in place: \(Files.reason(-code))")
        }
    }

    private static func build(_ path: String, _ settings: [(String, Value)]) throws(DatabaseFailure) {
        let database = try Database.open(path, creates: true)
        defer { database.close() }
        try database.run("PRAGMA journal_mode = MEMORY")
        try database.run("PRAGMA synchronous = FULL")
        try database.transaction { () throws(DatabaseFailure) in
            try database.execute(Schema.creation)
            for (name, value) in settings {
                try database.keep(name, value)
            }
        }
    }
}
