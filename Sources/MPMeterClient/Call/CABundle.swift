// Decides whose certificates are trusted: the bundle that AWS_CA_BUNDLE or SSL_CERT_FILE names, else the distribution's own.

internal import MPMeterCore

enum CABundle {
    /// The largest bundle, in bytes. It is parsed in one step, which no deadline stops; a distribution's has under 300,000.
    static let limit = 2 << 20

    /// Where Linux distributions keep their bundle.
    static let usualPlaces: [StaticString] = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine, Arch, distroless
        "/etc/pki/tls/certs/ca-bundle.crt",  // Amazon Linux, Fedora, RHEL
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and later
        "/etc/ssl/ca-bundle.pem",  // SUSE
        "/etc/ssl/cert.pem",  // Alpine's libressl
    ]

    /// A file that can be read. One that was asked for and cannot be is an error: to trust another in its place is not what was asked.
    static func path(_ environment: Environment, isReadable: (String) -> Bool) throws(MeterError) -> String {
        for variable in [Variable.AWS_CA_BUNDLE, .SSL_CERT_FILE] {
            guard let path = environment[variable] else { continue }
            guard isReadable(path) else {
                throw MeterError(
                    .tls, "\(variable.rawValue) names a CA bundle that cannot be read, or has more than \(limit) bytes: \(path.quotable())",
                    fix: "Correct \(variable.rawValue), or unset it to use the system's CA certificates.")
            }
            return path
        }
        for place in usualPlaces where isReadable("\(place)") { return "\(place)" }
        throw MeterError(
            .tls, "No CA bundle was found in this image, so that no TLS certificate can be checked",
            fix: "Install the package ca-certificates in the image, or name a PEM bundle in AWS_CA_BUNDLE.")
    }
}
