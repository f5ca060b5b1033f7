// Decides what /proc tells of the caller: which process it is, under whom, and whether it has lost the container's
// environment on the way.

internal import MPMeterCore

struct ProcessFacts {
    var id: Int64?
    var name = "?"
    var user: Int64?
    var parent: (id: Int64, name: String)?
    var first: String?
    /// The variables that lead to a role, in process 1's environment and not in this one's.
    var lostVariables: [String] = []
}

extension Examination {
    func examineProcess() {
        guard let own = status(of: "self") else { return skip(.process, "there is no /proc here") }
        process.id = own.number("Pid")
        process.name = own.text("Name") ?? "?"
        process.user = own.number("Uid")
        if let id = own.number("PPid"), id > 0, let name = status(of: "\(id)")?.text("Name") {
            process.parent = (id, name)
        }
        process.first = status(of: "1")?.text("Name")
        process.lostVariables = lostVariables()

        var seen = "process \(process.id ?? 0), \"\(process.name)\", of user \(process.user ?? -1)"
        if process.id == 1 { return pass(.process, seen + ": it is the container's first process") }
        if let parent = process.parent { seen += ", called by \"\(parent.name)\" (\(parent.id))" }
        guard let first = process.first else { return pass(.process, seen) }
        if Self.shells.contains(where: { first.isSame(as: $0) }) {
            return warn(
                .process, "\(seen); process 1 is the shell \"\(first)\"",
                """
                If a script in the ENTRYPOINT makes the registration, a buyer who overrides the entrypoint does not \
                pay: call the library from the product itself.
                """
            )
        }
        pass(.process, "\(seen); process 1 is \"\(first)\"")
    }

    private static var shells: [String] { ["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"] }

    /// What proc(5) tells of a process, line by line; nil if it does not.
    private func status(of id: String) -> ProcStatus? {
        guard let bytes = try? machine.readFile("/proc/\(id)/status", limit: 16384), let text = String(utf8: bytes)
        else { return nil }
        return ProcStatus(lines: text.fields(separatedBy: UInt8(ascii: "\n")))
    }

    /// Looked for only where this process has no variable that leads to a role.
    private func lostVariables() -> [String] {
        let leading: [Variable] = [
            .AWS_WEB_IDENTITY_TOKEN_FILE, .AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, .AWS_CONTAINER_CREDENTIALS_FULL_URI,
        ]
        guard process.id != 1, leading.allSatisfy({ environment[$0] == nil }),
            let bytes = try? machine.readFile("/proc/1/environ", limit: 65536)
        else { return [] }
        let entries = bytes.split(separator: 0)
        return leading.filter { variable in entries.contains { $0.starts(with: (variable.rawValue + "=").utf8) } }.map {
            $0.rawValue
        }
    }
}

private struct ProcStatus {
    let lines: [String]

    func text(_ name: String) -> String? {
        guard let line = lines.first(where: { $0.startsWith(name + ":") }) else { return nil }
        return String(utf8: line.utf8.dropFirst(name.utf8.count + 1))?.trimmed.quotable(limit: 40)
    }

    /// The first of the numbers in the line.
    func number(_ name: String) -> Int64? { text(name)?.utf8.prefix { $0.isDigitASCII }.decimalValue }
}
