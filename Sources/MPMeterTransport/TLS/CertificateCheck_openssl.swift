// Decides whether a server's certificate leads to one of Amazon's roots or of the system's. Amazon's are tried first and alone: AWS's endpoints
// need no other, and a system's bundle takes longer to read than a handshake. The host's name is libcurl's to compare.

internal import COpenSSL

final class CertificateCheck {
    private let systemBundle: String?

    init(systemBundle: String?) { self.systemBundle = systemBundle }

    /// Puts `check`, a `CertificateCheck` that outlives the connections of `sslContext`, in the place of OpenSSL's own.
    static func install(_ check: UnsafeMutableRawPointer?, in sslContext: OpaquePointer) {
        SSL_CTX_set_cert_verify_callback(
            sslContext,
            { presented, check in
                guard let presented, let check else { return 0 }
                return Unmanaged<CertificateCheck>.fromOpaque(check).takeUnretainedValue().accepts(presented) ? 1 : 0
            }, check)
    }

    private func accepts(_ presented: OpaquePointer) -> Bool {
        if Self.leadsToAmazon(presented) {
            X509_STORE_CTX_set_error(presented, X509_V_OK)
            return true
        }
        // Once more, with all there is: its verdict is the one that is told, so Amazon's are here again.
        guard let store = X509_STORE_CTX_get0_store(presented) else { return false }
        _ = Self.addAmazonRoots(to: store)
        if let systemBundle { X509_STORE_load_file(store, systemBundle) }
        // libcurl tells the oldest error of the queue.
        ERR_clear_error()
        return X509_verify_cert(presented) == 1
    }

    /// The same check under the same parameters (purpose, security level, time), with Amazon's roots alone.
    private static func leadsToAmazon(_ presented: OpaquePointer) -> Bool {
        guard let store = X509_STORE_new() else { return false }
        defer { X509_STORE_free(store) }
        guard addAmazonRoots(to: store), let context = X509_STORE_CTX_new() else { return false }
        defer { X509_STORE_CTX_free(context) }
        return X509_STORE_CTX_init(context, store, X509_STORE_CTX_get0_cert(presented), X509_STORE_CTX_get0_untrusted(presented)) == 1
            && X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(context), X509_STORE_CTX_get0_param(presented)) == 1
            && X509_verify_cert(context) == 1
    }

    private static func addAmazonRoots(to store: OpaquePointer) -> Bool {
        guard let bio = BIO_new_mem_buf(AmazonRoots.pem.utf8Start, Int32(AmazonRoots.pem.utf8CodeUnitCount)) else { return false }
        defer { BIO_free(bio) }
        var count = 0
        while let root = PEM_read_bio_X509(bio, nil, nil, nil) {
            let isAdded = X509_STORE_add_cert(store, root) == 1
            X509_free(root)
            guard isAdded else { return false }
            count += 1
        }
        return count > 0
    }
}
