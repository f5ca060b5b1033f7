// Decides in which forms a public key may be handed over. A key travels through environment variables, Helm values and secrets, which turn
// line ends into "\n" or wrap the PEM in base64.

public enum PublicKeyText {
    /// The longest text that is looked at, in bytes: a key of 16384 bits has under 4000.
    public static let maximumLength = 32768

    /// The PEM in it: as it is, with literal `\n` made line ends, or decoded from base64.
    public static func pem(_ text: String) throws(MeterError) -> [UInt8] {
        guard text.utf8.count <= maximumLength else {
            throw MeterError(.publicKey, "The public key is longer than \(maximumLength) bytes")
        }
        let trimmed = text.trimmed
        if trimmed.startsWith("-----BEGIN ") { return unescaped(trimmed.bytes) }
        if let decoded = Base64.decodeStandard(trimmed.utf8), let inner = String(utf8: decoded)?.trimmed, inner.startsWith("-----BEGIN ") {
            return inner.bytes
        }
        throw MeterError(.publicKey, "The public key is not a PEM: it does not begin with -----BEGIN")
    }

    /// Backslash and n (or r and n) become line ends.
    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first, next == UInt8(ascii: "n") || next == UInt8(ascii: "r") else {
                out.append(byte)
                continue
            }
            rest = rest.dropFirst()
            out.append(next == UInt8(ascii: "n") ? UInt8(ascii: "\n") : UInt8(ascii: "\r"))
        }
        return out
    }
}
