// Decides which public keys are accepted: one PEM block, SubjectPublicKeyInfo (RFC 5280) or PKCS #1 (RFC 8017), RSA, of
// the size asked for, with an odd public exponent of at least 3.

internal import COpenSSL
public import MPMeterCore
internal import MPMeterSystem

/// An RSA public key. Immutable: any number of threads may verify with it.
public final class RSAPublicKey: @unchecked Sendable {
    let pointer: OpaquePointer
    /// Set up for PS256. Each verification copies it, because setting one up takes over ten times as long as a copy.
    let verification: OpaquePointer

    fileprivate init(takingOwnershipOf pointer: OpaquePointer, _ verification: OpaquePointer) {
        self.pointer = pointer
        self.verification = verification
    }

    deinit {
        ForkGuard.inside {
            EVP_MD_CTX_free(verification)
            EVP_PKEY_free(pointer)
        }
    }
}

extension OpenSSL {
    public static func publicKey(pem: [UInt8], bits: ClosedRange<Int>) throws(MeterError) -> RSAPublicKey {
        let result: Result<RSAPublicKey, MeterError> = ForkGuard.inside {
            do throws(MeterError) { return .success(try read(pem, bits)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    public static func bits(of key: RSAPublicKey) -> Int { ForkGuard.inside { Int(EVP_PKEY_get_bits(key.pointer)) } }

    private static func read(_ pem: [UInt8], _ bits: ClosedRange<Int>) throws(MeterError) -> RSAPublicKey {
        let (label, der) = try block(pem)
        let key: OpaquePointer?
        // The readers of RSA keys alone: OpenSSL's general one sets up a decoder for each kind of key there is, which
        // is half of a cold start.
        switch label {
        case "PUBLIC KEY": key = decode(der, d2i: { d2i_RSA_PUBKEY(nil, $0, $1) }, i2d: { i2d_RSA_PUBKEY($0, $1) })
        case "RSA PUBLIC KEY":
            key = decode(der, d2i: { d2i_RSAPublicKey(nil, $0, $1) }, i2d: { i2d_RSAPublicKey($0, $1) })
        default: throw refused("it is a \(label.quotable(limit: 40)), not a PUBLIC KEY")
        }
        guard let key else {
            throw refused(
                isKeyOfAnotherKind(der)
                    ? "it is not an RSA key, which PS256 needs" : "its content is not the DER of a key")
        }
        defer { RSA_free(key) }
        if let why = flaw(key, bits) { throw refused(why) }
        guard let pointer = EVP_PKEY_new() else { throw failure("keep a public key") }
        guard EVP_PKEY_set1_RSA(pointer, key) == 1, let verification = verification(by: pointer) else {
            EVP_PKEY_free(pointer)
            throw failure("keep a public key")
        }
        return RSAPublicKey(takingOwnershipOf: pointer, verification)
    }

    /// Why the key is not accepted; nil if it is.
    private static func flaw(_ key: OpaquePointer, _ bits: ClosedRange<Int>) -> String? {
        let size = Int(RSA_bits(key))
        guard bits.contains(size) else {
            return "it has \(size) bits, and \(bits.lowerBound) to \(bits.upperBound) are accepted"
        }
        let exponent = RSA_get0_e(key)
        return BN_is_odd(exponent) == 1 && BN_is_one(exponent) == 0
            ? nil : "its public exponent is even, or less than 3"
    }

    private static func isKeyOfAnotherKind(_ der: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        let key = der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PUBKEY(nil, &cursor, buffer.count)
        }
        EVP_PKEY_free(key)
        return key != nil
    }

    /// The label and the DER of the only PEM block in the text.
    private static func block(_ pem: [UInt8]) throws(MeterError) -> (label: String, der: [UInt8]) {
        let size = Int32(truncatingIfNeeded: pem.count)
        guard let bio = BIO_new(BIO_s_mem()) else { throw failure("read a public key") }
        defer { BIO_free(bio) }
        guard size > 0, BIO_write(bio, pem, size) == size else { throw refused("it is not a well-formed PEM block") }
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let found = PEM_read_bio(bio, &label, &header, &bytes, &count)
        defer {
            COpenSSL_free(label)
            COpenSSL_free(header)
            COpenSSL_free(bytes)
        }
        guard found == 1, let label, let header, let bytes, count > 0 else {
            ERR_clear_error()
            throw refused("it is not a well-formed PEM block")
        }
        guard header[0] == 0 else { throw refused("it is encrypted") }
        let rest = pem.suffix(max(0, COpenSSL_pending(bio)))
        guard rest.allSatisfy({ $0.isWhitespaceASCII }) else { throw refused("something follows the first PEM block") }
        return (String(cString: label), Array(UnsafeBufferPointer(start: bytes, count: count)))
    }

    /// The key that `der` is, if it writes that key in the one way that DER allows: nothing before, behind or between.
    private static func decode(
        _ der: [UInt8], d2i: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?,
        i2d: (OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32
    ) -> OpaquePointer? {
        defer { ERR_clear_error() }
        let key = der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i(&cursor, buffer.count)
        }
        guard let key else { return nil }
        var written: UnsafeMutablePointer<UInt8>?
        let count = i2d(key, &written)
        defer { COpenSSL_free(written) }
        guard count > 0, let written, UnsafeBufferPointer(start: written, count: Int(count)).elementsEqual(der) else {
            RSA_free(key)
            return nil
        }
        return key
    }

    private static func refused(_ why: String) -> MeterError {
        MeterError(.publicKey, "The public key cannot be used: \(why)")
    }
}
