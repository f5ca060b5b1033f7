// The hashes and comparisons that the core asks for, by published vectors, and the public keys that the token vectors
// leave out.

import Foundation
import MPMeterCore
import MPMeterCrypto
import Testing

@Suite struct CryptographyTests {
    @Test func initializationCanBeRepeated() { #expect(OpenSSL.initialize() && OpenSSL.initialize()) }

    /// FIPS 180-4, by NIST's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256(_ text: String, _ digest: String) throws { #expect(try OpenSSL.sha256(text.bytes).hex == digest) }

    /// RFC 4231 sections 4.2, 4.4 and 4.7: a short key, a long text, and a key longer than a block.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There".bytes,
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First".bytes,
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func hmac(_ key: [UInt8], _ message: [UInt8], _ code: String) throws {
        #expect(try OpenSSL.hmacSHA256(key: key, message).hex == code)
    }

    @Test func emptyKeysAndMessages() throws {
        #expect(
            try OpenSSL.hmacSHA256(key: [], []).hex
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func sameness() {
        #expect(OpenSSL.areSame([], []) && OpenSSL.areSame([1, 2], [1, 2]))
        #expect(
            !OpenSSL.areSame([1], []) && !OpenSSL.areSame([1, 2], [1, 3]) && !OpenSSL.areSame([1, 2], [1, 2, 3]))
    }

    private func key(_ name: String, _ bits: ClosedRange<Int> = 1024...16384) throws -> RSAPublicKey {
        try OpenSSL.publicKey(
            pem: try PublicKeyText.pem(String(decoding: Vectors.bytes("keys/" + name), as: UTF8.self)), bits: bits)
    }

    /// Every file of Tests/Vectors/keys says by its name what becomes of it, and what a private key becomes is nothing.
    @Test func everyKeyFile() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Vectors.folder.appendingPathComponent("keys").path
        ).filter { $0.hasSuffix(".pem") }.sorted()
        #expect(names.count == 56)
        let refused = [
            "ec-p256.pem", "ed25519.pem", "rsa512.pem", "rsa1016.pem", "rsa1023.pem", "rsa16392.pem", "rsa2048-e0.pem",
            "rsa2048-e1.pem", "rsa2048-e2.pem", "rsa2048-e65536.pem",
        ]
        for name in names {
            let isRefused = name.hasPrefix("bad-") || name.hasSuffix(".private.pem") || refused.contains(name)
            #expect(Status { _ = try key(name) } == (isRefused ? .publicKey : .ok), "\(name)")
        }
    }

    @Test(arguments: [
        (2048, 2048, true), (2049, 16384, false), (1024, 2047, false), (1024, 2048, true), (2048, 16384, true),
    ]) func theBoundsAreIncluded(_ least: Int, _ most: Int, _ expected: Bool) {
        #expect((Status { _ = try key("rsa2048.pem", least...most) } == .ok) == expected)
    }

    /// A key travels through environment variables, Helm values and secrets.
    @Test(arguments: [
        "", "-", "-----BEGIN PUBLIC KEY-----", "BEGIN PUBLIC KEY", "LS0tLS1CRUdJTiA=", "\\n", "é",
        String(repeating: " ", count: 32_769), String(repeating: "A", count: 40_000),
    ])
    func noKey(_ text: String) {
        #expect(
            Status { _ = try OpenSSL.publicKey(pem: try PublicKeyText.pem(text), bits: 1024...16384) } == .publicKey)
    }

    /// What is read of a key is the key, not the text around it: all its clothes make one key.
    @Test(arguments: [
        "rsa2048-crlf.pem", "rsa2048-no-final-newline.pem", "rsa2048-blank-around.pem", "rsa2048-backslash-n.pem",
        "rsa2048-pkcs1.pem", "rsa2048-pkcs1-backslash-n.pem", "rsa2048-base64.pem", "rsa2048-base64-newline.pem",
    ])
    func clothes(_ name: String) throws {
        let test = try #require(TokenCase.all.first { $0.name == "ok-rsa2048" })
        let parts = test.text.bytes.split(separator: UInt8(ascii: "."))
        let signature = try #require(Base64.decodeURLSafe(parts[2]))
        let input = Array(test.text.bytes.dropLast(parts[2].count + 1))
        #expect(try OpenSSL.isValidPS256(signature, of: input, by: key(name)))
        #expect(try !OpenSSL.isValidPS256(signature, of: input, by: key("rsa2048-other.pem")))
    }
}
