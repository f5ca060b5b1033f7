// Decides how valid inputs are damaged. The same seed gives the same inputs on every run and machine, so that a trap
// can be repeated.

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

enum Mutations {
    /// What parsers treat specially, and what breaks numbers, text and lengths.
    private static let morsels: [[UInt8]] =
        [
            [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
            [0xE2, 0x84, 0xAA],
        ]
        + [
            "", " ", "\n", "\r\n", "\t", "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ":", ",", ".", "..", "/",
            "//", "?", "#", "@", "%", "%00",
            "=", "==", "+", "-", "_", "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "<!DOCTYPE a>", "&amp;", "&#0;",
            "&#x110000;", "null", "true",
            "0", "-0", "-1", "1e9", "1E400", "1e-400", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "18446744073709551616",
            "Z", "+99:99", "T24:00:00", "0000", "9999", "[::1]", "127.0.0.1", "-----BEGIN ", "-----END ", "aws-global",
            ":::::",
        ].map { Array($0.utf8) }

    /// `input` with one to four edits: bits flipped; bytes set, cut, doubled, moved; morsels put in.
    static func mutate(_ input: [UInt8], with random: inout SplitMix64) -> [UInt8] {
        var out = input
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let at = Int.random(in: 0...out.count, using: &random)
            let until = min(out.count, at + Int.random(in: 0...16, using: &random))
            switch Int.random(in: 0...7, using: &random) {
            case 0 where at < out.count: out[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1 where at < out.count: out[at] = UInt8.random(in: 0...255, using: &random)
            case 2: out.removeSubrange(at..<until)
            case 3: out.insert(contentsOf: out[at..<until], at: at)
            case 4: out.removeLast(out.count - at)
            case 5: out.removeFirst(at)
            case 6: out.replaceSubrange(at..<until, with: morsels.randomElement(using: &random) ?? [])
            default: out.insert(contentsOf: morsels.randomElement(using: &random) ?? [], at: at)
            }
        }
        return out
    }

    /// Calls `body` with `rounds` damaged inputs; answers how many.
    static func forEach(of inputs: [[UInt8]], rounds: Int = 4000, seed: UInt64 = 1, _ body: ([UInt8]) -> Void) -> Int {
        var random = SplitMix64(seed: seed)
        var count = 0
        for round in 0..<rounds where !inputs.isEmpty {
            body(mutate(inputs[round % inputs.count], with: &random))
            count += 1
        }
        return count
    }

    /// The same as text; damaged UTF-8 is repaired, as every text that reaches the core is valid.
    static func forEach(of inputs: [String], rounds: Int = 4000, seed: UInt64 = 1, _ body: (String) -> Void) -> Int {
        forEach(of: inputs.map { Array($0.utf8) }, rounds: rounds, seed: seed) { (bytes: [UInt8]) in
            body(String(decoding: bytes, as: UTF8.self))
        }
    }
}
