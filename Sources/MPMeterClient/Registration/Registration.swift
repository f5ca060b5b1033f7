// Decides what a registration tells its vendor, and what a failed one still knows.

public import MPMeterCore

/// How far a call got, and by which way.
public struct Report: Sendable {
    public var region: Region?
    public var credentialsSource: CredentialsSource?
    public var platform: HostPlatform?
    /// RegisterUsage requests sent.
    public var attempts = 0
    /// Milliseconds from the call to its end.
    public var elapsed: Int64 = 0

    public init() {}
}

/// A call that failed.
public struct Failure: Error {
    public var error: MeterError
    public var report: Report
}

public struct Registration: Sendable {
    public var productCode: String
    public var productKind: ProductKind
    public var publicKeyVersion: Int32
    public var nonce: String
    public var isVerified: Bool
    /// The signed response, a JWT.
    public var signature: String
    public var publicKeyRotation: String?
    public var issuedAt: Timestamp?
    public var requestID: String?
    public var report: Report
}
