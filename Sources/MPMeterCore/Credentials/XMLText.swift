// Decides how much XML is understood: the bytes between one start tag and its end tag, for elements that hold no other
// of their name. STS answers JSON when asked; this reads the errors and answers of one that does not.

enum XMLText {
    /// What the first `<name>` or `<name …>` holds; nil if there is none, it is empty by form (`<name/>`) or it does
    /// not end.
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

    /// Its text, with the five references that XML defines (XML 1.0 section 4.6) resolved; others stay as they are.
    static func characters(_ text: [UInt8]) -> String? {
        let references: [(StaticString, Character)] = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
        ]
        var out: [UInt8] = []
        var rest = text[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"),
                let (name, character) = references.first(where: { rest.starts(with: "\($0.0)".utf8) })
            {
                out.append(contentsOf: character.utf8)
                rest = rest.dropFirst(name.utf8CodeUnitCount)
            } else {
                out.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(utf8: out)
    }

    /// Whether it has no comment, CDATA section or document type, in which something could look like an element and be
    /// none. STS writes none.
    static func isPlain(_ text: [UInt8]) -> Bool { text.firstIndex(of: Array("<!".utf8)) == nil }

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
