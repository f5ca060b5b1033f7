// Decides how text is escaped in URLs and forms: everything but RFC 3986's unreserved characters, in upper-case
// hexadecimal, as SigV4 wants it.

public enum PercentEncoding {
    public static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case _ where byte.isLetterASCII || byte.isDigitASCII: out.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): out.append(byte)
            default: out.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(utf8: out) ?? ""
    }

    /// What a URL's user name or password stands for (RFC 3986 section 3.2.1); nil if it holds a character that has to
    /// be encoded, or a control character.
    public static func decodeUserInfo(_ text: some Collection<UInt8>) -> String? {
        var out: [UInt8] = []
        var digits: [UInt8]?
        for byte in text {
            if let first = digits {
                guard let value = hexValue(byte) else { return nil }
                guard let high = first.first else { digits = [value]; continue }
                out.append(high << 4 | value)
                digits = nil
            } else if byte == UInt8(ascii: "%") {
                digits = []
            } else {
                guard byte.isLetterASCII || byte.isDigitASCII || "-._~!$&'()*+,;=:".utf8.contains(byte) else {
                    return nil
                }
                out.append(byte)
            }
        }
        guard digits == nil, out.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(utf8: out)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case _ where byte.isDigitASCII: byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// `a=1&b=2`, as application/x-www-form-urlencoded.
    public static func form(_ fields: [(String, String)]) -> [UInt8] {
        fields.map { encode($0.0) + "=" + encode($0.1) }.joined(separator: "&").bytes
    }
}
