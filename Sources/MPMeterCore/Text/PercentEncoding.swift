// Decides how text is escaped in URLs and forms: everything but RFC 3986's unreserved characters, in upper-case hexadecimal, as SigV4 wants it.

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

    /// `a=1&b=2`, as application/x-www-form-urlencoded.
    public static func form(_ fields: [(String, String)]) -> [UInt8] {
        fields.map { encode($0.0) + "=" + encode($0.1) }.joined(separator: "&").bytes
    }
}
