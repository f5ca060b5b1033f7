// Text is compared and cut by bytes, and escaped as RFC 3986 says.

import Foundation
import MPMeterCore
import Testing

@Suite struct ASCIITests {
    static let composed = "caf\u{E9}"
    static let decomposed = "cafe\u{301}"

    /// https://www.unicode.org/reports/tr15/: Swift takes NFC and NFD, and the Kelvin sign and K, for the same text; a
    /// product code is not.
    @Test func comparisonIsByBytes() {
        #expect(Self.composed == Self.decomposed)
        #expect(!Self.composed.isSame(as: Self.decomposed))
        #expect("\u{212A}" == "K")
        #expect(!"\u{212A}".isSame(as: "K"))
        #expect(!"\u{212A}".isSameIgnoringCase(as: "k"))
        #expect(!"\u{37E}".isSame(as: ";"))
        #expect(
            "".isSame(as: "") && "a".isSame(as: "a") && !"a".isSame(as: "") && !"a".isSame(as: "ab")
                && !"a".isSame(as: "A"))
    }

    @Test func prefixesAndSuffixesAreBytes() {
        #expect("e\u{301}x".startsWith("e"))
        #expect(!Self.composed.startsWith(Self.decomposed))
        #expect("xe\u{301}".endsWith("\u{301}"))
        #expect(
            "abc".startsWith("") && "abc".endsWith("") && "abc".startsWith("abc") && !"ab".startsWith("abc")
                && !"ab".endsWith("cab"))
    }

    @Test func caseIsFoldedInASCIIAlone() {
        #expect("Content-TYPE".isSameIgnoringCase(as: "content-type"))
        #expect(!"É".isSameIgnoringCase(as: "é"))
        // "I" with a dot, and the Turkish one without: no locale has a say.
        #expect(!"\u{130}".isSameIgnoringCase(as: "i") && !"\u{131}".isSameIgnoringCase(as: "I"))
        #expect(!"@".isSameIgnoringCase(as: "`") && !"[".isSameIgnoringCase(as: "{"))
        #expect("ÀB".lowercasedASCII.isSame(as: "Àb"))
    }

    @Test(arguments: [
        ("", ""), (" ", ""), ("\r\n\t\u{B}\u{C} ", ""), (" a ", "a"), ("a b", "a b"),
        ("\u{A0}a\u{A0}", "\u{A0}a\u{A0}"), ("\u{FEFF}a", "\u{FEFF}a"), ("é\n", "é"), ("a\u{0}", "a\u{0}"),
    ])
    func trimming(_ text: String, _ expected: String) { #expect(text.trimmed.isSame(as: expected)) }

    /// A combining character does not hide the separator before it.
    @Test(arguments: [
        ("", [""]), (":", ["", ""]), ("a:b", ["a", "b"]), ("a::b:", ["a", "", "b", ""]),
        ("a:\u{301}b", ["a", "\u{301}b"]),
    ])
    func fields(_ text: String, _ expected: [String]) {
        #expect(text.fields(separatedBy: UInt8(ascii: ":")).map(\.bytes) == expected.map(\.bytes))
    }

    @Test(
        arguments: [
            ("0", 0), ("007", 7), ("9223372036854775807", .max), ("9223372036854775808", nil),
            ("99999999999999999999", nil), ("", nil), ("-1", nil), ("+1", nil), (" 1", nil),
            ("1 ", nil), ("1.0", nil), ("0x1", nil), ("١", nil), ("１", nil),
        ] as [(String, Int64?)])
    func decimals(_ text: String, _ expected: Int64?) { #expect(text.utf8.decimalValue == expected) }

    @Test(
        arguments: [[0xFF], [0xC0, 0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x61, 0x80]]
            as [[UInt8]]) func textIsValidUTF8(_ bytes: [UInt8])
    {
        #expect(String(utf8: bytes) == nil)
    }

    /// What a stranger sent can neither break a log line nor move a terminal's cursor.
    @Test(arguments: [
        ("a", "a"), ("a\nb", "a?b"), ("\u{1B}[31m", "?[31m"), ("é", "??"), ("a\u{7F}", "a?"), ("12345", "12345"),
        ("123456", "12345..."), ("ééé", "?????..."),
    ])
    func quoting(_ text: String, _ expected: String) { #expect(text.quotable(limit: 5) == expected) }

    @Test(arguments: [("", ""), ("a b~", "a b~"), ("a\r\nb\u{0}", "a??b?"), ("é", "??"), ("\u{1B}[0m", "?[0m")])
    func printing(_ text: String, _ expected: String) {
        #expect(text.printable == expected)
    }

    @Test func hexadecimal() { #expect([0x00, 0x0F, 0xA0, 0xFF].hex == "000fa0ff" && [UInt8]().hex.isEmpty) }
}

@Suite struct PercentEncodingTests {
    /// RFC 3986 section 2.3: unreserved characters stand for themselves; section 2.1: the rest in upper-case
    /// hexadecimal.
    @Test func foundationAgrees() {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a" + String(Character(scalar)) + "z"
            #expect(
                PercentEncoding.encode(text) == text.addingPercentEncoding(withAllowedCharacters: unreserved),
                "\(value)")
        }
        #expect(PercentEncoding.encode("😀") == "%F0%9F%98%80")
        #expect(PercentEncoding.encode("").isEmpty)
    }

    /// Nothing is taken to be encoded already.
    @Test func percentIsEncodedToo() { #expect(PercentEncoding.encode("%2F+ %") == "%252F%2B%20%25") }

    @Test func forms() {
        #expect(
            String(decoding: PercentEncoding.form([("a", "1"), ("b c", "d&e=f"), ("g", "")]), as: UTF8.self)
                == "a=1&b%20c=d%26e%3Df&g=")
        #expect(PercentEncoding.form([]).isEmpty)
    }
}
