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
        case outOfMemory
        case `internal`
    }

    public var kind: Kind
    /// What the transport says of it, without secrets.
    public var reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
