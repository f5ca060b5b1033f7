// Decides what a vendor may choose, and what is chosen for one who does not. Region and credentials are not among it:
// they are found at run time and never configured.

public import MPMeterCore

/// What to do in a Region that the list of `RegionName.offersRegisterUsage` leaves out.
public enum RegionPolicy: Int32, Sendable {
    /// Refuse before any call.
    case enforce = 0
    /// Call as in any other Region.
    case attempt = 1
    /// Call, and take the list as the explanation if AWS is not there or says so.
    case ask = 2
}

public struct ClientOptions: Sendable {
    public var publicKeys: [(version: Int32, text: String)] = []
    public var minimumKeyBits = 2048
    public var products = TrustedProducts()
    /// Set to go without verification; the key version to ask AWS for when there is no key.
    public var unverifiedKeyVersion: Int32?
    /// Whether an answer has to prove itself.
    var isVerified: Bool { unverifiedKeyVersion == nil }
    /// Milliseconds for one registration in all. AWS recommends to retry for up to 30 minutes.
    public var deadline: Int64 = 30 * 60 * 1000
    public var regionPolicy = RegionPolicy.ask
    public var retryPolicy = RetryPolicy()
    public var log = Log()
    /// Name and version that requests carry.
    public var userAgent = "libmpmeter"
    /// The vendor's product, which requests to AWS carry beside it.
    public var appID: String?

    public static let longestDeadline: Int64 = 24 * 60 * 60 * 1000
    public static let keyBits = 1024...16384

    public init() {}
}
