// Decides how bytes are found in bytes: for XML tags, for what an error must not repeat, and for what libcurl says.

extension [UInt8] {
    /// Where `needle` first begins, at `start` or later; nil for an empty one.
    public func firstIndex(of needle: [UInt8], from start: Int = 0) -> Int? {
        guard let first = needle.first, start >= 0, needle.count <= count, start <= count - needle.count else {
            return nil
        }
        for at in start...(count - needle.count) where self[at] == first && self[at...].starts(with: needle) {
            return at
        }
        return nil
    }

    /// The same with `*` for each byte of `secret`, wherever it occurs.
    public func blanking(_ secret: [UInt8]) -> [UInt8] {
        var out = self
        var start = 0
        // Its first 16 bytes, and as far as the text goes on with it: in linear time, and a secret that was cut short
        // is found too.
        let head = Array(secret.prefix(16))
        while let at = firstIndex(of: head, from: start) {
            var end = at
            for byte in secret {
                guard end < count, self[end] == byte else { break }
                out[end] = UInt8(ascii: "*")
                end += 1
            }
            start = Swift.max(at + 1, end - head.count + 1)
        }
        return out
    }
}

extension String {
    /// What stands before the first `mark`; all of it without one.
    public func before(_ mark: String) -> String {
        bytes.firstIndex(of: mark.bytes).flatMap { String(utf8: utf8.prefix($0)) } ?? self
    }

    public func contains(bytesOf text: String) -> Bool { bytes.firstIndex(of: text.bytes) != nil }
}
