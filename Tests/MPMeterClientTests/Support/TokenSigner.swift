// Signs tokens the way AWS Marketplace does (PS256), with the worthless keys of Tests/Vectors/keys.

internal import COpenSSL
import Foundation
import MPMeterCrypto

enum TestKey: String, CaseIterable, Sendable {
    case rsa1024, rsa2048, rsa3072
    /// Plays the attacker.
    case other = "rsa2048-other"

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../Vectors/keys")

    private func text(_ suffix: String) -> String {
        (try? String(contentsOf: Self.folder.appendingPathComponent(rawValue + suffix), encoding: .utf8)) ?? ""
    }

    var publicPEM: String { text(".pem") }

    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes (RFC 7518 section 3.5).
    func sign(_ message: [UInt8]) -> [UInt8] {
        let pem = Array(text(".private.pem").utf8)
        _ = OpenSSL.initialize()
        let bio = BIO_new_mem_buf(pem, Int32(pem.count))
        defer { BIO_free(bio) }
        let key = PEM_read_bio_PrivateKey(bio, nil, nil, nil)
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_DigestSignInit(context, &parameters, EVP_sha256(), nil, key) == 1,
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 32) == 1
        else { return [] }
        var count = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return [] }
        return Array(signature.prefix(count))
    }
}

/// A JWT of any header and payload.
enum Token {
    static let header = #"{"alg":"PS256","typ":"JWT"}"#

    static func sign(_ payload: String, header: String = header, by key: TestKey) -> String {
        let input = base64url(Array(header.utf8)) + "." + base64url(Array(payload.utf8))
        return input + "." + base64url(key.sign(Array(input.utf8)))
    }

    /// What AWS signs: upbound's decoder reads these names, the version as a number.
    static func payload(product: String, version: Int = 1, nonce: String, issuedAt: Int64 = FakeMachine.firstSecond)
        -> String
    {
        #"{"productCode":"\#(product)","publicKeyVersion":\#(version),"nonce":"\#(nonce)","iat":\#(issuedAt)}"#
    }

    static func base64url(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(
            of: "/", with: "_"
        )
        .replacingOccurrences(of: "=", with: "")
    }
}
