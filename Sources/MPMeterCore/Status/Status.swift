// Decides what can come of a call: every status with its number, its name and what a caller does about it.
// Generated from tools/interface/statuses.toml by `make generate`.

/// The result of a call. A number, once released, is never changed or used again.
public enum Status: Int32, CaseIterable, Sendable {
    case ok = 0

    case invalidArgument = 1
    case untrustedProduct = 2
    case publicKey = 3

    case regionNotFound = 10
    case regionUnsupported = 11
    case credentialsNotFound = 12
    case credentialsRejected = 13

    case network = 20
    case tls = 21
    case deadline = 22
    case cancelled = 23
    case badResponse = 24

    case customerNotEntitled = 30
    case platformNotSupported = 31
    case invalidRegion = 32
    case invalidProductCode = 33
    case invalidPublicKeyVersion = 34
    case apiDisabled = 35
    case accessDenied = 36
    case notAuthenticated = 37
    case throttled = 38
    case serviceUnavailable = 39
    case service = 40

    case tokenMalformed = 50
    case tokenAlgorithm = 51
    case tokenSignature = 52
    case tokenClaims = 53

    case outOfMemory = 60
    case `internal` = 61

    case journal = 70
    case journalDamaged = 71
    case journalBusy = 72
    case invalidDimension = 73
    case invalidAllocations = 74
    case usageDuplicate = 75
    case usageTimestamp = 76
    case usageHeld = 77
}

extension Status {
    public var action: Action {
        switch self {
        case .ok: .proceed
        case .network, .deadline, .throttled, .serviceUnavailable, .journalBusy: .retry
        default: .terminate
        }
    }

    /// The constant's name in the C header.
    public var name: StaticString {
        switch self {
        case .ok: "MPMETER_OK"
        case .invalidArgument: "MPMETER_E_INVALID_ARGUMENT"
        case .untrustedProduct: "MPMETER_E_UNTRUSTED_PRODUCT"
        case .publicKey: "MPMETER_E_PUBLIC_KEY"
        case .regionNotFound: "MPMETER_E_REGION_NOT_FOUND"
        case .regionUnsupported: "MPMETER_E_REGION_UNSUPPORTED"
        case .credentialsNotFound: "MPMETER_E_CREDENTIALS_NOT_FOUND"
        case .credentialsRejected: "MPMETER_E_CREDENTIALS_REJECTED"
        case .network: "MPMETER_E_NETWORK"
        case .tls: "MPMETER_E_TLS"
        case .deadline: "MPMETER_E_DEADLINE"
        case .cancelled: "MPMETER_E_CANCELLED"
        case .badResponse: "MPMETER_E_BAD_RESPONSE"
        case .customerNotEntitled: "MPMETER_E_CUSTOMER_NOT_ENTITLED"
        case .platformNotSupported: "MPMETER_E_PLATFORM_NOT_SUPPORTED"
        case .invalidRegion: "MPMETER_E_INVALID_REGION"
        case .invalidProductCode: "MPMETER_E_INVALID_PRODUCT_CODE"
        case .invalidPublicKeyVersion: "MPMETER_E_INVALID_PUBLIC_KEY_VERSION"
        case .apiDisabled: "MPMETER_E_API_DISABLED"
        case .accessDenied: "MPMETER_E_ACCESS_DENIED"
        case .notAuthenticated: "MPMETER_E_NOT_AUTHENTICATED"
        case .throttled: "MPMETER_E_THROTTLED"
        case .serviceUnavailable: "MPMETER_E_SERVICE_UNAVAILABLE"
        case .service: "MPMETER_E_SERVICE"
        case .tokenMalformed: "MPMETER_E_TOKEN_MALFORMED"
        case .tokenAlgorithm: "MPMETER_E_TOKEN_ALGORITHM"
        case .tokenSignature: "MPMETER_E_TOKEN_SIGNATURE"
        case .tokenClaims: "MPMETER_E_TOKEN_CLAIMS"
        case .outOfMemory: "MPMETER_E_OUT_OF_MEMORY"
        case .internal: "MPMETER_E_INTERNAL"
        case .journal: "MPMETER_E_JOURNAL"
        case .journalDamaged: "MPMETER_E_JOURNAL_DAMAGED"
        case .journalBusy: "MPMETER_E_JOURNAL_BUSY"
        case .invalidDimension: "MPMETER_E_INVALID_DIMENSION"
        case .invalidAllocations: "MPMETER_E_INVALID_ALLOCATIONS"
        case .usageDuplicate: "MPMETER_E_USAGE_DUPLICATE"
        case .usageTimestamp: "MPMETER_E_USAGE_TIMESTAMP"
        case .usageHeld: "MPMETER_E_USAGE_HELD"
        }
    }
}
