// Decides which pieces of a text are pieces of a secret: 16 letters and digits in a row that stand so in a secret, too,
// whatever stands between them (white space, line ends, quotes), in either case, and percent-encoded or not. What is
// hidden in another way, no search can find.

public struct Redaction {
    /// 16 letters and digits.
    private struct Run: Comparable {
        var high: UInt64 = 0
        var low: UInt64 = 0

        mutating func take(_ byte: UInt8) {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }

        static func < (a: Run, b: Run) -> Bool { a.high != b.high ? a.high < b.high : a.low < b.low }
    }

    private static let length = 16

    /// In ascending order.
    private var runs: [Run] = []
    /// Those with too few letters and digits: they are found as they are.
    private var others: [[UInt8]] = []

    public init(_ secrets: [[UInt8]]) {
        for secret in secrets {
            let before = runs.count
            Self.eachRun(in: Self.letters(of: secret)) { run, _ in runs.append(run) }
            if runs.count == before { others.append(secret) }
        }
        runs.sort()
    }

    /// The text with `*` in the place of those pieces.
    public func blanked(_ text: [UInt8]) -> [UInt8] {
        var out = text
        let letters = Self.letters(of: text)
        // Up to where it is blank already.
        var done = 0
        Self.eachRun(in: letters) { run, last in
            guard isKnown(run) else { return }
            let start = max(done, letters[last + 1 - Self.length].start)
            guard start < letters[last].end else { return }
            for at in start..<letters[last].end { out[at] = UInt8(ascii: "*") }
            done = letters[last].end
        }
        for secret in others { out = out.blanking(secret) }
        return out
    }

    private func isKnown(_ run: Run) -> Bool {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = low + (high - low) / 2
            if runs[middle] < run { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low] == run
    }

    private struct Letter {
        var byte: UInt8
        var start: Int
        var end: Int
    }

    /// The letters and digits of a text, in lower case, with the places where they are written.
    private static func letters(of text: [UInt8]) -> [Letter] {
        var found: [Letter] = []
        var at = 0
        while at < text.count {
            var letter = Letter(byte: text[at], start: at, end: at + 1)
            if letter.byte == UInt8(ascii: "%"), let (byte, end) = percentEncoded(text, at + 1) {
                letter = Letter(byte: byte, start: at, end: end)
            }
            at = letter.end
            letter.byte = letter.byte.lowercasedASCII
            if letter.byte.isLetterASCII || letter.byte.isDigitASCII { found.append(letter) }
        }
        return found
    }

    /// What "41", "2541", "252541" … behind a percent sign stand for, and where they end.
    private static func percentEncoded(_ text: [UInt8], _ start: Int) -> (byte: UInt8, end: Int)? {
        var at = start
        while at + 4 <= text.count, text[at] == UInt8(ascii: "2"), text[at + 1] == UInt8(ascii: "5"),
            text[at + 2].hexValue != nil, text[at + 3].hexValue != nil
        {
            at += 2
        }
        guard at + 2 <= text.count, let high = text[at].hexValue, let low = text[at + 1].hexValue else { return nil }
        return (high << 4 | low, at + 2)
    }

    private static func eachRun(in letters: [Letter], _ body: (Run, Int) -> Void) {
        var run = Run()
        for (index, letter) in letters.enumerated() {
            run.take(letter.byte)
            if index + 1 >= length { body(run, index) }
        }
    }
}

extension UInt8 {
    /// 0 to 15 for a hexadecimal digit.
    var hexValue: UInt8? {
        if isDigitASCII { return self - 48 }
        let letter = lowercasedASCII
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "f") ? letter - 87 : nil
    }
}
