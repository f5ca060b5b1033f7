// Decides what a diagnosis consists of: its checks in the order of cause and effect, what may come of one, and what a
// check tells.

public import MPMeterCore

/// In the order of the report: a cause stands before what follows from it, so that the first failure is the one to
/// mend.
public enum CheckID: String, CaseIterable, Sendable {
    case library
    case process
    case platform
    case kubernetes
    case regionEnvironment = "region-environment"
    case taskMetadata = "region-task-metadata"
    case tokenIssuer = "region-web-identity"
    case instanceMetadata = "instance-metadata"
    case region
    case regionSupported = "region-supported"
    case usEast1 = "us-east-1"
    case meteringRegion = "metering-region"
    case caRoots = "ca-roots"
    case proxy
    case clock
    case endpoint
    case staticKeys = "static-keys"
    case podIdentity = "pod-identity"
    case role
    case roleToken = "role-token"
    case credentials
    case publicKey = "public-key"
    case productCode = "product-code"
    case registration
    case journalPlace = "journal-place"
    case journal
    case dimensions
    case usageHeld = "usage-held"
    case sender
    case dryRun = "dry-run"

    /// Of a diagnosis of metering alone.
    public static let ofMetering: [CheckID] = [
        .meteringRegion, .journalPlace, .journal, .dimensions, .usageHeld, .sender, .dryRun,
    ]
    /// Of a diagnosis of registration alone.
    public static let ofRegistration: [CheckID] = [.regionSupported, .usEast1, .registration]

    public var title: StaticString {
        switch self {
        case .library: "Library"
        case .process: "Who calls"
        case .platform: "Platform"
        case .kubernetes: "Kubernetes version"
        case .regionEnvironment: "Region in the environment"
        case .taskMetadata: "ECS task metadata"
        case .tokenIssuer: "EKS token's Region"
        case .instanceMetadata: "EC2 instance metadata"
        case .region: "Region"
        case .regionSupported: "RegisterUsage in it"
        case .usEast1: "Run in us-east-1"
        case .meteringRegion: "MeterUsage in it"
        case .caRoots: "CA certificates"
        case .proxy: "Proxies"
        case .clock: "Clock"
        case .endpoint: "Endpoint"
        case .staticKeys: "Static keys"
        case .podIdentity: "EKS Pod Identity"
        case .role: "Role"
        case .roleToken: "Role's token file"
        case .credentials: "Credentials"
        case .publicKey: "Public key"
        case .productCode: "Product code"
        case .registration: "Registration"
        case .journalPlace: "Journal's place"
        case .journal: "Journal"
        case .dimensions: "Dimensions"
        case .usageHeld: "Usage held"
        case .sender: "Who sends"
        case .dryRun: "MeterUsage, a dry run"
        }
    }
}

public enum CheckOutcome: String, Sendable {
    case pass
    /// It works, but somebody should look.
    case warn
    /// A registration cannot succeed like this.
    case fail
    /// It does not apply here, or something before it failed: `seen` says which.
    case skipped
}

public struct Check: Sendable {
    public var id: CheckID
    public var outcome: CheckOutcome
    /// One sentence; for `.skipped` the reason.
    public var seen: String
    /// What to do; "" where there is nothing to do.
    public var advice: String
    /// What a registration would answer, or has answered. Not `.ok` if the check failed, if AWS refused as was to be
    /// expected here, or if what was asked for could not be done.
    public var status: Status
    /// Milliseconds.
    public var elapsed: Int64
}

/// What was found. Holds no secret.
public struct Diagnosis: Sendable {
    /// One of each `CheckID` that belongs to it, in its order.
    public var checks: [Check]
    public var report: Report
    public var libraryVersion: String
    public var isOfMetering: Bool

    /// The cause to mend first.
    public var firstFailure: Check? { checks.first { $0.outcome == .fail } }
    /// What keeps a registration from being shown to work: the cause to mend first, or a refusal, or what there was no
    /// time or no key for.
    var firstObstacle: Check? { firstFailure ?? checks.first { $0.status != .ok } }
    public var status: Status { firstObstacle?.status ?? .ok }

    func count(_ outcome: CheckOutcome) -> Int { checks.count { $0.outcome == outcome } }
}
