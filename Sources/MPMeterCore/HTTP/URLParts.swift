// Decides what the library needs to know of a URL. The parts come from the same parser that makes the connection (see
// `URLParsing`), so that what was checked is what is contacted.

public struct URLParts: Sendable {
    /// "http" or "https".
    public var scheme: String
    /// In lower case; an IPv6 address without its brackets.
    public var host: String
    public var isIPv6: Bool
    /// nil for the scheme's default.
    public var port: UInt16?
    /// From "/" on, as it is sent: percent-encoded.
    public var path: String
    /// Without "?"; percent-encoded.
    public var query: String?

    public init(
        scheme: String, host: String, isIPv6: Bool = false, port: UInt16? = nil, path: String = "/",
        query: String? = nil
    ) {
        self.scheme = scheme
        self.host = host
        self.isIPv6 = isIPv6
        self.port = port
        self.path = path
        self.query = query
    }

    /// Host and port as the Host header has them (RFC 9110 section 7.2).
    public var authority: String {
        let name = isIPv6 ? "[" + host + "]" : host
        guard let port, !(scheme.isSame(as: "https") && port == 443), !(scheme.isSame(as: "http") && port == 80) else {
            return name
        }
        return "\(name):\(port)"
    }

    public var text: String { scheme + "://" + authority + path + (query.map { "?" + $0 } ?? "") }

    public var isHTTPS: Bool { scheme.isSame(as: "https") }

    /// Whether the connection cannot leave this machine: 127.0.0.0/8, ::1, or the name localhost (RFC 6761 section
    /// 6.3).
    public var isLoopback: Bool {
        if isIPv6 { return host.isSame(as: "::1") }
        if host.isSame(as: "localhost") { return true }
        let octets = host.fields(separatedBy: UInt8(ascii: "."))
        return octets.count == 4 && octets[0].isSame(as: "127")
            && octets.allSatisfy {
                $0.utf8.count <= 3 && ($0.utf8.decimalValue ?? 256) <= 255
                    && ($0.utf8.count == 1 || !$0.startsWith("0"))
            }
    }

    /// The same server, at another path.
    public func at(path: String, query: String? = nil) -> URLParts {
        var url = self
        url.path = path
        url.query = query
        return url
    }

    /// The same, with `suffix` ("/…") behind the path it has.
    public func appending(_ suffix: String) -> URLParts {
        at(path: (path.endsWith("/") ? String(utf8: path.utf8.dropLast()) ?? "" : path) + suffix)
    }
}
