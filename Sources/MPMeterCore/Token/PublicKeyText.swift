// Decides in which forms a public key may be handed over. A key travels through environment variables, Helm values,
// secrets and editors: they turn line ends into "\n", spaces or nothing, add quotation marks, indentation or a byte
// order mark, or wrap all of it in base64. What is unmistakably a PEM is read; what is something else is called by its
// name.

public enum PublicKeyText {
    /// The longest text that is looked at, in bytes: a key of 16384 bits has under 4000.
    public static let maximumLength = 32768

    /// The PEM in it, as OpenSSL reads one: lines of 64 characters.
    public static func pem(_ text: String) throws(MeterError) -> [UInt8] {
        guard text.utf8.count <= maximumLength else { throw refused("it is longer than \(maximumLength) bytes") }
        let plain = bare(text.bytes)
        if let block = try block(in: plain) { return block }
        if let decoded = Base64.decodeStandard(plain) {
            if decoded.first == 0x30 {
                throw refused("it is the base64 of DER, without the PEM's first and last line", convertBase64)
            }
            if let block = try block(in: bare(decoded)) { return block }
        }
        throw PublicKeyImpostor(plain).map { refused($0.name, $0.fix) }
            ?? refused("it is not a PEM: it does not begin with -----BEGIN")
    }

    static let convert = "Convert it to PEM: openssl pkey -pubin -inform DER -in FILE."
    static let convertBase64 = "Convert it to PEM: base64 -d FILE | openssl pkey -pubin -inform DER."
    static let usual = """
        Use the public key that AWS Marketplace showed for the product: a PEM that begins with -----BEGIN PUBLIC \
        KEY-----.
        """

    static func refused(_ why: String, _ fix: String? = nil) -> MeterError {
        MeterError(.publicKey, "The public key cannot be used: \(why)", fix: fix ?? usual)
    }

    /// Without byte order mark, quotation marks and white space around, and with each escaped line end made one.
    private static func bare(_ text: [UInt8]) -> [UInt8] {
        var rest = unescaped(text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...])[...]
        let around = Array("\"'`".utf8)
        while let first = rest.first, first.isWhitespaceASCII || around.contains(first) || first == UInt8(ascii: "\\") {
            rest = rest.dropFirst()
        }
        while let last = rest.last, last.isWhitespaceASCII || around.contains(last) || last == UInt8(ascii: "\\") {
            rest = rest.dropLast()
        }
        return Array(rest)
    }

    /// One to four backslashes and n (or r) become a line end: escaped once or twice, by a shell, JSON or YAML.
    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            let slashes = rest.prefix { $0 == UInt8(ascii: "\\") }.count
            if (1...4).contains(slashes), let next = rest.dropFirst(slashes).first,
                next == UInt8(ascii: "n") || next == UInt8(ascii: "r")
            {
                out.append(UInt8(ascii: "\n"))
                rest = rest.dropFirst(slashes + 1)
            } else {
                out.append(byte)
                rest = rest.dropFirst()
            }
        }
        return out
    }

    /// The one PEM block that `text` is; nil if it does not begin like one.
    private static func block(in text: [UInt8]) throws(MeterError) -> [UInt8]? {
        let dashes = Array("-----".utf8)
        let begin = Array("-----BEGIN ".utf8)
        guard text.starts(with: begin) else { return nil }
        guard let labelEnd = text.firstIndex(of: dashes, from: begin.count),
            let label = String(utf8: text[begin.count..<labelEnd])
        else {
            throw refused("its first line is not complete")
        }
        if let impostor = PublicKeyImpostor(label: label) { throw refused(impostor.name, impostor.fix) }
        let bodyStart = labelEnd + dashes.count
        let end = Array("-----END \(label)-----".utf8)
        guard let bodyEnd = text.firstIndex(of: end, from: bodyStart) else {
            throw refused("its last line, -----END \(label.quotable(limit: 40))-----, is missing")
        }
        guard bodyEnd + end.count == text.count else { throw refused("something follows the first PEM block") }
        let body = text[bodyStart..<bodyEnd]
        if body.contains(UInt8(ascii: ":")) { throw refused("it is encrypted") }
        guard let der = Base64.decodeStandard(body), !der.isEmpty else {
            throw refused(
                "it is not a well-formed PEM block: what stands between its first and last line is not base64")
        }
        return lines(body.filter { !$0.isWhitespaceASCII }, label)
    }

    private static func lines(_ base64: [UInt8], _ label: String) -> [UInt8] {
        var out = Array("-----BEGIN \(label)-----\n".utf8)
        for start in stride(from: 0, to: base64.count, by: 64) {
            out += base64[start..<min(start + 64, base64.count)]
            out.append(UInt8(ascii: "\n"))
        }
        return out + Array("-----END \(label)-----\n".utf8)
    }
}
