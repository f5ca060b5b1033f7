// Decides whether a token proves a registration: form, algorithm, signature and claims, in this order, so that nothing
// is believed of a payload before its signature holds.

/// What was asked of AWS, and what the proof must therefore say.
public struct ProofRequest: Sendable {
    public var productCode: String
    public var publicKeyVersion: Int32
    public var nonce: String

    public init(productCode: String, publicKeyVersion: Int32, nonce: String) {
        self.productCode = productCode
        self.publicKeyVersion = publicKeyVersion
        self.nonce = nonce
    }
}

public enum TokenVerifier<S: SignatureVerifying, J: JSONCoding> {
    /// Throws `.tokenMalformed`, `.tokenAlgorithm`, `.tokenSignature` or `.tokenClaims`.
    public static func verify(_ text: String, proves request: ProofRequest, by key: S.PublicKey) throws(MeterError)
        -> TokenClaims
    {
        let token = try CompactToken(text, J.self)
        guard try S.isValidPS256(token.signature, of: token.signingInput, by: key) else {
            throw MeterError(
                .tokenSignature,
                """
                The response was not signed with the private key that belongs to public key version \
                \(request.publicKeyVersion)
                """
            )
        }
        let claims = try TokenClaims(payload: token.payload, J.self)
        guard S.areSame(claims.productCode.bytes, request.productCode.bytes) else {
            throw TokenClaims.mismatch("its productCode is \(claims.productCode.quotable())")
        }
        guard claims.publicKeyVersion == Int64(request.publicKeyVersion) else {
            throw TokenClaims.mismatch("its publicKeyVersion is \(claims.publicKeyVersion)")
        }
        guard S.areSame(claims.nonce.bytes, request.nonce.bytes) else {
            throw TokenClaims.mismatch("its nonce differs")
        }
        return claims
    }
}
