// Decides what a nonce is. A fresh random one for each registration is what proves that the answer is fresh: AWS's
// token has no expiry.

public enum Nonce {
    /// How many random bytes a fresh one is made of.
    public static let randomBytes = 32

    public static func fresh(from random: [UInt8]) -> String { random.hex }

    /// AWS accepts up to 255 characters (RegisterUsage, Nonce); an empty one would prove nothing.
    public static func check(_ text: String) throws(MeterError) {
        guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw MeterError(
                .invalidArgument, "The nonce is not 1 to 255 bytes of printable text",
                fix: "Pass 1 to 255 bytes of text, or no nonce for a random one.")
        }
    }
}
