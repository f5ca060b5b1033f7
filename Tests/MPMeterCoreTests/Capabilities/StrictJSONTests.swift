// JSON as it is accepted (RFC 8259), and stricter: what two parsers could read in two ways is refused.

import Foundation
import MPMeterJSON
import Testing

@testable import MPMeterCore

@Suite struct StrictJSONTests {
    private func parse(_ text: String) -> JSONValue? { Jansson.parse(Array(text.utf8)) }

    /// RFC 8259 section 4: "the names within an object SHOULD be unique"; here they must be, at any depth, however they
    /// are written.
    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":1}"#, #"{"x":{"a":1,"a":2}}"#,
        #"[{"a":1,"a":2}]"#, #"{"":1,"":2}"#, #"{"é":1,"\u00e9":2}"#,
        #"{"😀":1,"\ud83d\ude00":2}"#,
    ])
    func duplicateNames(_ text: String) { #expect(parse(text) == nil) }

    /// Names that only Unicode takes for the same are two.
    @Test func namesAreComparedByBytes() throws {
        let value = try #require(parse(#"{"caf\u00e9":"1","cafe\u0301":"2"}"#))
        #expect(value["caf\u{E9}"]?.string == "1")
        #expect(value["cafe\u{301}"]?.string == "2")
        #expect(try #require(parse(#"{"\u212a":"1"}"#))["K"] == nil)
    }

    /// RFC 8259 section 2: a text is one value, and white space is four characters.
    @Test(arguments: [
        "", " ", "{", "}", "[", "{}{}", "{} {}", "{},", "{}x", "{}\u{0}", "\u{0}{}", "[] []", "{}//", "/**/{}", "#",
        "\u{FEFF}{}", "\u{A0}{}", "\u{C}{}", "\u{B}{}", "{}\u{2028}",
        "{'a':1}", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "[1,]", "[,1]", "[1 2]", "{\"a\" 1}",
        "{\"a\":1;}", "{1:1}", "[a]", "[undefined]", "[NaN]", "[Infinity]",
        "[-Infinity]", "[True]", "[NULL]", "[nul]", "[truex]",
    ])
    func malformed(_ text: String) { #expect(parse(text) == nil) }

    /// What the core reads are objects; a bare value is refused by form.
    @Test(arguments: ["1", "\"a\"", "null", "true", "false", "1.5"]) func bareValues(_ text: String) {
        #expect(parse(text) == nil)
    }

    /// RFC 8259 section 6.
    @Test(arguments: [
        "[01]", "[-]", "[+1]", "[.5]", "[1.]", "[1e]", "[1e+]", "[0x1]", "[1_0]", "[--1]", "[00]", "[1.e1]", "[-01]",
        "[１]", "[1,5.]",
    ]) func malformedNumbers(_ text: String) {
        #expect(parse(text) == nil)
    }

    /// Section 6 allows limits: 64 bits, and what a double can hold. Past them nothing is rounded or cut.
    @Test(
        arguments: [
            ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("0", 0), ("-0", 0),
            ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("18446744073709551617", nil), ("4294967297", 4_294_967_297), (String(repeating: "9", count: 5000), nil),
        ] as [(String, Int64?)])
    func integers(_ text: String, _ expected: Int64?) {
        let value = parse("[\(text)]")
        if case .array(let elements) = value, case .integer(let number) = elements.first {
            #expect(number == expected)
        } else {
            #expect(expected == nil && value == nil)
        }
    }

    @Test(
        arguments: [
            ("1.5", 1.5), ("1e0", 1), ("1.893456E9", 1_893_456_000), ("-1E-2", -0.01), ("1e308", 1e308), ("1e309", nil),
            ("-1e309", nil), ("1e400", nil),
            ("1e99999999999999999999", nil), ("1" + String(repeating: "0", count: 400) + ".0", nil), ("1e-400", 0),
        ] as [(String, Double?)])
    func reals(_ text: String, _ expected: Double?) {
        let value = parse("[\(text)]")
        if case .array(let elements) = value, case .real(let number) = elements.first {
            #expect(number == expected)
        } else {
            #expect(expected == nil && value == nil)
        }
    }

    /// 10^400 written out is an integer that no type holds.
    @Test func tenToThe400() { #expect(parse("[1" + String(repeating: "0", count: 400) + "]") == nil) }

    /// RFC 8259 sections 7 and 8.1; U+0000 is refused because C text cannot hold it.
    @Test(arguments: [
        #"["\u0000"]"#, #"{"\u0000":1}"#, #"["a\u0000b"]"#, #"["\ud800"]"#, #"["\udc00"]"#, #"["\ud800\ud800"]"#,
        #"["\ud800x"]"#, #"["\udc00\ud800"]"#, #"["\u00g0"]"#, #"["\u12"]"#,
        #"["\x41"]"#, #"["\a"]"#, #"["\"]"#, "[\"\n\"]", "[\"\t\"]", "[\"\u{1F}\"]", "[\"\u{0}\"]", "[\"a]", "['a']",
    ])
    func malformedStrings(_ text: String) { #expect(parse(text) == nil) }

    @Test(arguments: [
        (#"["\"\\\/\b\f\n\r\t"]"#, "\"\\/\u{8}\u{C}\n\r\t"), (#"["\u00e9\ud83d\ude00"]"#, "é😀"),
        ("[\"é😀\u{7F}\u{2028}\u{FFFF}\"]", "é😀\u{7F}\u{2028}\u{FFFF}"), (#"["\u0001"]"#, "\u{1}"), (#"[""]"#, ""),
    ])
    func strings(_ text: String, _ expected: String) {
        guard case .array(let elements) = parse(text) else { Issue.record("refused"); return }
        #expect(elements.first?.string?.isSame(as: expected) == true)
    }

    /// Bytes that are no UTF-8: overlong, surrogate, past U+10FFFF, cut short, Latin-1, UTF-16.
    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xC3], [0x80], [0xE9],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(Jansson.parse(Array("[\"".utf8) + bytes + Array("\"]".utf8)) == nil)
        #expect(Jansson.parse(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) == nil)
        #expect(Jansson.parse(bytes + Array("{}".utf8)) == nil)
        #expect(Jansson.parse(Array("{}".utf8) + bytes) == nil)
    }

    /// `depth` arrays or objects, each inside the one before.
    private func nested(_ depth: Int, _ open: String, _ close: String) -> JSONValue? {
        parse(String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth))
    }

    /// A host's thread may have a small stack, and the parser recurses: 32 levels, whatever the jansson inside allows.
    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")]) func depthIsBounded(_ open: String, _ close: String) {
        for depth in [1, 2, 20, 32] { #expect(nested(depth, open, close) != nil) }
        for depth in [33, 34, 5000, 100_000] { #expect(nested(depth, open, close) == nil) }
    }

    /// What stands in a string opens nothing.
    @Test func bracketsInStringsAreText() {
        #expect(parse(#"{"\"[{":"\\\"\#(String(repeating: "[{", count: 100))"}"#) != nil)
    }

    /// A tree's look-ups answer nil for whatever is not there or of another type.
    @Test func lookUps() throws {
        let value = try #require(parse(#"{"s":"a","e":"","n":null,"i":1,"o":{"s":"b"},"l":[1]}"#))
        #expect(value.isObject && value["o"]?.isObject == true && value["l"]?.isObject == false)
        #expect(value.text("s") == "a" && value["o"]?.text("s") == "b")
        for name in ["e", "n", "i", "o", "l", "S", "missing", ""] { #expect(value.text(name) == nil) }
        #expect(
            value["n"]?.isNull == true && value["missing"] == nil && value["l"]?["s"] == nil && value["s"]?["s"] == nil)
    }

    /// What is written is read back; what cannot be written is an error, not something else.
    @Test func encoding() throws {
        for text in ["", "a", "\"\\/\n\u{1}", "é\u{301}😀", String(repeating: "x", count: 10_000)] {
            let written = try Jansson.encode([("k\"é", .string(text)), ("n", .integer(.min))])
            let object = try #require(try JSONSerialization.jsonObject(with: Data(written)) as? [String: Any])
            #expect((object["k\"é"] as? String)?.isSame(as: text) == true && object["n"] as? Int64 == .min)
        }
        for number in [Double.nan, .infinity, -.infinity] {
            #expect(thrown { try Jansson.encode([("a", .real(number))]) }?.status == .internal)
        }
    }

    /// Every kind of value, at any depth that is read.
    @Test func encodingTrees() throws {
        let tree: [(String, JSONValue)] = [
            ("o", .object([("n", .null), ("t", .bool(true)), ("f", .bool(false)), ("e", .object([]))])),
            ("l", .array([.integer(1), .real(0.5), .string("a"), .array([])])),
        ]
        let text = String(decoding: try Jansson.encode(tree), as: UTF8.self)
        #expect(text == #"{"o": {"n": null, "t": true, "f": false, "e": {}}, "l": [1, 0.5, "a", []]}"#)
        var deep = JSONValue.array([])
        for _ in 0..<30 { deep = .array([deep]) }
        #expect(Jansson.parse(try Jansson.encode([("a", deep)])) != nil)
        #expect(thrown { try Jansson.encode([("a", .array([deep]))]) }?.status == .internal)
    }
}
