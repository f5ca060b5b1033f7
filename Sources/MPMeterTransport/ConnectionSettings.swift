// Decides what a connection needs to know beside its request.

public struct ConnectionSettings: Sendable {
    /// A proxy's URL for calls to AWS, as HTTPS_PROXY has it.
    public var proxy: String?
    /// Hosts that are reached without it, as NO_PROXY has them.
    public var noProxy: String?
    public var roots: TrustedRoots
    public var userAgent: String
    /// The longest answer that is accepted, head and body each, in bytes.
    public var responseLimit: Int

    public init(proxy: String?, noProxy: String?, roots: TrustedRoots, userAgent: String, responseLimit: Int = 65536) {
        self.proxy = proxy
        self.noProxy = noProxy
        self.roots = roots
        self.userAgent = userAgent
        self.responseLimit = responseLimit
    }
}
