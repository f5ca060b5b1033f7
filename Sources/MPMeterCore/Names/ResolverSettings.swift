// Decides what of /etc/resolv.conf counts: as glibc reads it (resolv.conf(5)), but for how long and how often to ask,
// which is the library's.

public struct ResolverSettings: Sendable {
    /// What stands there as a server's address, link-local ones with their interface. Those that are none are passed
    /// over by whoever asks.
    public private(set) var servers: [String] = []
    public private(set) var search: [String] = []
    /// How many dots make a name one to be asked as it stands first.
    public private(set) var ndots = 1
    /// Whether to ask over TCP alone.
    public private(set) var usesTCP = false

    /// glibc takes three, those that are addresses.
    public static let mostServers = 3
    private static let mostDomains = 32

    /// Lines that cannot be read are passed over, as everybody does.
    public init(_ text: some Collection<UInt8>) {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            // A comment behind the address may be in any encoding.
            let words = line.split { $0.isWhitespaceASCII }.map { String(utf8: $0) ?? "" }
            guard let keyword = words.first else { continue }
            switch keyword {
            case "nameserver":
                guard let address = words.dropFirst().first, !address.isEmpty, address.utf8.count <= 80 else {
                    continue
                }
                servers.append(address)
            // The last of the two lines counts.
            case "search", "domain":
                search = words.dropFirst().prefix(keyword.isSame(as: "domain") ? 1 : Self.mostDomains).map { $0 }
            case "options": for option in words.dropFirst() { set(option) }
            default: continue
            }
        }
    }

    private mutating func set(_ option: String) {
        if option.startsWith("ndots:") {
            if let count = option.utf8.dropFirst(6).decimalValue { ndots = Int(min(count, 15)) }
        } else if option.isSame(as: "use-vc") {
            usesTCP = true
        }
    }

    /// Whether it has no character that no address has.
    public static func mayBeAddress(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || ".:%-_".utf8.contains($0) }
    }
}
