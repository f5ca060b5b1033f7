// Tests/Vectors/jwt: what the verifier answers for every token, with real cryptography.

import MPMeterCrypto
import MPMeterJSON
import Testing

@testable import MPMeterCore

struct TokenCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Generator: Decodable, Sendable {
        let prefix, `repeat`, suffix: String
        let count: Int
    }

    let name, rule, source, key, productCode, nonce, expect: String
    let token: String?
    let generate: Generator?
    let keyVersion, publicKeyVersion: Int32
    let minimumKeyBits: Int?
    let expectPublicKeyVersion: Int64?
    let expectIssuedAt: Int64?
    let expectPublicKeyRotation: String?
    var testDescription: String { "\(name): \(rule) (\(source))" }

    static let all: [TokenCase] = Vectors.load("jwt/cases.json")

    var text: String {
        token ?? generate.map { $0.prefix + String(repeating: $0.repeat, count: $0.count) + $0.suffix } ?? ""
    }

    /// As mpmeter_client_new() reads the key, and mpmeter_verify() chooses and uses it.
    func verify() throws(MeterError) -> TokenClaims {
        let pem = try PublicKeyText.pem(String(decoding: Vectors.bytes("keys/" + key), as: UTF8.self))
        let key = try OpenSSL.publicKey(pem: pem, bits: (minimumKeyBits ?? 2048)...16384)
        guard publicKeyVersion == 0 || publicKeyVersion == keyVersion else {
            throw MeterError(.publicKey, "no key of that version")
        }
        let request = ProofRequest(productCode: productCode, publicKeyVersion: keyVersion, nonce: nonce)
        return try TokenVerifier<OpenSSL, Jansson>.verify(text, proves: request, by: key)
    }
}

@Suite struct TokenVectorTests {
    @Test func everyCaseIsThere() {
        #expect(TokenCase.all.count == 660)
        #expect(TokenCase.all.filter { $0.generate != nil }.count == 10)
        let expected = Dictionary(grouping: TokenCase.all, by: \.expect).mapValues(\.count)
        #expect(
            expected == [
                "MPMETER_OK": 53, "MPMETER_E_PUBLIC_KEY": 37, "MPMETER_E_TOKEN_MALFORMED": 233,
                "MPMETER_E_TOKEN_ALGORITHM": 83,
                "MPMETER_E_TOKEN_SIGNATURE": 123, "MPMETER_E_TOKEN_CLAIMS": 131,
            ])
    }

    @Test(arguments: TokenCase.all) func status(_ test: TokenCase) throws {
        let expected = try #require(Status(named: test.expect))
        do throws(MeterError) {
            let claims = try test.verify()
            #expect(expected == .ok)
            #expect(claims.productCode.isSame(as: test.productCode))
            #expect(claims.nonce.isSame(as: test.nonce))
            #expect(claims.publicKeyVersion == test.expectPublicKeyVersion)
            #expect((claims.issuedAt?.seconds ?? 0) == test.expectIssuedAt)
        } catch {
            #expect(error.status == expected, "\(error)")
            #expect(!error.message.isEmpty)
        }
    }

    /// What a genuine token says about the rotation of its key is handed on (include/mpmeter.h,
    /// mpmeter_registration_public_key_rotation).
    @Test(arguments: TokenCase.all.filter { $0.expectPublicKeyRotation != nil }) func rotation(_ test: TokenCase) throws
    {
        let members = Mirror(reflecting: try test.verify()).children.filter { $0.label == "publicKeyRotation" }
        #expect(members.first?.value as? String == test.expectPublicKeyRotation)
    }

    /// No byte of a genuine token can be changed unnoticed: header and payload are signed, and each part has one
    /// spelling.
    @Test func everyByteCounts() throws {
        let test = try #require(TokenCase.all.first { $0.name == "ok-rsa2048" })
        let key = try OpenSSL.publicKey(pem: Vectors.bytes("keys/" + test.key), bits: 2048...16384)
        let request = ProofRequest(productCode: test.productCode, publicKeyVersion: 1, nonce: test.nonce)
        let token = test.text.bytes
        for index in token.indices {
            for replacement in "A.=_ ".utf8 where replacement != token[index] {
                var changed = token
                changed[index] = replacement
                let text = String(decoding: changed, as: UTF8.self)
                #expect(
                    Status { _ = try TokenVerifier<OpenSSL, Jansson>.verify(text, proves: request, by: key) } != .ok,
                    "\(index)")
            }
            let cut = String(decoding: token[..<index], as: UTF8.self)
            #expect(
                Status { _ = try TokenVerifier<OpenSSL, Jansson>.verify(cut, proves: request, by: key) } != .ok,
                "\(index)")
        }
    }
}
