// Decides what is read of a service account's token: who issued it, for whom and how long it holds. It is read, not
// verified: STS does that.
// https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims

public struct WebIdentityToken {
    public let issuer: String?
    public let audiences: [String]
    /// `exp`, in seconds since 1970 UTC.
    public let expires: Int64?
    /// `nbf`, in seconds since 1970 UTC.
    public let notBefore: Int64?

    /// nil unless it is three parts of which the second is a JSON object in strict base64url (RFC 7519 section 3).
    public init?<J: JSONCoding>(_ text: String, _: J.Type) {
        guard let claims = Self.claims(in: text, J.self) else { return nil }
        issuer = claims.text("iss")
        expires = Self.moment(claims["exp"])
        notBefore = Self.moment(claims["nbf"])
        // RFC 7519 section 4.1.3: one text, or an array of them.
        switch claims["aud"] {
        case .string(let one): audiences = [one]
        case .array(let all): audiences = all.compactMap { $0.string }
        default: audiences = []
        }
    }

    /// The claims of a token of such a shape, unverified; nil for anything else.
    static func claims<J: JSONCoding>(in text: String, _: J.Type) -> JSONValue? {
        let parts = text.trimmed.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64.decodeURLSafe(parts[1]), let claims = J.parse(payload),
            claims.isObject
        else { return nil }
        return claims
    }

    /// RFC 7519 section 2, NumericDate: a number, which may have a fraction.
    private static func moment(_ value: JSONValue?) -> Int64? {
        switch value {
        case .integer(let seconds): seconds
        case .real(let seconds) where seconds.magnitude < 1e15: Int64(seconds)
        default: nil
        }
    }
}
