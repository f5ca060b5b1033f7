// Decides what a connection needs to know beside its request.

public import MPMeterCore

public struct ConnectionSettings: Sendable {
    /// The proxy that the request goes through; nil for none.
    public var proxy: Proxy?
    public var roots: TrustedRoots
    public var userAgent: String
    /// The longest answer that is accepted, head and body each, in bytes.
    public var responseLimit: Int

    public init(proxy: Proxy?, roots: TrustedRoots, userAgent: String, responseLimit: Int = 65536) {
        self.proxy = proxy
        self.roots = roots
        self.userAgent = userAgent
        self.responseLimit = responseLimit
    }
}
