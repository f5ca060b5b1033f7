// Decides whether a server's certificate leads to one of the roots that are trusted: a bundle's alone; or Amazon's, and
// only if it does not lead there, the system's as well: AWS's endpoints need no other, and a system's bundle takes
// longer to read than a handshake. It is read between two steps of the handshake, which comes back to the certificate
// then. The host's name is libcurl's to compare.

internal import COpenSSL
internal import MPMeterCore
internal import MPMeterSystem

final class CertificateCheck {
    private let roots: TrustedRoots
    private let certificates: Certificates
    private var isAmazonThere = false
    /// The system's file is to be read.
    private(set) var isWaiting = false
    private var hasRead = false
    /// A handshake has begun, and no certificate has come.
    private(set) var isAwaited = false
    /// What was wrong with the last certificate that was refused.
    private(set) var flaw: TransportFailure.CertificateFlaw?

    private init(_ roots: TrustedRoots, _ certificates: Certificates) {
        self.roots = roots
        self.certificates = certificates
    }

    static func make(_ roots: TrustedRoots) throws(TransportFailure) -> CertificateCheck {
        CertificateCheck(roots, try Certificates.make())
    }

    /// Puts `check`, a `CertificateCheck` that outlives the connections of `sslContext`, in the place of OpenSSL's own.
    static func install(_ check: UnsafeMutableRawPointer?, in sslContext: OpaquePointer) {
        if let check { Unmanaged<CertificateCheck>.fromOpaque(check).takeUnretainedValue().isAwaited = true }
        SSL_CTX_set_cert_verify_callback(
            sslContext,
            { presented, check in
                guard let presented, let check else { return 0 }
                return Unmanaged<CertificateCheck>.fromOpaque(check).takeUnretainedValue().accepts(presented) ? 1 : 0
            }, check)
    }

    /// Before the handshake: reads a bundle that was asked for. `look` throws when it is time to stop.
    func readBundle(_ look: () throws(TransportFailure) -> Void) throws(TransportFailure) {
        guard case .bundle(let path) = roots, !hasRead else { return }
        try certificates.add(path, look)
        hasRead = true
    }

    /// Reads the system's file if the handshake waits for it. What cannot be read of it is left out: nobody asked for
    /// it.
    func readSystemBundle(_ look: () throws(TransportFailure) -> Void) throws(TransportFailure) {
        guard isWaiting, case .amazon(andSystem: let path?) = roots else { return }
        isWaiting = false
        hasRead = true
        do throws(TransportFailure) { try certificates.add(path, look) } catch {
            guard error.kind == .tls else { throw error }
        }
    }

    /// Inside `ForkGuard`.
    private func accepts(_ presented: OpaquePointer) -> Bool {
        isAwaited = false
        if case .amazon = roots, !isAmazonThere {
            guard certificates.addAmazonRoots() else { return false }
            isAmazonThere = true
        }
        var verdict = COpenSSL_verdict()
        let isTrusted = COpenSSL_leads_to(presented, certificates.list, &verdict) == 1
        flaw = isTrusted ? nil : Self.flaw(verdict)
        if isTrusted { return true }
        guard case .amazon(andSystem: .some) = roots, !hasRead, COpenSSL_ask_again(presented) == 1 else { return false }
        isWaiting = true
        return true
    }

    private static func flaw(_ verdict: COpenSSL_verdict) -> TransportFailure.CertificateFlaw {
        switch verdict.error {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD,
            X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
            return verdict.depth > 0 ? .authorityDates : .dates
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: return .weak
        case X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN,
            X509_V_ERR_PATH_LENGTH_EXCEEDED,
            X509_V_ERR_CERT_REJECTED, X509_V_ERR_CERT_UNTRUSTED:
            return .purpose
        case X509_V_ERR_CERT_SIGNATURE_FAILURE: return .authorityKey
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
            if verdict.knows_issuer_name == 1 { return .authorityKey }
            return verdict.length <= 1 ? .incompleteChain : .issuer
        case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION, X509_V_ERR_SUBTREE_MINMAX,
            X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX,
            X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
            return .constraints
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return .issuer
        default: return .other
        }
    }
}
