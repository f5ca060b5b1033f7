// Decides whose certificates are trusted: those of the bundle that AWS_CA_BUNDLE or SSL_CERT_FILE names, else Amazon's
// own, which are built in, and the distribution's.

internal import MPMeterCore
internal import MPMeterTransport

enum CABundle {
    /// The largest bundle, in bytes. It is read in steps, between which the deadline is looked at; a distribution's has
    /// under 300,000.
    static let limit = 2 << 20

    /// Where Linux distributions keep their bundle.
    static let usualPlaces: [StaticString] = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine, Arch, distroless
        "/etc/pki/tls/certs/ca-bundle.crt",  // Amazon Linux, Fedora, RHEL
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and later
        "/etc/ssl/ca-bundle.pem",  // SUSE
        "/etc/ssl/cert.pem",  // Alpine's libressl
    ]

    /// A bundle that was asked for and cannot be read is an error: to trust others in its place is not what was asked.
    static func roots(_ environment: Environment, isReadable: (String) -> Bool) throws(MeterError) -> TrustedRoots {
        for variable in [Variable.AWS_CA_BUNDLE, .SSL_CERT_FILE] {
            guard let path = try environment.value(variable) else { continue }
            guard isReadable(path) else {
                throw MeterError(
                    .tls,
                    """
                    \(variable.rawValue) names a CA bundle that cannot be read, or has more than \(limit) bytes: \
                    \(path.showable())
                    """,
                    fix: """
                        Correct \(variable.rawValue), or unset it: Amazon's roots are built in, and the system's are \
                        found by themselves.
                        """
                )
            }
            return .bundle(path)
        }
        for place in usualPlaces where isReadable("\(place)") { return .amazon(andSystem: "\(place)") }
        return .amazon(andSystem: nil)
    }
}
