// Decides what of /etc/resolv.conf counts: as glibc reads it (resolv.conf(5)), but for how long and how often to ask,
// which is the library's.

public struct ResolverSettings: Sendable {
    /// Addresses as they stand there, link-local ones with their interface.
    public private(set) var servers: [String] = []
    public private(set) var search: [String] = []
    /// How many dots make a name one to be asked as it stands first.
    public private(set) var ndots = 1
    /// Whether to ask over TCP alone.
    public private(set) var usesTCP = false

    /// glibc takes three.
    public static let mostServers = 3
    private static let mostDomains = 32

    /// Lines that cannot be read are passed over, as everybody does.
    public init(_ text: some Collection<UInt8>) {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";"),
                let content = String(utf8: line)
            else { continue }
            let words = content.trimmed.utf8.split { $0.isWhitespaceASCII }.compactMap { String(utf8: $0) }
            guard let keyword = words.first else { continue }
            switch keyword {
            case "nameserver":
                guard let address = words.dropFirst().first, Self.mayBeAddress(address),
                    servers.count < Self.mostServers
                else { continue }
                servers.append(address)
            // The last of the two lines counts.
            case "search", "domain":
                search = words.dropFirst().prefix(keyword.isSame(as: "domain") ? 1 : Self.mostDomains).map { $0 }
            case "options": for option in words.dropFirst() { set(option) }
            default: continue
            }
        }
        if servers.isEmpty { servers = ["127.0.0.1"] }
    }

    private mutating func set(_ option: String) {
        if option.startsWith("ndots:") {
            if let count = option.utf8.dropFirst(6).decimalValue { ndots = Int(min(count, 15)) }
        } else if option.isSame(as: "use-vc") {
            usesTCP = true
        }
    }

    private static func mayBeAddress(_ text: String) -> Bool {
        text.utf8.count <= 80
            && text.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || ".:%-_".utf8.contains($0) }
    }
}
