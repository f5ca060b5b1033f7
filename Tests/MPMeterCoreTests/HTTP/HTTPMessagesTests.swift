// Requests, answers, and the parts of a URL (RFC 9110, RFC 3986).

import MPMeterCore
import MPMeterTransport
import Testing

@Suite struct HTTPMessagesTests {
    /// RFC 9110 section 5.1: field names are case-insensitive; the first line of a name counts.
    @Test func headerNamesHaveNoCase() {
        let response = HTTPResponse(
            status: 200, headers: [HTTPHeader("Retry-After", "1"), HTTPHeader("RETRY-AFTER", "2"), HTTPHeader("X", "")])
        for name in ["retry-after", "Retry-After", "RETRY-AFTER"] { #expect(response.header(name) == "1") }
        #expect(response.header("x") == "" && response.header("Retry") == nil && response.header("") == nil)
    }

    @Test(arguments: [
        (199, false), (200, true), (204, true), (299, true), (300, false), (404, false), (500, false), (0, false),
        (-200, false),
    ])
    func successIs2xx(_ status: Int, _ expected: Bool) { #expect(HTTPResponse(status: status).isSuccess == expected) }

    /// RFC 9110 section 7.2: the Host header leaves out the port that is the scheme's default.
    @Test(
        arguments: [
            ("https", "example", false, nil, "example"), ("https", "example", false, 443, "example"),
            ("https", "example", false, 80, "example:80"),
            ("http", "example", false, 80, "example"), ("http", "example", false, 443, "example:443"),
            ("http", "::1", true, 8080, "[::1]:8080"), ("https", "::1", true, 443, "[::1]"),
        ] as [(String, String, Bool, UInt16?, String)])
    func authorities(_ scheme: String, _ host: String, _ isIPv6: Bool, _ port: UInt16?, _ expected: String) {
        let url = URLParts(scheme: scheme, host: host, isIPv6: isIPv6, port: port, path: "/a", query: "b=c")
        #expect(url.authority == expected)
        #expect(url.text == "\(scheme)://\(expected)/a?b=c")
    }

    @Test func paths() {
        let url = URLParts(scheme: "http", host: "h", path: "/base", query: "q")
        #expect(url.at(path: "/a").text == "http://h/a")
        #expect(url.at(path: "/a", query: "b").text == "http://h/a?b")
        #expect(url.appending("/task").text == "http://h/base/task")
        #expect(url.at(path: "/base/").appending("/task").text == "http://h/base/task")
        #expect(url.at(path: "/").appending("/task").text == "http://h/task")
    }

    /// 127.0.0.0/8 (RFC 1122 section 3.2.1.3), ::1 (RFC 4291 section 2.5.3), localhost (RFC 6761 section 6.3).
    @Test(arguments: [
        ("127.0.0.1", false, true), ("127.255.255.255", false, true), ("localhost", false, true), ("::1", true, true),
        ("128.0.0.1", false, false),
        ("126.255.255.255", false, false), ("127.0.0", false, false), ("127.0.0.0.1", false, false),
        ("127.0.0.256", false, false), ("127.0.0.1000", false, false),
        ("127.0.0.a", false, false), ("127.0.0.", false, false), ("127.0..1", false, false), ("127", false, false),
        ("::1", false, false), ("127.0.0.1", true, false),
        ("::2", true, false), ("::ffff:127.0.0.1", true, false), ("localhost.", false, false),
        ("localhost.example", false, false), ("notlocalhost", false, false), ("", false, false),
    ])
    func loopback(_ host: String, _ isIPv6: Bool, _ expected: Bool) {
        #expect(URLParts(scheme: "http", host: host, isIPv6: isIPv6).isLoopback == expected)
    }
}

@Suite struct URLParserTests {
    /// What was checked is what is contacted: a URL that is read and written is read as the same again.
    @Test(arguments: [
        ("http://example", "http://example/"), ("HTTPS://EXAMPLE.Com:443/A", "https://example.com/A"),
        ("http://example:8080/a?b=c&d", "http://example:8080/a?b=c&d"),
        ("http://example/a/../b/./c//d", "http://example/a/../b/./c//d"),
        ("http://example/%2e%2E/%41", "http://example/%2e%2E/%41"), ("http://example?q", "http://example/?q"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"), ("http://a_b-c.d/", "http://a_b-c.d/"),
        ("http://example:65535/", "http://example:65535/"),
        (
            "http://example/" + String(repeating: "a", count: 4000),
            "http://example/" + String(repeating: "a", count: 4000)
        ),
    ])
    func accepted(_ text: String, _ expected: String) throws {
        let url = try #require(CurlURL.parse(text))
        #expect(url.text == expected)
        #expect(CurlURL.parse(url.text)?.text == expected)
        #expect(url.path.hasPrefix("/"))
    }

    @Test(arguments: [
        "", "example", "http", "http:", "http://", "http:///", "https://:443/", "ftp://example", "ws://example",
        "file:///a", "data:,a", "mailto:a@b", "http://a b/", "http://a/ b",
        "http://a\t/", "http://a/\u{7F}", "http://a/é", "http://é/", "http://a%20b/", "http://a%00/", "http://a:b/",
        "http://a:0/", "http://a:65536/", "http://a:99999999999/",
        "http://a:-1/", "http://u@a/", "http://u:p@a/", "http://:p@a/", "http://a/#f", "http://a#f", "http://[::1",
        "http://::1/", "http://[::1]a/", "http://[g::1]/", "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/", "http://a,b/", "http://a;b/", "http://a|b/", "http://a\\b/", "http://<a>/",
        "http://a\"b/", "http://a`b/", "http://{a}/", "http://a^b/", "http://*/", "http://a$b/",
        "http://example/" + String(repeating: "a", count: 9000),
    ])
    func refused(_ text: String) { #expect(CurlURL.parse(text) == nil) }
}
