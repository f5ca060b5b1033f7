// Where the container credentials endpoint may be: nothing that the environment holds can send the task's
// authorization, or a request for its credentials, to a stranger.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

import MPMeterCore
import MPMeterTransport
import Testing

@Suite struct ContainerURLTests {
    private func url(relative: String? = nil, full: String? = nil) throws -> URLParts {
        var environment: [Variable: String] = [:]
        environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = relative
        environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI] = full
        return try ContainerCredentials.url(Environment(environment), CurlURL.self)
    }

    @Test func eitherVariableConfiguresIt() {
        #expect(!ContainerCredentials.isConfigured(Environment([:])))
        #expect(!ContainerCredentials.isConfigured(Environment([.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: ""])))
        #expect(ContainerCredentials.isConfigured(Environment([.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/a"])))
        #expect(
            ContainerCredentials.isConfigured(Environment([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://localhost"])))
    }

    /// amazon-ecs-agent#1839: the value follows the address as it stands; a "/" more is another resource.
    @Test(arguments: [
        "/v2/credentials/5c7e9b0a-1f6e-4a7b-9d3c-2b8f5d1e6a4c", "/", "/a/", "//a", "/a//b", "/./a", "/../a", "/a/../b",
        "/a?b=c", "/a?b=c&d=%2F", "/%2e%2e/a",
        "/a%20b", "/@evil.com", "/@evil.com/a", "//evil.com/a", "/:80@evil.com", "/a:b@c",
    ])
    func relativeIsVerbatim(_ relative: String) throws {
        let url = try url(relative: relative)
        #expect(url.text == "http://169.254.170.2" + relative)
        #expect((url.scheme, url.host) == ("http", "169.254.170.2"))
        #expect(url.port == nil && !url.isIPv6)
    }

    @Test(arguments: [
        "v2/credentials", "@evil.com", "@evil.com/a", ".evil.com/a", ":80/a", ":8080@evil.com/a", ":password@evil.com/",
        "3/a", "?a", "#a", "\\a", "\\\\evil.com",
        "/a#b", "/a b", "/a\r\nHost: evil.com", "/a\n", "/a\u{0}", "/ä", "http://evil.com/", " /a", "%2Fa",
    ])
    func otherThanAPathIsRefused(_ relative: String) {
        let error = thrown { try url(relative: relative) }
        #expect(error?.status == .credentialsRejected)
        #expect(error?.message.contains("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") == true)
    }

    /// "If both are set, the relative one is used."
    @Test func relativeWins() throws {
        #expect(try url(relative: "/a", full: "https://example/b").text == "http://169.254.170.2/a")
        #expect(try url(relative: "", full: "https://example/b").text == "https://example/b")
        // …and one that is wrong is an error, not a reason to use the other.
        #expect(thrown { try url(relative: "a", full: "https://example/b") }?.status == .credentialsRejected)
    }

    /// HTTPS to anybody; HTTP to this machine and to the agents' link-local addresses.
    @Test(arguments: [
        ("https://example.com/a", "https://example.com/a"),
        ("https://192.0.2.1:8443/a?b", "https://192.0.2.1:8443/a?b"),
        ("http://169.254.170.2/v2/a", "http://169.254.170.2/v2/a"),
        ("http://169.254.170.2:51679/v2/a", "http://169.254.170.2:51679/v2/a"),
        ("http://169.254.170.23/v1/credentials", "http://169.254.170.23/v1/credentials"),
        ("http://[fd00:ec2::23]/v1/credentials", "http://[fd00:ec2::23]/v1/credentials"),
        ("http://[FD00:EC2::23]/a", "http://[fd00:ec2::23]/a"),
        ("http://[fd00:ec2:0:0:0:0:0:23]/a", "http://[fd00:ec2::23]/a"),
        ("http://localhost/a", "http://localhost/a"), ("http://LocalHost:80/a", "http://localhost/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
        ("http://127.1.2.3/a", "http://127.1.2.3/a"), ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("http://[0:0:0:0:0:0:0:1]/a", "http://[::1]/a"),
    ])
    func fullIsAccepted(_ full: String, _ expected: String) throws { #expect(try url(full: full).text == expected) }

    @Test(arguments: [
        "http://example.com/a", "http://169.254.169.254/latest/meta-data/", "http://169.254.170.1/a",
        "http://169.254.170.3/a", "http://169.254.170.22/a",
        "http://169.254.170.230/a", "http://169.254.170.2.example.com/a", "http://169.254.170.23.example.com/a",
        "http://localhost.example.com/a",
        "http://xlocalhost/a", "http://127.0.0.1.example.com/a", "http://127.example.com/a", "http://128.0.0.1/a",
        "http://10.0.0.1/a", "http://0.0.0.0/a",
        "http://[::]/a", "http://[fd00:ec2::24]/a", "http://[fd00:ec2::254]/a", "http://[::ffff:169.254.170.2]/a",
        "http://[::ffff:10.0.0.1]/a",
        "http://[fe80::1]/a", "http://[::2]/a",
    ])
    func plainHTTPElsewhereIsRefused(_ full: String) {
        let error = thrown { try url(full: full) }
        #expect(error?.status == .credentialsRejected)
        #expect(error?.message.contains("plain HTTP") == true)
    }

    /// The host that is checked is the host that is contacted, however it is written.
    @Test(arguments: [
        "http://127.0.0.1@example.com/a", "http://localhost:80@example.com/a", "http://example.com#@127.0.0.1/a",
        "http://example.com\\@127.0.0.1/a",
        "http://127.0.0.1 example.com/a", "http://127.0.0.1%2eexample.com/a", "http://127.0.0.1%00.example.com/a",
        "http://127.0.0.1\r\n.example.com/a",
        // libcurl would decode these to a name that is an address where it is read again.
        "http://213070643%33/a", "https://213070643%33/a", "https://exam%70le.com/a",
        "http://user:password@localhost/a", "http://@localhost/a", "http://localhost:/a#b", "http://localhost:99999/a",
        "http://localhost:-1/a",
        "http://[::1/a", "http://[::1%25lo]/a", "http://[::1]example.com/a", "http://ｌocalhost/a", "ftp://127.0.0.1/a",
        "file:///etc/passwd", "gopher://127.0.0.1/",
        "//127.0.0.1/a", "127.0.0.1/a", "localhost", "/a", "http:", "http://", "http://?", "",
    ])
    func urlTricksAreRefused(_ full: String) {
        #expect(thrown { try url(full: full) }?.status == .credentialsRejected)
    }

    /// Other spellings of an IPv4 address are read as the transport reads them, before they are judged.
    @Test(arguments: [
        ("http://2130706433/a", "127.0.0.1"), ("http://0x7f000001/a", "127.0.0.1"), ("http://127.1/a", "127.0.0.1"),
        ("http://0177.0.0.1/a", "127.0.0.1"),
        ("http://2852039170/a", "169.254.170.2"), ("http://3232235777/a", nil), ("http://0xa000001/a", nil),
        ("http://167772161/a", nil),
    ])
    func numbersAreAddresses(_ full: String, _ host: String?) {
        #expect((try? url(full: full))?.host == host)
    }
}
