// Decides which hosts are reached without the proxy: NO_PROXY as Go and boto3 read it. White space around an entry does
// not count; "domain" and ".domain" and "*.domain" cover what is below it, "domain" itself too; an entry may have a
// port; addresses may be networks (CIDR).

public struct ProxyExceptions: Sendable {
    public let entries: [String]

    public init(_ list: String?) {
        entries = (list ?? "").utf8.split { $0 == UInt8(ascii: ",") || $0.isWhitespaceASCII }.compactMap {
            String(utf8: $0)
        }
    }

    /// The entry that covers it.
    public func entry(for url: URLParts) -> String? {
        entry(host: url.host, port: url.port ?? (url.isHTTPS ? 443 : 80))
    }

    public func entry(host: String, port: UInt16) -> String? {
        entries.first { Self.covers($0.lowercasedASCII, host, port) }
    }

    private static func covers(_ entry: String, _ host: String, _ port: UInt16) -> Bool {
        if entry.isSame(as: "*") { return true }
        if entry.utf8.contains(UInt8(ascii: "/")) { return isInside(host, entry) }
        var name = entry
        if entry.startsWith("["), let end = entry.utf8.firstIndex(of: UInt8(ascii: "]")) {
            guard isPort(entry.utf8[end...].dropFirst(), port) else { return false }
            name = String(utf8: entry.utf8[..<end].dropFirst()) ?? ""
        } else if entry.utf8.filter({ $0 == UInt8(ascii: ":") }).count == 1,
            let colon = entry.utf8.firstIndex(of: UInt8(ascii: ":"))
        {
            guard isPort(entry.utf8[colon...], port) else { return false }
            name = String(utf8: entry.utf8[..<colon]) ?? ""
        }
        let isWildcard = name.startsWith("*.")
        if isWildcard { name = String(utf8: name.utf8.dropFirst(2)) ?? "" }
        if name.startsWith(".") { name = String(utf8: name.utf8.dropFirst()) ?? "" }
        if name.endsWith(".") { name = String(utf8: name.utf8.dropLast()) ?? "" }
        guard !name.isEmpty else { return false }
        return host.endsWith(".\(name)") || !isWildcard && host.isSame(as: name)
    }

    /// Nothing, or ":" and that number.
    private static func isPort(_ text: some Collection<UInt8>, _ port: UInt16) -> Bool {
        text.isEmpty || text.first == UInt8(ascii: ":") && text.dropFirst().decimalValue == Int64(port)
    }

    /// Whether an IPv4 address lies in "a.b.c.d/n".
    private static func isInside(_ host: String, _ network: String) -> Bool {
        let parts = network.fields(separatedBy: UInt8(ascii: "/"))
        guard parts.count == 2, let length = parts[1].utf8.decimalValue, length <= 32, let base = number(parts[0]),
            let address = number(host)
        else { return false }
        let mask: UInt32 = length == 0 ? 0 : ~0 << UInt32(32 - length)
        return base & mask == address & mask
    }

    private static func number(_ address: String) -> UInt32? {
        let octets = address.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
            $0.decimalValue ?? 256
        }
        guard octets.count == 4, octets.allSatisfy({ $0 <= 255 }) else { return nil }
        return octets.reduce(0) { $0 << 8 | UInt32(truncatingIfNeeded: $1) }
    }
}
