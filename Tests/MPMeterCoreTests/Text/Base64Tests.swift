// Base64 as it is accepted: strict base64url in a token (RFC 7515 section 2, RFC 4648 sections 3 and 5), forgiving
// around a PEM.

import Foundation
import MPMeterCore
import Testing

@Suite struct Base64Tests {
    private func urlSafe(_ text: String) -> [UInt8]? { Base64.decodeURLSafe(text.utf8) }
    private func standard(_ text: String) -> [UInt8]? { Base64.decodeStandard(text.utf8) }

    /// RFC 4648 section 10, without padding.
    @Test(arguments: [
        ("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9vYmE", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func rfc4648(_ encoded: String, _ decoded: String) {
        #expect(urlSafe(encoded) == Array(decoded.utf8))
        #expect(standard(encoded) == Array(decoded.utf8))
        #expect(
            standard(encoded + String(repeating: "=", count: (4 - encoded.utf8.count % 4) % 4)) == Array(decoded.utf8))
    }

    /// RFC 7515 appendix C.
    @Test func rfc7515() { #expect(urlSafe("A-z_4ME") == [3, 236, 255, 224, 193]) }

    /// RFC 4648 section 3.5: bits that say nothing must be zero, or one value had several spellings. Of every two- and
    /// three-letter group, just the spelling that an encoder writes is read.
    @Test func oneSpellingForEachValue() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var pairs: Set<[UInt8]> = []
        for a in alphabet {
            for b in alphabet { if let value = Base64.decodeURLSafe([a, b]) { #expect(pairs.insert(value).inserted) } }
        }
        #expect(pairs.count == 256)
        for (tail, isCanonical) in [
            ("QQ", true), ("QR", false), ("Qf", false), ("QUE", true), ("QUF", false), ("QUH", false),
        ] {
            #expect((urlSafe(tail) != nil) == isCanonical, "\(tail)")
            #expect((urlSafe("AAAA" + tail) != nil) == isCanonical, "\(tail)")
        }
    }

    @Test(arguments: ["A", "AAAAA", "AAAAAAAAA"]) func aSingleLetterIsHalfAByte(_ text: String) {
        #expect(urlSafe(text) == nil)
        #expect(standard(text) == nil)
    }

    /// "with all trailing '=' characters omitted … and without the inclusion of any line breaks, whitespace, or other
    /// additional characters"
    @Test(arguments: [
        "QQ==", "QUE=", "=", "Q=Q", " QUE", "QUE ", "Q UE", "QU\nE", "QUE\r\n", "QU\tE", "+A", "/A", "Q.", "QÜE", "ＱＵ",
        "QU\u{0}", "QU*", "QU,E", "\u{FEFF}QUE",
    ])
    func otherCharactersAreRefused(_ text: String) { #expect(urlSafe(text) == nil) }

    @Test(arguments: ["QQ=", "QQ===", "QUE==", "QUFB=", "=QQ=", "Q=Q=", "QQ==QQ==", "-A", "_A", "QÜ", "QU*", "===="])
    func wrongPaddingIsRefused(_ text: String) {
        #expect(standard(text) == nil)
    }

    @Test func whiteSpaceIsLeftOutOfStandardText() { #expect(standard(" Z m\r\n9v\tYg =\n= ") == Array("foob".utf8)) }

    @Test func foundationAgrees() {
        var random = SplitMix64(seed: 4648)
        for length in 0..<400 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Data(bytes).base64EncodedString()
            let safe = text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").filter {
                $0 != "="
            }
            #expect(standard(text) == bytes)
            #expect(urlSafe(safe) == bytes)
        }
    }
}
