// Bytes found in bytes, and secrets blanked in what a server or a library said.

import Foundation
import MPMeterCore
import Testing

@Suite struct ByteSearchTests {
    @Test(
        arguments: [
            ("abcabc", "abc", 0, 0), ("abcabc", "abc", 1, 3), ("abcabc", "abc", 3, 3), ("abcabc", "abc", 4, nil),
            ("aab", "ab", 0, 1), ("abc", "abcd", 0, nil), ("abc", "x", 0, nil),
            ("", "a", 0, nil), ("a", "", 0, nil), ("", "", 0, nil), ("a", "a", 1, nil), ("a", "a", -1, nil),
            ("a", "a", .max, nil), ("a", "a", .min, nil), ("é", "\u{301}", 0, nil),
            ("e\u{301}", "\u{301}", 0, 1), ("a\u{0}b", "\u{0}b", 0, 1),
        ] as [(String, String, Int, Int?)])
    func find(_ text: String, _ needle: String, _ start: Int, _ expected: Int?) {
        #expect(text.bytes.firstIndex(of: needle.bytes, from: start) == expected)
    }

    @Test func foundationAgrees() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
            let needle = (0..<Int.random(in: 1...4, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random)
            }
            #expect(text.firstIndex(of: needle) == Data(text).range(of: Data(needle))?.lowerBound)
        }
    }

    @Test(arguments: [
        ("the token is s3cret.", "s3cret", "the token is ******."), ("s3crets3cret", "s3cret", "************"),
        ("aaaa", "aa", "****"), ("aba", "aba", "***"), ("ababa", "aba", "*****"),
        ("nothing", "s3cret", "nothing"), ("", "s3cret", ""), ("text", "", "text"), ("s3cre", "s3cret", "s3cre"),
        ("a*b", "*", "a*b"), ("***", "**", "***"),
    ])
    func blanking(_ text: String, _ secret: String, _ expected: String) {
        #expect(text.bytes.blanking(secret.bytes) == expected.bytes)
    }

    @Test(arguments: [
        ("a|b|c", "|", "a"), ("|a", "|", ""), ("abc", "|", "abc"), ("", "|", ""), ("a", "", "a"), ("é|", "|", "é"),
        ("cafe\u{301}", "\u{301}", "cafe"),
    ])
    func before(_ text: String, _ mark: String, _ expected: String) {
        #expect(text.before(mark).isSame(as: expected))
        #expect(text.contains(bytesOf: mark) == (text.bytes.firstIndex(of: mark.bytes) != nil))
    }
}
