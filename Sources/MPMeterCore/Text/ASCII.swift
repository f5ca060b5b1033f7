// Decides how text is compared and cut: by bytes. Swift compares strings by Unicode equivalence, under which different
// bytes can be equal; whatever decides about a product, a nonce or a host must not.

extension String {
    /// Whether the two are the same bytes.
    public func isSame(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Over the bytes themselves it takes a third of the time: an add looks its statements up by it.
        let isEqual = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { own.elementsEqual($0) }
        }
        return (isEqual ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether the two are the same bytes but for ASCII case.
    public func isSameIgnoringCase(as other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    public func startsWith(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    public func endsWith(_ suffix: String) -> Bool {
        utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// The bytes, for text that goes to a parser or a hash.
    public var bytes: [UInt8] { Array(utf8) }

    /// The text of valid UTF-8; nil for any other bytes.
    public init?(utf8 bytes: some Collection<UInt8>) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self = text
    }

    /// The fields between single bytes `separator`, empty ones included.
    public func fields(separatedBy separator: UInt8) -> [String] {
        utf8.split(separator: separator, omittingEmptySubsequences: false).map { String(utf8: $0) ?? "" }
    }

    /// Without the spaces, tabs and line ends around it.
    public var trimmed: String {
        guard let first = utf8.firstIndex(where: { !$0.isWhitespaceASCII }),
            let last = utf8.lastIndex(where: { !$0.isWhitespaceASCII })
        else { return "" }
        return String(utf8: utf8[first...last]) ?? ""
    }

    public var lowercasedASCII: String { String(utf8: utf8.map { $0.lowercasedASCII }) ?? self }

    /// With everything but visible ASCII and spaces blanked: for quoting what a stranger sent.
    public var printable: String { String(utf8: utf8.map { $0 < 0x20 || $0 >= 0x7F ? UInt8(ascii: "?") : $0 }) ?? "" }

    /// At most `limit` bytes of it, printable.
    public func quotable(limit: Int = 200) -> String {
        (String(utf8: printable.utf8.prefix(limit)) ?? "") + (utf8.count > limit ? "..." : "")
    }
}

extension UInt8 {
    public var isDigitASCII: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    public var isLowercaseASCII: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    public var isUppercaseASCII: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    public var isLetterASCII: Bool { isLowercaseASCII || isUppercaseASCII }
    public var isWhitespaceASCII: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    public var lowercasedASCII: UInt8 { isUppercaseASCII ? self | 0x20 : self }
    /// 0 to 9 for a digit.
    public var digitValue: Int? { isDigitASCII ? Int(self) - 48 : nil }
}

extension Collection<UInt8> {
    /// The number that these decimal digits write; nil for anything else, for none, and past `Int64`.
    public var decimalValue: Int64? {
        guard !isEmpty else { return nil }
        var value: Int64 = 0
        for byte in self {
            guard let digit = byte.digitValue else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// Lowercase hexadecimal.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        out.reserveCapacity(count * 2)
        for byte in self {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(utf8: out) ?? ""
    }
}
