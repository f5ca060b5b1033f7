// Decides in which ways an exchange can fail, before anybody says what that means for a registration.

public struct TransportFailure: Error {
    public enum Kind: Sendable {
        /// No connection: name, route, refusal, reset.
        case network
        case tls
        /// HTTPS_PROXY is not the URL of a proxy.
        case proxySetting
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
        /// The server's name, or the proxy's, has no address.
        case name
        case proxyName
        /// Nobody takes the connection.
        case connection
        /// The proxy answered CONNECT with this status.
        case proxyStatus(Int)
        /// The certificate: its dates, the name it is for, or who issued it.
        case certificateDates
        case certificateName
        case certificateIssuer
    }

    public var kind: Kind
    /// What the transport says of it, without secrets.
    public var reason: String
    public var obstacle: Obstacle
    /// Whether the request may have reached the server: not before there is a connection, and its TLS.
    public var mayHaveBeenSent = true

    init(_ kind: Kind, _ reason: String, _ obstacle: Obstacle = .unknown) {
        self.kind = kind
        self.reason = reason
        self.obstacle = obstacle
    }
}
