// Decides how much XML is understood: the bytes between one start tag and its end tag, for elements that hold no other of their name. STS
// answers JSON when asked; this reads the errors and answers of one that does not.

enum XMLText {
    /// What the first `<name>` or `<name …>` holds; nil if there is none, it is empty by form (`<name/>`) or it does not end.
    static func element(_ name: String, in text: [UInt8]) -> [UInt8]? {
        let open = Array("<".utf8) + name.bytes
        let close = Array("</".utf8) + name.bytes + Array(">".utf8)
        var start = 0
        while let at = text.firstIndex(of: open, from: start) {
            start = at + open.count
            guard start < text.count else { return nil }
            guard text[start] == UInt8(ascii: ">") || text[start].isWhitespaceASCII else { continue }
            guard let end = text[start...].firstIndex(of: UInt8(ascii: ">")), text[end - 1] != UInt8(ascii: "/"),
                let stop = text.firstIndex(of: close, from: end + 1)
            else { return nil }
            return Array(text[(end + 1)..<stop])
        }
        return nil
    }

    /// Whether it has no comment, CDATA section, document type or reference, none of which STS needs for keys: what is read is what is meant.
    static func isPlain(_ text: [UInt8]) -> Bool {
        !text.contains(UInt8(ascii: "&")) && text.firstIndex(of: Array("<!".utf8)) == nil
    }

    /// Whether the document's first element has that name.
    static func isRoot(_ name: String, of text: [UInt8]) -> Bool {
        var rest = text[...].drop { $0.isWhitespaceASCII }
        if rest.starts(with: "<?".utf8) {
            guard let end = text.firstIndex(of: Array("?>".utf8), from: rest.startIndex) else { return false }
            rest = text[(end + 2)...].drop { $0.isWhitespaceASCII }
        }
        guard rest.starts(with: ("<" + name).utf8) else { return false }
        let next = rest.dropFirst(name.utf8.count + 1).first
        return next == UInt8(ascii: ">") || next?.isWhitespaceASCII ?? false
    }
}
