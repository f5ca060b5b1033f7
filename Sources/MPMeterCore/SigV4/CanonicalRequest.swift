// Stage 1 of Signature Version 4: decides the one spelling of a request that is hashed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request

public struct CanonicalRequest: Sendable {
    public let text: String
    /// `host;x-amz-date;…`
    public let signedHeaders: String

    /// `request` has every header that is to be signed, Host included.
    public init<H: Hashing>(_ request: HTTPRequest, _: H.Type) throws(MeterError) {
        let headers = Self.headers(request.headers)
        signedHeaders = headers.map { $0.name }.joined(separator: ";")
        text = [
            request.method.rawValue, Self.path(request.url.path), Self.query(request.url.query ?? ""),
            headers.map { "\($0.name):\($0.value)\n" }.joined(separator: ""), signedHeaders,
            try H.sha256(request.body).hex,
        ].joined(separator: "\n")
    }

    /// What proxies and libraries on the way may change, and the SDKs therefore leave out.
    private static var unsigned: [String] {
        ["authorization", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"]
    }

    /// Lower-case names in order, values with runs of spaces made one; values of one name joined by commas, in the
    /// order sent.
    static func headers(_ headers: [HTTPHeader]) -> [HTTPHeader] {
        var out: [HTTPHeader] = []
        for header in headers {
            let name = header.name.lowercasedASCII
            if unsigned.contains(where: { $0.isSame(as: name) }) { continue }
            let value = spaced(header.value)
            if let index = out.firstIndex(where: { $0.name.isSame(as: name) }) {
                out[index].value += "," + value
            } else {
                out.append(HTTPHeader(name, value))
            }
        }
        return out.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// With runs of spaces made one, and none around it. A session token has none, and is the longest of all.
    private static func spaced(_ value: String) -> String {
        guard value.utf8.contains(where: { $0.isWhitespaceASCII }) else { return value }
        return value.utf8.split(whereSeparator: { $0.isWhitespaceASCII }).map { String(utf8: $0) ?? "" }.joined(
            separator: " ")
    }

    /// Encoded once more, as every service but S3 wants it: the path is already percent-encoded as it is sent.
    /// Dot segments (RFC 3986 section 5.2.4) and empty ones go first, as on AWS's side.
    static func path(_ path: String) -> String {
        var segments: [String] = []
        for segment in path.fields(separatedBy: UInt8(ascii: "/")) where !segment.isEmpty && !segment.isSame(as: ".") {
            if segment.isSame(as: "..") { _ = segments.popLast() } else { segments.append(segment) }
        }
        let end = path.endsWith("/") && !segments.isEmpty ? "/" : ""
        return "/" + segments.map { PercentEncoding.encode($0) }.joined(separator: "/") + end
    }

    /// The parameters in the order of their encoded names, then values; a name without a value has an empty one.
    static func query(_ query: String) -> String {
        guard !query.isEmpty else { return "" }
        let pairs: [(name: String, value: String)] = query.fields(separatedBy: UInt8(ascii: "&")).map { field in
            let cut = field.utf8.firstIndex(of: UInt8(ascii: "=")) ?? field.utf8.endIndex
            return (String(utf8: field.utf8[..<cut]) ?? "", String(utf8: field.utf8[cut...].dropFirst()) ?? "")
        }
        let sorted = pairs.sorted { a, b in
            a.name.isSame(as: b.name)
                ? a.value.utf8.lexicographicallyPrecedes(b.value.utf8)
                : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
        }
        return sorted.map { $0.name + "=" + $0.value }.joined(separator: "&")
    }
}
