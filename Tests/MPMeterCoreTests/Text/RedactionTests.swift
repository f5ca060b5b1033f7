// What of a secret is found in what a server said, however it quotes it; and that nothing else is blanked.

import MPMeterCore
import Testing

@Suite struct RedactionTests {
    static let secret = "IQoJb3JpZ2luX2VjEA4aCXVzLWVhc3QtMSJHMEUCIQ/Dk+41r8=="

    private func blanked(_ text: String, _ secrets: [String] = [secret]) -> String {
        String(decoding: Redaction(secrets.map { Array($0.utf8) }).blanked(Array(text.utf8)), as: UTF8.self)
    }

    /// Letters and digits of the secret that stand in a row in the text, at most.
    private func longestRun(_ text: String) -> Int {
        let letters = { (text: String) in
            Array(
                text.lowercased().unicodeScalars.filter {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil
                })
        }
        let (all, secret) = (letters(text), letters(Self.secret))
        var longest = 0
        for start in secret.indices {
            for at in all.indices {
                var length = 0
                while start + length < secret.count, at + length < all.count, secret[start + length] == all[at + length]
                { length += 1 }
                longest = max(longest, length)
            }
        }
        return longest
    }

    @Test("a piece of any 16 letters and digits is found, wherever it begins")
    func pieces() {
        for start in 0..<(Self.secret.count - 20) {
            #expect(longestRun(blanked("the header " + Self.secret.dropFirst(start) + " is wrong")) < 16)
            #expect(longestRun(blanked("the header " + Self.secret.dropFirst(start).prefix(20) + " is wrong")) < 16)
        }
    }

    @Test(
        "white space, line ends, quotes, either case and percent-encoding hide nothing",
        arguments: [
            Self.spread(" "), Self.spread("\n"), Self.spread("\r\n\t"), Self.spread("?"), Self.spread("\" + \""),
            Self.spread("\\n"), Self.spread("é"), Self.secret.lowercased(),
            Self.secret.uppercased(), Self.encoded("%"), Self.encoded("%25"), Self.encoded("%252525"),
            Self.secret.replacing("/", with: "%2F").replacing("+", with: "%2b"),
            String(Self.secret.dropFirst(1)), "%" + Self.secret,
        ])
    func disguises(_ text: String) { #expect(longestRun(blanked("it was: " + text + ", and that is wrong")) < 16) }

    static func spread(_ between: String) -> String { secret.map { String($0) }.joined(separator: between) }

    static func encoded(_ mark: String) -> String {
        secret.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return byte % 2 == 0 ? mark + digits : String(UnicodeScalar(byte))
        }.joined()
    }

    @Test(
        "everything else stays as it is",
        arguments: [
            "", "CustomerNotEntitledException", "The security token included in the request is invalid",
            "IQoJb3JpZ2luX2", "100 % of 25%", "%", "%2", "%25", "%252", "e\u{301}",
            String(repeating: "a", count: 5000),
        ])
    func others(_ text: String) { #expect(blanked(text) == text) }

    @Test("one byte is blanked for each, and no more than the piece")
    func extent() {
        #expect(blanked("<é " + Self.secret + " é>") == "<é " + String(repeating: "*", count: 50) + "== é>")
    }

    @Test("a secret without 16 letters and digits is found as it is")
    func signs() {
        #expect(blanked("say -_-_-_-_-_-_-_-_!", ["-_-_-_-_-_-_-_-_"]) == "say ****************!")
        #expect(blanked("text", [""]) == "text")
    }
}
