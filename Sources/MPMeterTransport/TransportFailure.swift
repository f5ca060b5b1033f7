// Decides in which ways an exchange can fail, before anybody says what that means for a registration.

internal import MPMeterCore

public struct TransportFailure: Error {
    public enum Kind: Sendable {
        /// No connection: name, route, refusal, reset.
        case network
        case tls
        case timedOut
        case cancelled
        /// The answer is no HTTP, or larger than what is accepted.
        case badResponse
        /// In clear to an address that is neither this machine's nor an agent's.
        case forbidden
        case outOfMemory
        case `internal`
    }

    /// What stood in the way, as far as the transport can tell: for a diagnosis. Nothing else depends on it.
    public enum Obstacle: Sendable {
        case unknown
        /// The server's name has no address, as far as can be found out.
        case name
        /// DNS says that there is no such name.
        case noSuchName
        /// The proxy's name has no address.
        case proxyName
        /// Nobody takes the connection.
        case connection
        /// The same, where the server has IPv4 addresses alone and only IPv6 has a way out of here.
        case connectionWithoutIPv4
        /// There is a connection, and nobody answers its TLS handshake.
        case handshake
        /// There is a connection, with its TLS, and the request is not answered.
        case response
        /// The proxy answered CONNECT with this status. Below 300: with something that is not HTTP.
        case proxyStatus(Int)
        /// The proxy ended the connection before it answered CONNECT.
        case proxyEnded
        /// What is wrong with the certificate of the proxy itself.
        case proxyCertificate(CertificateFlaw)
        /// What is wrong with the server's certificate.
        case certificate(CertificateFlaw)
    }

    public enum CertificateFlaw: Sendable {
        /// Not valid yet, or no longer: the server's own, or that of an authority above it.
        case dates
        case authorityDates
        case name
        /// A key or a signature that is too weak for today.
        case weak
        /// It may not be used for a server, or an authority's not to issue others.
        case purpose
        /// The server shows its own certificate only, and nobody trusted issued it.
        case incompleteChain
        /// A trusted authority has the issuer's name, and another key.
        case authorityKey
        /// An authority above it may not certify its name (RFC 5280 section 4.2.1.10).
        case constraints
        /// Anything else but an unknown issuer; OpenSSL says what.
        case other
        /// Nobody trusted issued it.
        case issuer
    }

    public var kind: Kind
    /// What the transport says of it, without secrets.
    public var reason: String
    public var obstacle: Obstacle
    /// Whether the request may have reached the server: not before there is a connection, and its TLS.
    public var mayHaveBeenSent = true

    /// Whether it is the CA bundle that cannot be read. libcurl has one code for that and for a handshake that fails.
    public var isOfBundle: Bool {
        ["error setting certificate", "error adding trust anchors"].contains { reason.contains(bytesOf: $0) }
    }
    /// What is wrong with the bundle, which follows its path.
    public var flawOfBundle: String {
        guard let cut = reason.utf8.lastIndex(of: UInt8(ascii: ":")) else { return reason }
        return String(utf8: reason.utf8[cut...].dropFirst(2)) ?? reason
    }
    /// What is wrong with the certificate, if that is what stood in the way.
    public var certificateFlaw: CertificateFlaw? { if case .certificate(let flaw) = obstacle { flaw } else { nil } }
    public var isOfIssuer: Bool { certificateFlaw == .issuer }
    /// Whether it is an authority that is missing from those that are trusted.
    public var lacksAuthority: Bool {
        switch obstacle {
        case .certificate(let flaw), .proxyCertificate(let flaw): flaw == .issuer || flaw == .incompleteChain
        default: false
        }
    }
    /// Whether it is the proxy's own answer.
    public var isOfProxy: Bool { if case .proxyStatus = obstacle { true } else { false } }
    public var isOfHandshake: Bool { if case .handshake = obstacle { true } else { false } }
    public var isWithoutIPv4: Bool { if case .connectionWithoutIPv4 = obstacle { true } else { false } }

    /// The same, where memory was refused meanwhile: what OpenSSL and libcurl say of the certificate or the answer then
    /// is not true of them.
    var inAShortage: TransportFailure {
        switch kind {
        case .tls, .badResponse, .internal: TransportFailure(.outOfMemory, reason)
        case .network, .timedOut, .cancelled, .forbidden, .outOfMemory: self
        }
    }

    init(_ kind: Kind, _ reason: String, _ obstacle: Obstacle = .unknown) {
        self.kind = kind
        self.reason = reason
        self.obstacle = obstacle
    }
}
