// Decides how hashes are computed: by OpenSSL's libcrypto.

internal import COpenSSL
public import MPMeterCore
internal import MPMeterSystem

/// The cryptography that the core asks for.
public enum OpenSSL {
    /// Sets libcrypto up without the host's configuration file and without an exit handler. Call it before anything
    /// else of OpenSSL's or libcurl's; as often as you like.
    public static func initialize() -> Bool { ForkGuard.inside { COpenSSL_initialize() == 1 } }

    static func failure(_ what: String) -> MeterError {
        ERR_clear_error()
        return MeterError(.internal, "OpenSSL could not \(what)")
    }
}

extension OpenSSL: Hashing {
    public static func sha256(_ message: [UInt8]) throws(MeterError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = ForkGuard.inside { EVP_Digest(message, message.count, &digest, nil, EVP_sha256(), nil) == 1 }
        guard isDone else { throw failure("compute SHA-256") }
        return digest
    }

    public static func hmacSHA256(key: [UInt8], _ message: [UInt8]) throws(MeterError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        let isDone = ForkGuard.inside {
            HMAC(EVP_sha256(), key, Int32(truncatingIfNeeded: key.count), message, message.count, &code, nil) != nil
        }
        guard isDone else { throw failure("compute HMAC-SHA-256") }
        return code
    }
}
