// Decides in which words a certificate that is refused is told, for a registration and for a diagnosis alike: what is
// wrong with it, and who can put it right.

internal import MPMeterCore
internal import MPMeterTransport

enum Certificates {
    /// As the end of "the certificate …".
    static func finding(_ flaw: TransportFailure.CertificateFlaw) -> String {
        switch flaw {
        case .dates: "is not valid today"
        case .authorityDates: "was issued by an authority whose own certificate is not valid today"
        case .name: "is for another name"
        case .weak: "has a key or a signature that is too weak"
        case .purpose: "was not issued for a server, or by an authority that may not issue it"
        case .incompleteChain:
            "comes from an authority that is not trusted here, and the server shows no intermediate certificate"
        case .authorityKey: "names an issuer that is trusted, but was signed with another key than that issuer's"
        case .constraints: "is for a name that an authority above it may not certify"
        case .other: "is not one that can be accepted"
        case .issuer: "comes from an authority that is not trusted here"
        }
    }

    /// nil for an issuer that is not trusted: that is what the status's own remedy is for.
    static func fix(_ flaw: TransportFailure.CertificateFlaw, _ url: URLParts) -> String? {
        let server = "what answers at \(url.authority)"
        switch flaw {
        case .dates:
            return """
                Check this machine's clock; if it is right, \(server) needs a new certificate. A proxy that intercepts \
                TLS may show one of its own.
                """
        case .authorityDates:
            return """
                Check this machine's clock; if it is right, put the authority's renewed certificate into the CA \
                bundle, or into the chain that \(server) shows.
                """
        case .name:
            return "Check DNS, proxies and endpoint settings: another server answers under the name \(url.host)."
        case .weak:
            return """
                Have the certificate of \(server), and those above it, issued again: RSA keys of at least 2048 bits \
                and SHA-256. AWS's own are not weak: does a proxy intercept TLS?
                """
        case .purpose:
            return """
                Have the certificate of \(server) issued for server authentication (serverAuth), by a certificate that \
                may issue others (CA:TRUE, keyCertSign).
                """
        case .incompleteChain:
            return """
                If a proxy intercepts TLS here, put its authority's certificate into a PEM file that AWS_CA_BUNDLE \
                names. If the authority is trusted already, let \(server) show its whole chain, intermediate \
                certificates included.
                """
        case .authorityKey:
            return """
                If a proxy intercepts TLS here, put its authority's current certificate into the PEM file that \
                AWS_CA_BUNDLE names: the one that is trusted now has the same name and another key.
                """
        case .constraints:
            return """
                Have the certificate of \(server) issued by an authority without name constraints that exclude \
                \(url.host). If a proxy intercepts TLS here, except \(url.host) from it.
                """
        case .other:
            return """
                Have the certificate of \(server), and those above it, issued again. AWS's own have no such flaw: \
                does a proxy intercept TLS?
                """
        case .issuer: return nil
        }
    }
}
