// Decides how OpenSSL is set up for a connection, beyond what libcurl does.

internal import COpenSSL

enum TLSContext {
    /// `check` is a `CertificateCheck` that outlives the connections.
    static func prepare(_ sslContext: UnsafeMutableRawPointer?, _ check: UnsafeMutableRawPointer?) {
        guard let context = OpaquePointer(sslContext) else { return }
        // Each record comes back to libcurl, and so to the deadline: a peer that never stops sending key updates or
        // tickets, none of which is an answer, would otherwise keep SSL_read() to itself. For the distribution's shared
        // OpenSSL; in the shipped library HostGuard's recv() does it too.
        COpenSSL_return_after_each_record(context)
        COpenSSL_bound_handshake(context)
        CertificateCheck.install(check, in: context)
    }
}
