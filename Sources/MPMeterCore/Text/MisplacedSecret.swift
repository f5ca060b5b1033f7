// Decides which values of environment variables are not shown although the variable is no secret's: a key or a token
// that was put into the wrong one. And what an editor or a file left at a value's edge.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids

extension String {
    /// What the value looks like, such as "a secret access key"; nil if it can be shown. White space and quotation
    /// marks do not hide it.
    public var misplacedSecret: String? {
        let bare = utf8.filter { !$0.isWhitespaceASCII && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
        if bare.starts(with: "eyJ".utf8) { return "a token" }
        if Self.isAccessKeyID(bare) { return "an access key id" }
        let isKey =
            bare.count == 40
            && bare.allSatisfy {
                $0.isLetterASCII || $0.isDigitASCII || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "+")
            }
        return isKey && bare.contains { $0.isUppercaseASCII } && bare.contains { $0.isLowercaseASCII }
            ? "a secret access key" : nil
    }

    /// The same of a value that ought to be a path. A token without a header that begins as usual has two dots still,
    /// and no slash.
    public var misplacedPathSecret: String? {
        if let secret = misplacedSecret { return secret }
        let dots = utf8.reduce(0) { $0 + ($1 == UInt8(ascii: ".") ? 1 : 0) }
        return dots == 2 && !utf8.contains(UInt8(ascii: "/")) ? "a token" : nil
    }

    /// At most `limit` bytes of an environment variable's value, printable; nothing of a misplaced secret.
    public func showable(limit: Int = 200) -> String {
        misplacedSecret.map { "not shown, as it looks like \($0)" } ?? quotable(limit: limit)
    }

    /// The same of a path.
    public var showablePath: String { misplacedPathSecret.map { "(not shown, as it looks like \($0))" } ?? quotable() }

    /// "AKIA" or "ASIA" and 16 capital letters and digits.
    public var isAccessKeyID: Bool { Self.isAccessKeyID(utf8) }

    private static func isAccessKeyID(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.count == 20 && (bytes.starts(with: "AKIA".utf8) || bytes.starts(with: "ASIA".utf8))
            && bytes.allSatisfy { $0.isUppercaseASCII || $0.isDigitASCII }
    }

    /// Whether it stands in quotation marks, as a value does that was copied out of a shell script or YAML.
    public var isQuoted: Bool {
        guard let first = utf8.first, let last = utf8.last else { return false }
        return [first, last].contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    }

    /// The white space around it, as "ends in a carriage return"; nil without any.
    public var whiteSpaceAtEdge: String? {
        guard let first = utf8.first, let last = utf8.last else { return nil }
        if last == UInt8(ascii: "\r") { return "ends in a carriage return" }
        if last == UInt8(ascii: "\n") { return "ends in a line end" }
        if last.isWhitespaceASCII { return "ends in white space" }
        return first.isWhitespaceASCII ? "begins with white space" : nil
    }
}
