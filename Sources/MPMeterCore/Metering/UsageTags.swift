// Decides what tags usage may carry, and how a set of them is written in the journal: as a JSON object with its keys in
// order, so that the same set is always the same text.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_UsageAllocation.html

public struct UsageTag: Sendable {
    public let key: String
    public let value: String

    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

public struct UsageTags: Equatable, Sendable {
    /// In the order of their keys' bytes; no key twice.
    public let tags: [UsageTag]
    /// The JSON object; "" without tags.
    public let text: String

    /// For one set, and for all the sets of one record together.
    public static let mostKeys = 5
    public static let mostSets = 2500

    public static var none: UsageTags { UsageTags(sorted: []) }

    private init(sorted tags: [UsageTag]) {
        self.tags = tags
        let members = tags.map { UsageTags.quoted($0.key) + ":" + UsageTags.quoted($0.value) }
        text = tags.isEmpty ? "" : "{" + members.joined(separator: ",") + "}"
    }

    public init(_ tags: [UsageTag]) throws(MeterError) {
        guard tags.count <= UsageTags.mostKeys else {
            throw UsageTags.refused("There are \(tags.count) tags; at most \(UsageTags.mostKeys) are allowed")
        }
        for tag in tags {
            guard UsageTags.isAllowed(tag.key, length: 100) else {
                throw UsageTags.refused("A tag's key is not allowed: \(tag.key.quotable(limit: 40))")
            }
            guard UsageTags.isAllowed(tag.value, length: 256) else {
                throw UsageTags.refused(
                    "The value of the tag \(tag.key) is not allowed: \(tag.value.quotable(limit: 40))")
            }
        }
        let sorted = tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (tag, next) in zip(sorted, sorted.dropFirst()) where tag.key.isSame(as: next.key) {
            throw UsageTags.refused("The tag \(tag.key) is given twice")
        }
        self.init(sorted: sorted)
    }

    /// Reads `text` as it was written; nil for anything else.
    public init?(written text: String) {
        var tags: [UsageTag] = []
        var rest = text.utf8[...]
        while !rest.isEmpty {
            guard rest.removeFirst() == (tags.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ",")),
                let key = UsageTags.unquoted(&rest),
                rest.popFirst() == UInt8(ascii: ":"), let value = UsageTags.unquoted(&rest)
            else { return nil }
            tags.append(UsageTag(key, value))
            if rest.elementsEqual("}".utf8) { break }
        }
        guard let read = try? UsageTags(tags), read.text.isSame(as: text) else { return nil }
        self = read
    }

    private static func unquoted(_ rest: inout Substring.UTF8View) -> String? {
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        var out: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(utf8: out) }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = rest.popFirst() else { return nil }
                out.append(escaped)
            } else {
                out.append(byte)
            }
        }
        return nil
    }

    public static func == (a: UsageTags, b: UsageTags) -> Bool { a.text.isSame(as: b.text) }

    /// AWS's pattern `^[a-zA-Z0-9+ -=._:\/@]+$`, in which " -=" is a range.
    private static func isAllowed(_ text: String, length: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= length
            && text.utf8.allSatisfy {
                $0.isLetterASCII || ($0 >= UInt8(ascii: " ") && $0 <= UInt8(ascii: "=")) || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "@")
            }
    }

    /// Of the characters allowed, JSON escapes the quotation mark alone.
    private static func quoted(_ text: String) -> String {
        var out: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { out.append(UInt8(ascii: "\\")) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
        return String(utf8: out) ?? ""
    }

    private static func refused(_ message: String) -> MeterError {
        MeterError(
            .invalidArgument, message,
            fix: """
                Give at most 5 tags, keys of 1 to 100 and values of 1 to 256 characters of [a-zA-Z0-9+ -=._:/@], and \
                no key twice.
                """
        )
    }
}

/// The different keys of several sets, no more than needed to say that there are too many.
struct TagKeys {
    private var keys: [String] = []

    /// Whether the set still fits; if it does, it is taken in.
    mutating func take(_ set: UsageTags) -> Bool {
        var all = keys
        for tag in set.tags where !all.contains(where: { $0.isSame(as: tag.key) }) { all.append(tag.key) }
        guard all.count <= UsageTags.mostKeys else { return false }
        keys = all
        return true
    }
}
