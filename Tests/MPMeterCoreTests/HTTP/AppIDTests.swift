// The vendor's name for the product: what it may be, and the header that carries it.

import MPMeterCore
import Testing

@Suite struct AppIDTests {
    /// Botocore's own list, as Tests/EndToEnd/test_app_id.py finds it by asking botocore.
    private let accepted = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+,-.^_`|~".utf8)

    @Test func everyByteOfASCII() {
        for byte in UInt8(0)..<128 {
            #expect(AppID.isValid("a\(Character(Unicode.Scalar(byte)))b") == accepted.contains(byte), "\(byte)")
        }
    }

    @Test(arguments: [
        ("", false), ("a", true), ("acme-scanner#2.4.1", true), (String(repeating: "a", count: 50), true),
        (String(repeating: "a", count: 51), false), ("caf\u{e9}", false), ("a\u{1F600}", false), ("a/1", false),
    ])
    func forms(_ text: String, _ expected: Bool) { #expect(AppID.isValid(text) == expected) }

    @Test func header() {
        let header = AppID.header("acme#1", after: "libmpmeter/0.1.0")
        #expect(header.name == "User-Agent" && header.value == "libmpmeter/0.1.0 app/acme#1")
    }
}
