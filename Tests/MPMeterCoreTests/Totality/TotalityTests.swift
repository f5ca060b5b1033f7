// Everything that reads what a stranger sent returns or throws, whatever it is given: a trap would kill the host. A few
// thousand damaged inputs for each parser, the same on every run; the fuzzer (tools) goes on where these end.

import MPMeterCrypto
import MPMeterJSON
import MPMeterTransport
import Testing

@testable import MPMeterCore

@Suite struct TotalityTests {
    static let rounds = 4000

    @Test func tokens() throws {
        let genuine = TokenCase.all.filter { $0.expect == "MPMETER_OK" || $0.expect == "MPMETER_E_TOKEN_CLAIMS" }.map(
            \.text
        ).filter { $0.utf8.count < 4096 }
        let key = try OpenSSL.publicKey(pem: Vectors.bytes("keys/rsa2048.pem"), bits: 2048...16384)
        let request = ProofRequest(
            productCode: "4w1vgsrkqdkypbz43g7qkk4uz", publicKeyVersion: 1, nonce: "3c0b6f2e-8d6b-4b7e-9a52-5f3d1a7c9e10"
        )
        let allowed: Set<Status> = [.ok, .tokenMalformed, .tokenAlgorithm, .tokenSignature, .tokenClaims]
        let count = Mutations.forEach(of: genuine, rounds: Self.rounds) { (text: String) in
            let status = Status { _ = try TokenVerifier<OpenSSL, Jansson>.verify(text, proves: request, by: key) }
            #expect(allowed.contains(status))
        }
        #expect(count == Self.rounds)
    }

    /// Below the signature, which hides the claims from the test above.
    @Test func claims() {
        let payloads = TokenCase.all.filter { $0.expect == "MPMETER_OK" }.compactMap { test -> [UInt8]? in
            let parts = test.text.utf8.split(separator: UInt8(ascii: "."))
            return parts.count == 3 ? Base64.decodeURLSafe(parts[1]) : nil
        }
        let count = Mutations.forEach(of: payloads, rounds: Self.rounds) { (bytes: [UInt8]) in
            let status = Status { _ = try TokenClaims(payload: bytes, Jansson.self) }
            #expect([.ok, .tokenMalformed, .tokenClaims].contains(status))
        }
        #expect(count == Self.rounds)
    }

    @Test func publicKeys() {
        let files = [
            "rsa2048.pem", "rsa2048-pkcs1.pem", "rsa2048-backslash-n.pem", "rsa2048-base64.pem", "rsa2048-crlf.pem",
            "ec-p256.pem", "bad-certificate.pem", "rsa1024.private.pem",
        ]
        let texts = files.map { String(decoding: Vectors.bytes("keys/" + $0), as: UTF8.self) }
        let count = Mutations.forEach(of: texts, rounds: Self.rounds) { (text: String) in
            let status = Status { _ = try OpenSSL.publicKey(pem: try PublicKeyText.pem(text), bits: 1024...16384) }
            #expect(status == .ok || status == .publicKey)
        }
        #expect(count == Self.rounds)
    }

    /// Damage below the armour reaches the DER.
    @Test func publicKeyDER() throws {
        let text = String(decoding: Vectors.bytes("keys/rsa2048.pem"), as: UTF8.self)
        let der = try #require(
            Base64.decodeStandard(text.fields(separatedBy: 10).filter { !$0.hasPrefix("-") }.joined().utf8))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let count = Mutations.forEach(of: [der], rounds: Self.rounds) { (bytes: [UInt8]) in
            var body: [UInt8] = []
            for at in stride(from: 0, to: bytes.count, by: 3) {
                let group = Array(bytes[at..<min(at + 3, bytes.count)])
                let word = (group + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
                for place in 0..<4 {
                    body.append(place <= group.count ? alphabet[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
                }
                if at % 48 == 45 { body.append(10) }
            }
            let pem = Array("-----BEGIN PUBLIC KEY-----\n".utf8) + body + Array("\n-----END PUBLIC KEY-----\n".utf8)
            let status = Status { _ = try OpenSSL.publicKey(pem: pem, bits: 1024...16384) }
            #expect(status == .ok || status == .publicKey)
        }
        #expect(count == Self.rounds)
    }

    @Test func json() {
        let documents = (CredentialCase.container + CredentialCase.sts).compactMap(\.input).filter { $0.hasPrefix("{") }
            .map { Array($0.utf8) }
        let count = Mutations.forEach(of: documents, rounds: Self.rounds) { (bytes: [UInt8]) in
            _ = Jansson.parse(bytes)?["Expiration"]
        }
        #expect(count == Self.rounds)
    }

    @Test func urls() {
        let urls =
            SigV4Case.all.map(\.url) + [
                "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]:80/a?b=c",
                "https://user:password@example:443/%41?b#c",
            ]
        let count = Mutations.forEach(of: urls, rounds: Self.rounds) { (text: String) in
            guard let url = CurlURL.parse(text) else { return }
            // What is accepted can be written, read again and signed; and its host is a host.
            #expect(CurlURL.parse(url.text)?.host == url.host, "\(text)")
            #expect(url.host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\%[]".utf8.contains($0) })
            _ = CanonicalRequest.path(url.path) + CanonicalRequest.query(url.query ?? "")
            _ = Status {
                _ = try ContainerCredentials.url(Environment([.AWS_CONTAINER_CREDENTIALS_FULL_URI: text]), CurlURL.self)
            }
        }
        #expect(count == Self.rounds)
    }

    /// Whatever the environment holds, the relative URI leads to the agent's address, and the full one over plain HTTP
    /// to no stranger.
    @Test func containerURLs() {
        let relative = ["/v2/credentials/5c7e9b0a", "/a?b=c", "@evil.com/a", "//evil.com"]
        var count = Mutations.forEach(of: relative, rounds: Self.rounds) { (text: String) in
            guard
                let url = try? ContainerCredentials.url(
                    Environment([.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: text]), CurlURL.self)
            else { return }
            #expect(url.host == "169.254.170.2" && url.port == nil && url.scheme == "http", "\(text)")
        }
        let full = [
            "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1", "http://localhost:80/a",
            "http://127.0.0.1@evil.com/",
        ]
        count += Mutations.forEach(of: full, rounds: Self.rounds) { (text: String) in
            guard
                let url = try? ContainerCredentials.url(
                    Environment([.AWS_CONTAINER_CREDENTIALS_FULL_URI: text]), CurlURL.self), !url.isHTTPS
            else { return }
            #expect(
                url.isLoopback || ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(url.host), "\(text)")
        }
        #expect(count == 2 * Self.rounds)
    }
}
