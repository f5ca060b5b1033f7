// Decides what base64 is accepted. JOSE's base64url (RFC 7515 section 2) is strict: no padding, no white space, no
// other alphabet, and no bits left over (RFC 4648 section 3.5), so that a value has one spelling. A PEM wrapped in
// base64 may have line ends and padding.

public enum Base64 {
    /// Strict base64url without padding; nil for anything else.
    public static func decodeURLSafe(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode(text, minus: UInt8(ascii: "-"), slash: UInt8(ascii: "_"))
    }

    /// The standard alphabet; white space and correct padding are accepted.
    public static func decodeStandard(_ text: some Collection<UInt8>) -> [UInt8]? {
        var core = text.filter { !$0.isWhitespaceASCII }
        let length = core.count
        while core.last == UInt8(ascii: "="), length - core.count < 2 { core.removeLast() }
        guard length == core.count || length % 4 == 0 else { return nil }
        return decode(core, minus: UInt8(ascii: "+"), slash: UInt8(ascii: "/"))
    }

    private static func decode(_ text: some Collection<UInt8>, minus: UInt8, slash: UInt8) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3 + 2)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in text {
            let value: UInt8
            switch byte {
            case _ where byte.isUppercaseASCII: value = byte - UInt8(ascii: "A")
            case _ where byte.isLowercaseASCII: value = byte - UInt8(ascii: "a") + 26
            case _ where byte.isDigitASCII: value = byte - UInt8(ascii: "0") + 52
            case minus: value = 62
            case slash: value = 63
            default: return nil
            }
            buffer = (buffer << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        // 6 bits left over are half a byte's worth: no length gives that. 2 or 4 must be zero.
        guard bits < 6, buffer & ((1 << UInt32(bits)) - 1) == 0 else { return nil }
        return out
    }
}
