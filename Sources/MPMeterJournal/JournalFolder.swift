// Decides how a journal's place is looked at for a diagnosis: nothing is written, and nobody loses a lock.

internal import CMPMeterSystem
public import MPMeterCore
internal import MPMeterSystem

public enum JournalFolder {
    /// What is there to see of the folder that `path` lies in, or is to lie in.
    public static func look(at path: String) throws(MeterError) -> JournalPlace {
        let folder = parent(of: path)
        var seen = mpsys_place()
        let code = mpsys_look_at_place(folder, &seen)
        guard code == 0 else {
            throw MeterError(
                .journal,
                code == -ENOENT || code == -ENOTDIR
                    ? "there is no folder \(folder.quotable(limit: 300))"
                    : "the folder \(folder.quotable(limit: 300)) cannot be looked at: \(Files.reason(-code))",
                fix: "Mount the volume there, or correct the journal's path.")
        }
        return JournalPlace(
            kind: seen.kind, isOnRoot: seen.is_on_root != 0, isReadOnly: seen.is_read_only != 0,
            mayWrite: seen.may_write != 0, freeBytes: seen.free_bytes, hasFiles: seen.has_files != 0)
    }

    /// Whether there is a journal at `path`; throws for what cannot be one.
    public static func hasJournal(_ path: String) throws(MeterError) -> Bool {
        try JournalFile.exists(path.startsWith("/") ? path : "./" + path)
    }

    /// The first of a journal's files that this process may not write; nil if there is none.
    public static func unwritable(_ path: String) -> String? {
        [path, path + "-journal", path + "-sender"].first { mpsys_may_write($0) != 0 && mpsys_may_write($0) != -ENOENT }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return String(utf8: path.utf8[..<slash]).map { $0.isEmpty ? "/" : $0 } ?? "."
    }
}

extension SenderLock {
    public enum Holder: Sendable {
        case nobody
        /// A thread of this process.
        case thisProcess
        case process(Int64)
        /// In another container, or on another machine.
        case elsewhere
    }

    /// Who sends from the journal at `path` just now.
    public static func holder(_ path: String) -> Holder {
        var journal = mpsys_file()
        guard mpsys_look_at(path, &journal) == 0 else { return .nobody }
        let file = (journal.device, journal.number)
        // As if it were taken: closing any descriptor of the file would take the lock from another thread.
        guard reserve(file) != nil else { return .thisProcess }
        let holder = mpsys_lock_holder(path + "-sender")
        Monitor.locked { held.removeAll { $0.file == file } }
        return holder == Int64.max ? .elsewhere : holder > 0 ? .process(holder) : .nobody
    }
}
