// Decides what the proof must say. AWS's document writes ProductCode, PublicKeyVersion and Nonce; AWS signs
// productCode, publicKeyVersion and nonce: both are read, and where both stand they must agree. The version is a number
// or the same number in decimal digits.

/// What a genuine token says.
public struct TokenClaims {
    public let productCode: String
    public let publicKeyVersion: Int64
    public let nonce: String
    /// `iat`, if it is a whole number.
    public let issuedAt: Timestamp?
    /// `publicKeyRotationTimestamp`, in either spelling.
    public let publicKeyRotation: String?

    public init<J: JSONCoding>(payload: [UInt8], _: J.Type) throws(MeterError) {
        guard let claims = J.parse(payload), claims.isObject else {
            throw CompactToken.malformed("its payload is not a strict JSON object")
        }
        productCode = try Self.one("productCode", "ProductCode", in: claims) {
            $0.string
        } same: {
            $0.isSame(as: $1)
        }
        nonce = try Self.one("nonce", "Nonce", in: claims) {
            $0.string
        } same: {
            $0.isSame(as: $1)
        }
        publicKeyVersion = try Self.one("publicKeyVersion", "PublicKeyVersion", in: claims) {
            Self.version($0)
        } same: {
            $0 == $1
        }
        publicKeyRotation =
            RegisterUsage.rotation(claims["publicKeyRotationTimestamp"])
            ?? RegisterUsage.rotation(claims["PublicKeyRotationTimestamp"])
        if case .integer(let seconds) = claims["iat"] { issuedAt = Timestamp(seconds) } else { issuedAt = nil }
    }

    /// The claim under either name. A null is as good as none.
    private static func one<T>(
        _ name: String, _ documentedName: String, in claims: JSONValue, _ read: (JSONValue) -> T?, same: (T, T) -> Bool
    ) throws(MeterError) -> T {
        var found: T?
        for spelling in [name, documentedName] {
            guard let claim = claims[spelling], !claim.isNull else { continue }
            guard let value = read(claim) else { throw mismatch("its \(spelling) is of the wrong type") }
            if let other = found, !same(other, value) { throw mismatch("its \(name) and \(documentedName) differ") }
            found = value
        }
        guard let found else { throw mismatch("it has no \(name)") }
        return found
    }

    /// 1, 2, …; or the same in decimal digits without sign, space or leading zero.
    private static func version(_ claim: JSONValue) -> Int64? {
        switch claim {
        case .integer(let value): return value
        case .string(let text) where text.utf8.first != UInt8(ascii: "0"): return text.utf8.decimalValue
        default: return nil
        }
    }

    static func mismatch(_ why: String) -> MeterError {
        MeterError(.tokenClaims, "The signature is valid, but the response is not for this request: \(why)")
    }
}
