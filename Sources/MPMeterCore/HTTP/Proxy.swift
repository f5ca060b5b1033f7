// Decides what HTTPS_PROXY means, once for everybody: for the connection, for a refusal and for a diagnosis. As boto3
// and Go read it: no scheme is http, no port is 80, or 443 for https. What cannot be read is refused with the cause,
// and nothing of it is shown: there may be a password in it.

public struct Proxy: Sendable {
    /// Scheme, host and port, without user and password.
    public let url: URLParts
    public let user: Secret?
    public let password: Secret?

    /// The port, whether it was written or not.
    public var port: UInt16 { url.port ?? (url.isHTTPS ? 443 : 80) }

    /// Host and port, for people.
    public var authority: String { "\(url.isIPv6 ? "[\(url.host)]" : url.host):\(port)" }

    /// `variable` names the setting in a refusal.
    public static func parse<U: URLParsing>(_ text: String, _ variable: String, _: U.Type) throws(MeterError) -> Proxy {
        func refused(_ why: String, _ fix: String? = nil) -> MeterError {
            MeterError(
                .invalidArgument, "\(variable) \(why)",
                fix: fix ?? "Correct \(variable) (http://host:port, or http://user:password@host:port), or unset it.")
        }
        if let edge = text.whiteSpaceAtEdge {
            throw refused("\(edge)", "Correct \(variable): remove the white space around it.")
        }
        if text.isQuoted {
            throw refused("holds quotation marks", "Correct \(variable): write its value without quotation marks.")
        }
        var rest = text
        var scheme = "http"
        if let at = text.bytes.firstIndex(of: Array("://".utf8)) {
            scheme = (String(utf8: text.utf8.prefix(at)) ?? "").lowercasedASCII
            rest = String(utf8: text.utf8.dropFirst(at + 3)) ?? ""
            if scheme.startsWith("socks") { throw refused("names a SOCKS proxy, and only HTTP proxies are supported") }
            // A password can hold "://" too: what stands before it is then no word.
            guard scheme.isSame(as: "http") || scheme.isSame(as: "https") else {
                throw refused("is not the URL of a proxy: it does not begin with http:// or https://")
            }
        } else if rest.startsWith("//") {
            // As boto3 has it.
            rest = String(utf8: rest.utf8.dropFirst(2)) ?? ""
        }
        var user: Secret?
        var password: Secret?
        if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
            let login = rest.utf8[..<at]
            rest = String(utf8: rest.utf8[at...].dropFirst()) ?? ""
            let cut = login.firstIndex(of: UInt8(ascii: ":"))
            guard let name = PercentEncoding.decodeUserInfo(login[..<(cut ?? login.endIndex)]),
                let word = cut.map({ PercentEncoding.decodeUserInfo(login[$0...].dropFirst()) }) ?? ""
            else {
                throw refused(
                    "has a user name or password with characters that must be percent-encoded; it is not shown",
                    """
                    Correct \(variable): percent-encode its user name and password (@ is %40, : is %3A, / is %2F, # is \
                    %23, ? is %3F, % is %25, a space is %20).
                    """
                )
            }
            user = Secret(name)
            password = Secret(word)
        }
        guard let url = U.parse("\(scheme)://\(rest)"), url.query == nil else {
            throw refused("is not the URL of a proxy, or has a query, fragment or % in the host")
        }
        return Proxy(url: url.at(path: "/"), user: user, password: password)
    }
}
