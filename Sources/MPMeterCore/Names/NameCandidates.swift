// Decides which names are asked for one that was given, and in which order. AWS's own are complete and are asked as
// they stand first, whatever ndots
// says: with the five dots of Kubernetes every domain of the search list would be asked before, and one that fails
// would end the search. Any other name (a proxy's, an endpoint's double) is looked for as glibc does.

public enum NameCandidates {
    public static func of(_ name: String, _ settings: ResolverSettings) -> [String] {
        if name.endsWith(".") { return [String(utf8: name.utf8.dropLast()) ?? name] }
        let dots = name.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: ".") ? 1 : 0) }
        // "." is the root: the name as it stands.
        let domains = settings.search.map { $0.endsWith(".") ? String(utf8: $0.utf8.dropLast()) ?? "" : $0 }.filter {
            !$0.isEmpty
        }
        let completed = domains.map { "\(name).\($0)" }.filter { $0.utf8.count <= 253 }
        return dots >= settings.ndots || isComplete(name) ? [name] + completed : completed + [name]
    }

    /// Whether it is one of AWS's names.
    public static func isComplete(_ name: String) -> Bool { Partition.suffixes.contains { name.endsWith(".\($0)") } }
}
