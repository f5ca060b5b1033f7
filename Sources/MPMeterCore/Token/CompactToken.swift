// Decides what a JWT in compact form is: three strict base64url parts (RFC 7515 section 7.1), its header a JSON object
// that asks for PS256 and no extension. Nothing in the header chooses a key: kid, jwk, jku and x5c are ignored.

public struct CompactToken {
    /// The longest token that is looked at, in bytes. AWS's are under 1024.
    public static let maximumLength = 16384

    /// What was signed: header and payload as they stand in the token (RFC 7515 section 5.2).
    public let signingInput: [UInt8]
    public let payload: [UInt8]
    public let signature: [UInt8]

    public init<J: JSONCoding>(_ text: String, _: J.Type) throws(MeterError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw Self.malformed("it is longer than \(Self.maximumLength) bytes")
        }
        let bytes = text.bytes
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Self.malformed("it has \(parts.count) parts, not 3") }
        guard let header = Base64.decodeURLSafe(parts[0]), let payload = Base64.decodeURLSafe(parts[1]),
            let signature = Base64.decodeURLSafe(parts[2]), !header.isEmpty, !payload.isEmpty
        else { throw Self.malformed("a part is empty or not strict base64url") }
        guard let fields = J.parse(header), fields.isObject else {
            throw Self.malformed("its header is not a JSON object")
        }
        try Self.check(header: fields)
        signingInput = Array(bytes[..<parts[2].startIndex].dropLast())
        self.payload = payload
        self.signature = signature
    }

    private static func check(header: JSONValue) throws(MeterError) {
        guard let algorithm = header["alg"]?.string else { throw wrongAlgorithm("it names no algorithm (alg)") }
        guard algorithm.isSame(as: "PS256") else {
            throw wrongAlgorithm("its algorithm is \(algorithm.quotable(limit: 20)), and only PS256 is accepted")
        }
        // RFC 7515 section 4.1.11: an extension that is not understood makes the token invalid. None is.
        guard header["crit"] == nil else { throw wrongAlgorithm("it asks for an extension (crit)") }
        // RFC 7797 section 7: a JWT has no unencoded payload.
        guard header["b64"] == nil else { throw wrongAlgorithm("it asks for an unencoded payload (b64)") }
        if let type = header["typ"], !(type.string?.isSameIgnoringCase(as: "JWT") ?? false) {
            throw malformed("its typ is not JWT")
        }
    }

    static func malformed(_ why: String) -> MeterError {
        MeterError(.tokenMalformed, "The signed response is not a well-formed JWT: \(why)")
    }

    private static func wrongAlgorithm(_ why: String) -> MeterError {
        MeterError(.tokenAlgorithm, "The signed response's header is not accepted: \(why)")
    }
}
