// Tests/Vectors/wycheproof: what others know of RSASSA-PSS and of JSON Web Signatures, held against the verification
// itself and against the verifier of tokens. Counts go to build/trust/wycheproof.json.

import Foundation
import MPMeterCrypto
import MPMeterJSON
import Testing

@testable import MPMeterCore

struct WycheproofSignature: Decodable, Sendable, CustomTestStringConvertible {
    let name, rule, key, messageBase64, signatureBase64: String
    let genuine: Bool
    var testDescription: String { "\(name): \(rule)" }

    static let all: [WycheproofSignature] = Vectors.load("wycheproof/pss.json")
}

struct WycheproofToken: Decodable, Sendable, CustomTestStringConvertible {
    let name, rule, key, token, result: String
    let genuine: Bool
    var testDescription: String { "\(name): \(rule), \(result)" }

    static let all: [WycheproofToken] = Vectors.load("wycheproof/jws.json")
}

@Suite struct WycheproofTests {
    private static func key(_ name: String) throws -> RSAPublicKey {
        try OpenSSL.publicKey(pem: Vectors.bytes("wycheproof/keys/" + name), bits: 2048...16384)
    }

    @Test func everyCaseIsThere() {
        #expect(WycheproofSignature.all.count == 448 && WycheproofSignature.all.filter(\.genuine).count == 189)
        #expect(WycheproofToken.all.count == 401 && WycheproofToken.all.filter(\.genuine).count == 7)
    }

    /// RFC 8017 section 8.1.2, with the parameters of RFC 7518 section 3.5 and no other.
    @Test(arguments: WycheproofSignature.all) func signature(_ test: WycheproofSignature) throws {
        let message = Vectors.bytes(nil, orBase64: test.messageBase64),
            signature = Vectors.bytes(nil, orBase64: test.signatureBase64)
        #expect(try OpenSSL.isValidPS256(signature, of: message, by: Self.key(test.key)) == test.genuine)
    }

    /// No payload of Wycheproof's is an object of claims, so each is refused; of those that PS256 does not sign, before
    /// the payload is read.
    @Test(arguments: WycheproofToken.all) func token(_ test: WycheproofToken) {
        let request = ProofRequest(productCode: "prod", publicKeyVersion: 1, nonce: "nonce")
        let status = Status {
            _ = try TokenVerifier<OpenSSL, Jansson>.verify(test.token, proves: request, by: Self.key(test.key))
        }
        let isSigned = (try? CompactToken(test.token, Jansson.self)).flatMap { token in
            try? OpenSSL.isValidPS256(token.signature, of: token.signingInput, by: Self.key(test.key))
        }
        if test.genuine {
            #expect(status == .tokenMalformed)
            // The one without a payload is not looked at further.
            #expect(isSigned == (test.rule == "emptyPayload" ? nil : true))
        } else {
            #expect([.tokenMalformed, .tokenAlgorithm, .tokenSignature, .publicKey].contains(status))
            #expect(isSigned != true)
        }
    }

    @Test func counts() throws {
        let believed = try WycheproofSignature.all.filter {
            try !$0.genuine
                && OpenSSL.isValidPS256(
                    Vectors.bytes(nil, orBase64: $0.signatureBase64),
                    of: Vectors.bytes(nil, orBase64: $0.messageBase64), by: Self.key($0.key))
        }
        #expect(believed.isEmpty)
        let folder = Vectors.folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "build/trust")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let valid = WycheproofSignature.all.filter(\.genuine).count
        let counts =
            #"{"wycheproof_pss": \#(WycheproofSignature.all.count), "accepted_valid": \#(valid), "#
            + #""believed_wrongly": \#(believed.count)}"#
        try Data((counts + "\n").utf8).write(to: folder.appendingPathComponent("wycheproof.json"))
    }
}
