// Decides how one member is found in a large JSON object without reading the rest: image labels and other programs'
// numbers are no reason to refuse an answer that holds what was asked for. The rest has to nest properly, and that is
// all.

public enum JSONSkim {
    /// The text of the top-level member `name`; nil if it is not there exactly once, is not a string, or the object is
    /// not closed or not UTF-8.
    public static func text<J: JSONCoding>(_ name: String, in document: [UInt8], _: J.Type) -> String? {
        var at = skipSpace(document, 0)
        guard String(utf8: document) != nil else { return nil }
        guard byte(document, at) == UInt8(ascii: "{") else { return nil }
        at = skipSpace(document, at + 1)
        var found: [UInt8]?
        while let keyEnd = endOfString(document, at) {
            let isWanted = document[at..<keyEnd].elementsEqual("\"\(name)\"".utf8)
            at = skipSpace(document, keyEnd)
            guard byte(document, at) == UInt8(ascii: ":") else { return nil }
            at = skipSpace(document, at + 1)
            guard let valueEnd = endOfValue(document, at) else { return nil }
            if isWanted {
                guard found == nil else { return nil }
                found = Array(document[at..<valueEnd])
            }
            at = skipSpace(document, valueEnd)
            switch byte(document, at) {
            case UInt8(ascii: ","): at = skipSpace(document, at + 1)
            case UInt8(ascii: "}"):
                return skipSpace(document, at + 1) == document.count ? found.flatMap { string($0, J.self) } : nil
            default: return nil
            }
        }
        return nil
    }

    private static func string<J: JSONCoding>(_ value: [UInt8], _: J.Type) -> String? {
        guard case .array(let elements)? = J.parse([UInt8(ascii: "[")] + value + [UInt8(ascii: "]")]) else {
            return nil
        }
        return elements.first?.string
    }

    private static func byte(_ document: [UInt8], _ at: Int) -> UInt8? {
        at >= 0 && at < document.count ? document[at] : nil
    }

    private static func skipSpace(_ document: [UInt8], _ start: Int) -> Int {
        var at = start
        while let next = byte(document, at), next == 0x20 || (next >= 0x09 && next <= 0x0D) { at += 1 }
        return at
    }

    /// Behind the string that begins at `start`.
    private static func endOfString(_ document: [UInt8], _ start: Int) -> Int? {
        guard byte(document, start) == UInt8(ascii: "\"") else { return nil }
        var at = start + 1
        while let next = byte(document, at) {
            if next == UInt8(ascii: "\"") { return at + 1 }
            at += next == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// Behind the value that begins at `start`: a string, an object or array with all that is in it, or a word up to
    /// the next sign.
    private static func endOfValue(_ document: [UInt8], _ start: Int) -> Int? {
        var at = start
        // The brackets that are to come, innermost last.
        var closing: [UInt8] = []
        repeat {
            guard let next = byte(document, at) else { return nil }
            switch next {
            case UInt8(ascii: "\""):
                guard let end = endOfString(document, at) else { return nil }
                at = end
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                closing.append(next + 2)
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard closing.popLast() == next else { return nil }
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard !closing.isEmpty else { return nil }
                at += 1
            default:
                guard next > 0x20 || !closing.isEmpty else { return nil }
                at += 1
                while closing.isEmpty, let more = byte(document, at), more > 0x20, !",:{}[]\"".utf8.contains(more) {
                    at += 1
                }
            }
        } while !closing.isEmpty
        return at
    }
}
