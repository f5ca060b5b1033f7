// Decides what is known of usage at one moment, as values: what was added and not yet sealed, and the records that wait
// for AWS's word. The journal keeps the same in tables; `Cutting` decides over it.

/// Usage that was added, by the hour it is to be billed in.
public struct OpenUsage: Sendable {
    public var hour: UsageHour
    public var dimension: String
    public var tags: UsageTags
    public var quantity: Quantity

    public init(hour: UsageHour, dimension: String, tags: UsageTags, quantity: Quantity) {
        self.hour = hour
        self.dimension = dimension
        self.tags = tags
        self.quantity = quantity
    }
}

/// What AWS counts once: the quantity of one task or pod, one dimension and one hour.
public struct RecordKey: Sendable {
    public var identity: UsageIdentity
    public var dimension: String
    public var hour: UsageHour

    public init(_ identity: UsageIdentity, _ dimension: String, _ hour: UsageHour) {
        self.identity = identity
        self.dimension = dimension
        self.hour = hour
    }

    public func isSame(as other: RecordKey) -> Bool {
        hour == other.hour && dimension.isSame(as: other.dimension) && identity == other.identity
    }
}

/// A part of a record, for one set of tags.
public struct UsageAllocation: Sendable {
    public var tags: UsageTags
    public var quantity: Quantity

    public init(_ tags: UsageTags, _ quantity: Quantity) {
        self.tags = tags
        self.quantity = quantity
    }
}

/// How far a record has come that AWS has not decided yet.
public enum RecordState: String, Sendable {
    /// Its quantity is fixed. AWS never had it, or has said that it did not take it.
    case sealed
    /// It was sent at least once, and what came of that is not known.
    case unknown
}

public struct UsageRecord: Sendable {
    /// The journal's number.
    public var id: Int64
    public var key: RecordKey
    /// Seconds since 1970 UTC, within the hour: what the request says.
    public var timestamp: Int64
    public var clientToken: String
    public var allocations: [UsageAllocation]
    public var state: RecordState

    public init(
        id: Int64, key: RecordKey, timestamp: Int64, clientToken: String, allocations: [UsageAllocation],
        state: RecordState
    ) {
        self.id = id
        self.key = key
        self.timestamp = timestamp
        self.clientToken = clientToken
        self.allocations = allocations
        self.state = state
    }

    /// Sealing has checked that it fits.
    public var quantity: Quantity { allocations.reduce(.zero) { $0.adding($1.quantity) ?? .most } }
}

/// Why usage is held: neither billed as far as is known, nor to be sent again.
public enum HoldReason: String, CaseIterable, Sendable {
    case tooLateUnknown = "sent, and the outcome is unknown; AWS takes no record that is over six hours old"
    case otherPod = "sent by a task or pod that is gone, and the outcome is unknown"
    case duplicate =
        "AWS has another quantity for this hour: something else sent one, or this journal has lost its past"
    case late = "not billed; AWS takes no record that is over six hours old"
    case copy = "this journal is an older copy, or its -sender file is missing; a newer copy may have sent it"
}

public struct Books: Sendable {
    public var usage: [OpenUsage]
    /// Those in a `RecordState`.
    public var records: [UsageRecord]
    /// Every key there has been a record of, whatever became of it.
    public var closed: [RecordKey]
    /// Who sent last; nil before the first time.
    public var identity: UsageIdentity?
    /// Since which hour the one who sends now has used the journal; nil before the first time.
    public var since: UsageHour?

    public init(
        usage: [OpenUsage] = [], records: [UsageRecord] = [], closed: [RecordKey] = [], identity: UsageIdentity? = nil,
        since: UsageHour? = nil
    ) {
        self.usage = usage
        self.records = records
        self.closed = closed
        self.identity = identity
        self.since = since
    }
}

/// A step from one state of the books to the next. The journal takes those of one decision in one transaction.
public enum BookChange: Sendable {
    /// Open usage goes to another hour.
    case move(OpenUsage, to: UsageHour)
    /// Takes what the record holds out of the open usage of its hour and dimension.
    case seal(UsageRecord)
    /// The record is undone, its usage open again in that hour. AWS never had it.
    case unseal(UsageRecord, to: UsageHour)
    case hold(UsageRecord, HoldReason)
    /// Open usage that is not to be billed any more.
    case holdUsage(OpenUsage, HoldReason)
    /// Who sends, and since which hour.
    case identify(UsageIdentity, since: UsageHour)
}
