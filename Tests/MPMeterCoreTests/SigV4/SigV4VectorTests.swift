// Tests/Vectors/sigv4: every case through each of the three stages alone, and through all of them at once.

import Foundation
import MPMeterCrypto
import MPMeterTransport
import Testing

@testable import MPMeterCore

struct SigV4Case: Decodable, Sendable, CustomTestStringConvertible {
    let name, method, url, region, service, accessKey, secretKey, timestamp: String
    let sessionToken, body, bodyBase64: String?
    let bodyRepeat: [BodyPart]?
    let queryParameters: [[String]]?
    let headers: [[String]]
    let payloadSha256, canonicalRequest, signedHeaders, stringToSign, signingKey, signature, authorization: String
    var testDescription: String { name }

    /// `[text, count]`
    enum BodyPart: Decodable, Sendable {
        case text(String), count(Int)
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let count = try? value.decode(Int.self) {
                self = .count(count)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    static let all: [SigV4Case] = Vectors.load("sigv4/cases.json")

    var payload: [UInt8] {
        if case .text(let text) = bodyRepeat?.first, case .count(let count) = bodyRepeat?.last {
            return Array(String(repeating: text, count: count).utf8)
        }
        return Vectors.bytes(body, orBase64: bodyBase64)
    }

    /// The URL cut by hand: some paths hold what no URL may, and are still to be signed.
    var parts: URLParts {
        let (scheme, rest) = url.cut(at: "://")
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" })
        let (path, query) = String(rest.dropFirst(authority.count)).cut(at: "?")
        let isIPv6 = authority.hasPrefix("[")
        let host = isIPv6 ? String(authority.dropFirst().prefix { $0 != "]" }) : authority.cut(at: ":").0
        let port = authority.dropFirst(isIPv6 ? host.count + 2 : host.count).dropFirst()
        let sent = queryParameters.map { PercentEncoding.form($0.map { ($0[0], $0[1]) }) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        return URLParts(
            scheme: scheme, host: host, isIPv6: isIPv6, port: UInt16(port), path: path.isEmpty ? "/" : path,
            query: sent ?? (query.isEmpty ? nil : query))
    }

    /// Before signing.
    var request: HTTPRequest {
        HTTPRequest(
            HTTPRequest.Method(rawValue: method) ?? .GET, parts, headers: headers.map { HTTPHeader($0[0], $0[1]) },
            body: payload, to: .service)
    }

    var credentials: Credentials {
        get throws {
            var credentials = try #require(
                Credentials(
                    accessKeyID: accessKey, secretAccessKey: "-", sessionToken: sessionToken, expiration: nil,
                    source: .ecsTaskRole))
            // One case signs with a secret that no service would be believed to have issued.
            credentials.secretAccessKey = Secret(secretKey)
            return credentials
        }
    }

    var scope: SigningScope {
        get throws {
            let text = timestamp
            func digits(_ range: Range<Int>) -> String { String(Array(text)[range]) }
            let date = "\(digits(0..<4))-\(digits(4..<6))-\(digits(6..<8))"
            let iso = "\(date)T\(digits(9..<11)):\(digits(11..<13)):\(digits(13..<15))Z"
            let moment = try #require(ISO8601DateFormatter().date(from: iso))
            return SigningScope(
                at: Timestamp(Int64(moment.timeIntervalSince1970)), region: try #require(RegionName(region)),
                service: service)
        }
    }
}

extension String {
    /// What stands before and after the first `separator`; all of it and nothing if there is none.
    fileprivate func cut(at separator: String) -> (String, String) {
        guard let range = range(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}

@Suite struct SigV4VectorTests {
    @Test func everyCaseIsThere() { #expect(SigV4Case.all.count == 48) }

    /// The header fields that the signer adds before stage 1.
    private func prepared(_ test: SigV4Case) throws -> HTTPRequest {
        var request = try SigV4.sign(test.request, test.credentials, test.scope, OpenSSL.self)
        request.headers.removeAll { $0.name.isSameIgnoringCase(as: "Authorization") }
        return request
    }

    @Test(arguments: SigV4Case.all) func payloadHash(_ test: SigV4Case) throws {
        #expect(try OpenSSL.sha256(test.payload).hex == test.payloadSha256)
    }

    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
    @Test(arguments: SigV4Case.all) func stage1CanonicalRequest(_ test: SigV4Case) throws {
        let canonical = try CanonicalRequest(prepared(test), OpenSSL.self)
        #expect(canonical.text.isSame(as: test.canonicalRequest), "\(canonical.text)")
        #expect(canonical.signedHeaders.isSame(as: test.signedHeaders))
    }

    /// …#create-string-to-sign, from the canonical request of the vector where ours differs.
    @Test(arguments: SigV4Case.all) func stage2StringToSign(_ test: SigV4Case) throws {
        let hash = try OpenSSL.sha256(test.canonicalRequest.bytes).hex
        let scope = try test.scope
        #expect(
            ["AWS4-HMAC-SHA256", test.timestamp, scope.text, hash].joined(separator: "\n").isSame(as: test.stringToSign)
        )
        let canonical = try CanonicalRequest(prepared(test), OpenSSL.self)
        let string = try StringToSign(canonical, scope, OpenSSL.self)
        #expect(string.text.isSame(as: test.stringToSign))
        #expect(scope.moment.basicFormat == test.timestamp)
    }

    /// …#calculate-signature
    @Test(arguments: SigV4Case.all) func stage3Signature(_ test: SigV4Case) throws {
        let scope = try test.scope
        var key = ("AWS4" + test.secretKey).bytes
        for part in [String(test.timestamp.prefix(8)), test.region, test.service, "aws4_request"] {
            key = try OpenSSL.hmacSHA256(key: key, part.bytes)
        }
        #expect(key.hex == test.signingKey)
        #expect(try OpenSSL.hmacSHA256(key: key, test.stringToSign.bytes).hex == test.signature)
        let string = try StringToSign(CanonicalRequest(prepared(test), OpenSSL.self), scope, OpenSSL.self)
        #expect(try Signature(string, scope, secret: Secret(test.secretKey), OpenSSL.self).text == test.signature)
    }

    @Test(arguments: SigV4Case.all) func endToEnd(_ test: SigV4Case) throws {
        let signed = try SigV4.sign(test.request, test.credentials, test.scope, OpenSSL.self)
        #expect(signed.header("Authorization") == test.authorization)
        #expect(signed.header("X-Amz-Date") == test.timestamp)
        #expect(signed.header("X-Amz-Security-Token") == test.sessionToken)
        #expect(signed.body == test.payload)
        // What was signed is what is sent.
        #expect(signed.url.text == test.parts.text)
    }

    /// The parser that makes the connection reads the URLs of the cases as the cases mean them.
    @Test(arguments: SigV4Case.all) func urlsAreReadAsSigned(_ test: SigV4Case) {
        guard test.queryParameters == nil, let url = CurlURL.parse(test.url) else {
            #expect(["path-space", "path-unicode", "query-parameters-encoded"].contains(test.name))
            return
        }
        #expect(url.text == test.parts.text)
        #expect(url.authority == test.parts.authority)
    }
}

extension HTTPRequest {
    fileprivate func header(_ name: String) -> String? { HTTPResponse(status: 200, headers: headers).header(name) }
}
