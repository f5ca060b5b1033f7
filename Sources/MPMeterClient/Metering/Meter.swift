// Decides what a vendor can do with usage: ask whether the container may meter, add, send, see when to send next, and
// see the books.

public import MPMeterCore
internal import MPMeterJournal
public import MPMeterSystem

public struct MeterOptions: Sendable {
    /// Bills whole units alone, and carries the rest.
    public var isWhole = false
    /// Holds usage that could not be sent within six hours, instead of billing it in the current hour.
    public var holdsLate = false

    public init() {}
}

public final class Meter<P: Platform>: @unchecked Sendable {
    let client: Client<P>
    let productCode: String
    let options: MeterOptions
    let journal: Journal
    /// Guarded by `Monitor`: not before this moment (`monotonic`) is anything due, because the last send failed.
    private var notBefore: Int64?
    /// Guarded by `Monitor`: by how much this machine's two clocks differed when AWS last said what time it is.
    private var confirmed: Int64?

    /// Opens the journal at `path`, or makes it.
    public static func open(
        _ client: Client<P>, productCode: String, journal path: String, _ options: MeterOptions
    ) throws(MeterError) -> Meter {
        try check(client, productCode)
        guard let random = client.machine.random(4), let lineage = client.machine.random(8)?.hex else {
            throw .withoutRandomBytes
        }
        let number = random.reduce(0) { $0 << 8 | Int64($1) }
        let settings = JournalSettings(
            productCode: productCode, createdAt: client.machine.unixSeconds, ownSecond: number % SendSchedule.spread,
            lineage: lineage)
        return Meter(client, productCode, options, try Journal.open(path, orCreate: settings))
    }

    static func check(_ client: Client<P>, _ productCode: String) throws(MeterError) {
        _ = try client.options.products.kind(of: productCode)
        guard !client.environment.isAgentCore else {
            throw MeterError(
                .platformNotSupported,
                """
                This is Amazon Bedrock AgentCore, where MeterUsage has rules of its own that this library does not know
                """,
                fix: "Call MeterUsage by an AWS SDK there, as AWS's guide for AgentCore says.")
        }
    }

    private init(_ client: Client<P>, _ productCode: String, _ options: MeterOptions, _ journal: Journal) {
        self.client = client
        self.productCode = productCode
        self.options = options
        self.journal = journal
    }

    func call(_ cancellation: Cancellation?) -> Call<P> {
        Call(client.machine, client.environment, client.options, cancellation)
    }

    /// Asks AWS whether this container may meter, without metering. `dimension` nil for one that was added before.
    public func check(_ dimension: String?, _ cancellation: Cancellation?) throws(Failure) {
        let call = call(cancellation)
        do throws(MeterError) {
            try call.checkpoint()
            let times = try journal.times()
            let caller = UsageCaller(call, client.options.retryPolicy, clockOffset: times.clockOffset ?? 0)
            var name = dimension
            if name == nil { name = try journal.report().entries.last?.dimension }
            try UsageCheck.run(caller, productCode, name)
            try keepTime(caller, times.clockOffset)
        } catch {
            throw call.failure(error)
        }
    }

    /// Adds usage, durably. 0 is nothing to add.
    public func add(_ dimension: String, _ quantity: String, _ tags: [UsageTag]) throws(MeterError) {
        let amount = try Adding.amount(dimension, quantity)
        let tags = try UsageTags(tags)
        guard amount > .zero else { return }
        guard let random = client.machine.random(8) else { throw .withoutRandomBytes }
        let mark = random.reduce(0) { $0 << 8 | Int64($1) }
        try journal.add(amount, dimension, tags, at: client.machine.unixSeconds, mark: mark)
    }

    /// Milliseconds until the next send is due; 0 if it is.
    public func nextDue() throws(MeterError) -> Int64 {
        let times = try journal.times()
        let retry = Monitor.locked { notBefore }.map { max($0 - client.machine.monotonic, 0) / 1000 }
        let waits = moments(times).map { moment in
            let due = SendSchedule.due(
                at: moment, own: times.ownSecond, oldest: times.oldest, hasRecords: times.hasRecords,
                notBefore: retry.map { moment + $0 })
            return due - moment
        }
        return min(max(waits.min() ?? 0, 0), 7200) * 1000
    }

    /// What time it may be, in seconds since 1970 UTC. A clock that is set makes a difference that was once found a
    /// wrong one; until AWS says what time it is, it may be that of either.
    func moments(_ times: JournalTimes) -> [Int64] {
        let local = client.machine.unixSeconds
        let (now, overflow) = local.addingReportingOverflow(times.clockOffset ?? 0)
        guard !overflow, now != local else { return [local] }
        return isConfirmed ? [now] : [now, local]
    }

    /// Whether AWS has said what time it is, and this machine's clock was not set since.
    var isConfirmed: Bool {
        let clocks = clockDifference
        return Monitor.locked { confirmed }.map { $0.subtractingReportingOverflow(clocks).partialValue.magnitude <= 20 }
            ?? false
    }

    private var clockDifference: Int64 { client.machine.unixSeconds - client.machine.monotonic / 1000 }

    /// After a send that failed: not at once again, and not with all the others.
    func postpone(_ failed: Bool) {
        let random = client.machine.random(2)?.reduce(0) { $0 << 8 | Int64($1) } ?? 0
        let moment = failed ? client.machine.monotonic + (60 + random % 240) * 1000 : nil
        Monitor.locked { notBefore = moment }
    }

    func keepTime(_ caller: UsageCaller<P>, _ known: Int64?) throws(MeterError) {
        guard caller.knowsTime else { return }
        let clocks = clockDifference
        Monitor.locked { confirmed = clocks }
        let offset = caller.clockOffset
        let (difference, overflow) = offset.subtractingReportingOverflow(known ?? 0)
        // A difference of seconds is the way's.
        guard known == nil || overflow || difference.magnitude > 20 else { return }
        try journal.keep(clockOffset: offset.magnitude > 20 ? offset : 0)
    }

    public func report() throws(MeterError) -> String { try UsageReport.json(journal, P.JSON.self) }
}

extension Environment {
    /// By its execution environment; nothing else is documented.
    var isAgentCore: Bool { self[.AWS_EXECUTION_ENV]?.lowercasedASCII.contains(bytesOf: "agentcore") ?? false }
}

/// The dry run.
enum UsageCheck {
    /// Stands for the dimension when none is known. A listing has no such one, and AWS may say so.
    static let placeholder = "mpmeter_check"

    static func run<P: Platform>(_ caller: UsageCaller<P>, _ productCode: String, _ dimension: String?)
        throws(MeterError)
    {
        if let dimension { try Adding.check(dimension: dimension) }
        try caller.prepare()
        let body = try MeterUsage.body(
            productCode: productCode, dimension: dimension ?? placeholder, timestamp: caller.now,
            clientToken: try caller.token(),
            allocations: [UsageAllocation(.none, .zero)], isDryRun: true, P.JSON.self)
        do throws(MeterError) {
            try caller.check(body)
        } catch {
            var error = error
            if dimension == nil, error.status == .invalidDimension {
                error.fix = "Name a dimension of the listing in the check: without one, a placeholder is sent."
            }
            throw error
        }
    }
}

extension UsageCaller {
    func token() throws(MeterError) -> String {
        guard let random = call.machine.random(16) else { throw .withoutRandomBytes }
        return random.hex
    }
}
