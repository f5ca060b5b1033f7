// Decides whether a PS256 signature is genuine (RFC 7518 section 3.5: RSASSA-PSS, SHA-256, MGF1 with SHA-256, salt of
// 32 bytes).

internal import COpenSSL
public import MPMeterCore
internal import MPMeterSystem

extension OpenSSL: SignatureVerifying {
    public typealias PublicKey = RSAPublicKey

    public static func isValidPS256(_ signature: [UInt8], of message: [UInt8], by key: RSAPublicKey) throws(MeterError)
        -> Bool
    {
        // RFC 8017 section 8.1.2, step 1. OpenSSL lets a signature without its leading zero byte pass.
        guard signature.count == Int(EVP_PKEY_get_size(key.pointer)) else { return false }
        guard let isValid = ForkGuard.inside({ verify(signature, message, key) }) else {
            throw failure("verify a signature")
        }
        return isValid
    }

    /// What verifications by `key` are copies of, for the caller to free; nil if OpenSSL cannot be set up for it.
    static func verification(by key: OpaquePointer) -> OpaquePointer? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        // Owned by `context`.
        var parameters: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &parameters, EVP_sha256(), nil, key) == 1,
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 32) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) == 1
        else {
            EVP_MD_CTX_free(context)
            return nil
        }
        // A copy serves for one message. Without this OpenSSL would copy it once more, so that it could go on.
        EVP_MD_CTX_set_flags(context, EVP_MD_CTX_FLAG_FINALISE)
        return context
    }

    /// nil if OpenSSL cannot be set up for it.
    private static func verify(_ signature: [UInt8], _ message: [UInt8], _ key: RSAPublicKey) -> Bool? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        // Only reads what it copies, so that threads may do it at once.
        guard EVP_MD_CTX_copy_ex(context, key.verification) == 1 else { return nil }
        // 0 and negative numbers alike: not genuine.
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    public static func areSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }
}
