// When an endpoint from the environment takes the place of AWS's own.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html

import MPMeterCore
import MPMeterTransport
import Testing

@Suite struct EndpointOverrideTests {
    private func url(_ environment: [Variable: String], _ variable: Variable = .AWS_ENDPOINT_URL_MARKETPLACE_METERING)
        throws(MeterError)
        -> URLParts?
    { try EndpointOverride.url(variable, Environment(environment), CurlURL.self) }

    @Test func withoutOneThereIsNone() throws {
        #expect(try url([:]) == nil)
        #expect(try url([.AWS_ENDPOINT_URL_STS: "https://sts.example"]) == nil)
        #expect(try url([.AWS_ENDPOINT_URL: "", .AWS_ENDPOINT_URL_MARKETPLACE_METERING: ""]) == nil)
    }

    /// "The service-specific … takes precedence over the global AWS_ENDPOINT_URL"; an empty value is an unset one.
    @Test(arguments: [Variable.AWS_ENDPOINT_URL_MARKETPLACE_METERING, .AWS_ENDPOINT_URL_STS])
    func theServicesOwnComesFirst(_ variable: Variable) throws {
        #expect(
            try url([.AWS_ENDPOINT_URL: "https://all.example", variable: "https://one.example"], variable)?.host
                == "one.example")
        #expect(try url([.AWS_ENDPOINT_URL: "https://all.example"], variable)?.host == "all.example")
        #expect(try url([.AWS_ENDPOINT_URL: "https://all.example", variable: ""], variable)?.host == "all.example")
    }

    /// A service's own that is wrong is an error, not a reason to use the other.
    @Test func aWrongOneIsNotPassedOver() {
        #expect(
            thrown {
                try url([.AWS_ENDPOINT_URL: "https://all.example", .AWS_ENDPOINT_URL_MARKETPLACE_METERING: "nonsense"])
            }?.status
                == .invalidArgument)
    }

    /// Whether one is set at all, however wrong.
    @Test(
        arguments: [
            ([:], false), ([.AWS_ENDPOINT_URL: ""], false), ([.AWS_ENDPOINT_URL: "nonsense"], true),
            ([.AWS_ENDPOINT_URL_MARKETPLACE_METERING: "https://a"], true),
            ([.AWS_ENDPOINT_URL_STS: "https://a"], false),
            ([.AWS_ENDPOINT_URL: "https://a", .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true"], false),
            ([.AWS_ENDPOINT_URL: "https://a", .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false"], true),
        ] as [([Variable: String], Bool)])
    func configuration(_ environment: [Variable: String], _ expected: Bool) {
        #expect(
            EndpointOverride.isConfigured(.AWS_ENDPOINT_URL_MARKETPLACE_METERING, Environment(environment)) == expected)
    }

    @Test(arguments: ["true", "TRUE", "True"]) func theyCanBeIgnored(_ value: String) throws {
        #expect(
            try url([
                .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: value, .AWS_ENDPOINT_URL: "nonsense",
                .AWS_ENDPOINT_URL_MARKETPLACE_METERING: "https://one.example",
            ]) == nil)
    }

    @Test(arguments: ["false", "1", "", "yes"]) func onlyTrueIgnoresThem(_ value: String) throws {
        #expect(
            try url([.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: value, .AWS_ENDPOINT_URL: "https://all.example"])?.host
                == "all.example")
    }

    /// Credentials are sent there: HTTPS, or a connection that cannot leave this machine.
    @Test(arguments: [
        ("https://vpce-1.metering.example", "https://vpce-1.metering.example/"),
        ("https://example:8443", "https://example:8443/"),
        ("https://example/base/path", "https://example/base/path"), ("HTTPS://EXAMPLE/", "https://example/"),
        ("https://192.0.2.1", "https://192.0.2.1/"), ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("http://localhost:4566", "http://localhost:4566/"), ("http://LOCALHOST:4566", "http://localhost:4566/"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/"),
        ("http://127.255.255.254:9000/a", "http://127.255.255.254:9000/a"),
        ("http://[::1]:9000", "http://[::1]:9000/"), ("http://localhost:80", "http://localhost/"),
        ("https://example:443", "https://example/"),
    ])
    func accepted(_ text: String, _ expected: String) throws {
        #expect(try url([.AWS_ENDPOINT_URL: text])?.text == expected)
    }

    @Test(arguments: [
        "http://example", "http://metering.marketplace.us-east-1.amazonaws.com", "http://192.0.2.1",
        "http://10.0.0.1:8080", "http://169.254.170.2",
        "http://[2001:db8::1]", "http://[::ffff:127.0.0.1]", "http://localhost.example", "http://127.0.0.1.example",
        "http://127.example",
        "http://0.0.0.0", "http://[::]", "http://128.0.0.1", "http://1.127.0.0.1",
    ])
    func plainHTTPToAnotherMachineIsRefused(_ text: String) {
        let error = thrown { try url([.AWS_ENDPOINT_URL: text]) }
        #expect(error?.status == .invalidArgument)
        #expect(error?.message.contains("AWS_ENDPOINT_URL") == true)
        #expect(error?.fix.isEmpty == false)
    }

    @Test(arguments: [
        "example", "example:8443", "//example", "/path", "ftp://example", "file:///etc/passwd", "https://", "https:///",
        "https://?a", "http://",
        "https://user@example", "https://user:password@example", "https://example/#fragment", "https://example/?query",
        "https://exa mple",
        "https://example\r\nHost: other", "https://exämple", "https://example:0", "https://example:65536",
        "https://example:port", "https://[::1",
        "https://[fe80::1%25eth0]", "javascript:alert(1)", " https://example", "https://example ", "https://exam%70le@",
        "https://exam%70le", "https://135365%302",
    ])
    func whatIsNoURLIsRefused(_ text: String) {
        let error = thrown { try url([.AWS_ENDPOINT_URL_MARKETPLACE_METERING: text]) }
        #expect(error?.status == .invalidArgument, "\(text)")
        #expect(error?.message.contains("AWS_ENDPOINT_URL_MARKETPLACE_METERING") == true)
    }

    /// A host with an escape is one to one reader and another to the next, and the error says what is wrong with it.
    @Test(arguments: ["https://exam%70le", "https://135365%302"]) func anEscapedHostIsNamedAsTheCause(_ text: String) {
        #expect(thrown { try url([.AWS_ENDPOINT_URL: text]) }?.message.contains("% in the host") == true)
    }

    /// Errors hold no secret (include/mpmeter.h, mpmeter_error), and a URL may hold a password.
    @Test func noPasswordIsRepeated() {
        let error = thrown { try url([.AWS_ENDPOINT_URL: "https://user:hunter2@example"]) }
        #expect(error.map { ($0.message + $0.fix).contains("hunter2") } == false)
    }
}
