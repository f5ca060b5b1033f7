// Decides what a text is that stands where the name of a Region should: a zone, or a Region in capital letters. For a
// message; no zone is ever cut short for use.

extension RegionName {
    /// ": it is a zone of eu-west-3, …", or nothing.
    public static func whatElse(_ text: String) -> String {
        let small = text.trimmed.lowercasedASCII
        if let region = region(inZone: small) {
            return ": it is a zone of \(region.text), and a zone's name is not its Region's"
        }
        return !small.isSame(as: text) && RegionName(small) != nil
            ? ": Regions are written in lower-case letters, \(small)" : ""
    }

    /// The Region before the zone's own letters: "us-west-2" of "us-west-2a" and "us-west-2-lax-1a".
    static func region(inZone text: String) -> RegionName? {
        guard text.utf8.count <= 60,
            text.utf8.allSatisfy({ $0.isLowercaseASCII || $0.isDigitASCII || $0 == UInt8(ascii: "-") })
        else { return nil }
        let parts = text.fields(separatedBy: UInt8(ascii: "-"))
        for count in 3...5 where count <= parts.count {
            let start = parts.prefix(count).joined(separator: "-")
            let cut =
                String(
                    utf8: start.utf8.prefix { !$0.isDigitASCII }
                        + start.utf8.drop { !$0.isDigitASCII }.prefix { $0.isDigitASCII }) ?? ""
            if let name = RegionName(cut), !cut.isSame(as: text) { return name }
        }
        return nil
    }
}
