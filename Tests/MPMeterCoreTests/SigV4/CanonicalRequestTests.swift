// Rules of Signature Version 4 that the vectors leave open.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import MPMeterCrypto
import Testing

@testable import MPMeterCore

@Suite struct CanonicalRequestTests {
    private func canonical(_ headers: [HTTPHeader], path: String = "/", query: String? = nil) throws -> CanonicalRequest
    {
        let url = URLParts(scheme: "https", host: "example.com", path: path, query: query)
        return try CanonicalRequest(HTTPRequest(.POST, url, headers: headers, to: .service), OpenSSL.self)
    }

    /// "Names … must be sorted" by character code: `-` before letters, digits before letters.
    @Test func headersAreSortedByByte() throws {
        let names = ["x-b", "x-a", "x", "x-a-b", "x-1", "a"]
        #expect(try canonical(names.map { HTTPHeader($0, "1") }).signedHeaders == "a;x;x-1;x-a;x-a-b;x-b")
    }

    /// RFC 9110 section 5.3: the order of field lines of one name matters.
    @Test func valuesOfOneNameKeepTheirOrder() throws {
        let text = try canonical([HTTPHeader("X-N", " b  c "), HTTPHeader("x-n", "a"), HTTPHeader("X-n", "")]).text
        #expect(text.contains("\nx-n:b c,a,\n"))
    }

    @Test func anEmptyPathIsTheRoot() { #expect(CanonicalRequest.path("") == "/") }

    /// Parameters are sorted by name, then by value, as they are encoded; the first `=` ends the name.
    @Test(arguments: [
        ("", ""), ("a", "a="), ("a=b=c", "a=b=c"), ("b&a", "a=&b="), ("a=2&a=1", "a=1&a=2"),
        ("a%2B=1&a=1", "a=1&a%2B=1"), ("ab=1&a=2", "a=2&ab=1"),
    ])
    func queries(_ query: String, _ expected: String) { #expect(CanonicalRequest.query(query) == expected) }

    /// The hash of an empty payload is SHA-256 of nothing (FIPS 180-4).
    @Test func anEmptyBodyIsHashed() throws {
        let text = try canonical([HTTPHeader("Host", "example.com")]).text
        #expect(text.hasSuffix("\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    }

    /// RFC 4231 section 4.3, test case 2.
    @Test func hmacIsRFC4231() throws {
        #expect(
            try OpenSSL.hmacSHA256(key: "Jefe".bytes, "what do ya want for nothing?".bytes).hex
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    /// Long-term keys have no session token, and then no such header is sent:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
    @Test func onlyTemporaryCredentialsSendASecurityToken() throws {
        let request = HTTPRequest(.POST, URLParts(scheme: "https", host: "example.com"), to: .service)
        for token in [nil, "TOKEN"] {
            let credentials = try #require(
                Credentials(
                    accessKeyID: "AKID", secretAccessKey: "SECRET", sessionToken: token, expiration: nil,
                    source: .environment))
            let scope = SigningScope(at: Timestamp(0), region: try #require(RegionName("us-east-1")), service: "sts")
            let signed = try SigV4.sign(request, credentials, scope, OpenSSL.self)
            #expect(
                signed.headers.map(\.name) == ["Host", "X-Amz-Date"] + (token == nil ? [] : ["X-Amz-Security-Token"])
                    + ["Authorization"])
            #expect(signed.headers[1].value == "19700101T000000Z")
            #expect(!signed.headers.contains { $0.value.contains("SECRET") })
        }
    }

    @Test func theScopeNamesDayRegionAndService() throws {
        let scope = SigningScope(
            at: Timestamp(1_440_938_160), region: try #require(RegionName("us-east-1")),
            service: RegisterUsage.signingName)
        #expect(scope.text == "20150830/us-east-1/aws-marketplace/aws4_request")
    }
}
