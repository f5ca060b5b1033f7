// Decides what a URL is: what libcurl, which makes the connection, takes it for. So the host that is checked is the
// host that is contacted.

internal import CCurl
public import MPMeterCore

public enum CurlURL: URLParsing {
    public static func parse(_ url: String) -> URLParts? {
        guard url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), CCurl_host_is_escaped(url) == 0,
            let handle = curl_url()
        else { return nil }
        defer { curl_url_cleanup(handle) }
        let flags = UInt32(CURLU_DISALLOW_USER | CURLU_PATH_AS_IS)
        guard curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK, part(handle, CURLUPART_FRAGMENT) == nil,
            part(handle, CURLUPART_ZONEID) == nil, let scheme = part(handle, CURLUPART_SCHEME)?.lowercasedASCII,
            scheme.isSame(as: "http") || scheme.isSame(as: "https"),
            var host = part(handle, CURLUPART_HOST)?.lowercasedASCII,
            let path = part(handle, CURLUPART_PATH)
        else { return nil }
        let isIPv6 = host.startsWith("[")
        if isIPv6 { host = String(utf8: host.utf8.dropFirst().dropLast()) ?? "" }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0.isLetterASCII || $0.isDigitASCII || "-._:".utf8.contains($0) })
        else { return nil }
        var port: UInt16?
        if let text = part(handle, CURLUPART_PORT) {
            guard let number = text.utf8.decimalValue, number > 0, number <= 65535 else { return nil }
            port = UInt16(truncatingIfNeeded: number)
        }
        return URLParts(
            scheme: scheme, host: host, isIPv6: isIPv6, port: port, path: path, query: part(handle, CURLUPART_QUERY))
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(validatingCString: text)
    }
}
