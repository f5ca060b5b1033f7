// Decides the course of a diagnosis: each group of checks once, within the deadline, over the finders that a
// registration uses. It changes nothing and sends no registration unless it is asked to.

public import MPMeterCore
internal import MPMeterJournal
public import MPMeterSystem

/// What a diagnosis is to look at.
public struct DiagnosisRequest: Sendable {
    public var productCodes: [String]
    /// Whether to send one registration, of the only product code.
    public var isRegistering: Bool
    public var libraryVersion: String
    /// What is to be looked at instead of a registration.
    public var metering: MeteringRequest?

    public init(
        productCodes: [String], isRegistering: Bool, libraryVersion: String, metering: MeteringRequest? = nil
    ) {
        self.productCodes = productCodes
        self.isRegistering = isRegistering
        self.libraryVersion = libraryVersion
        self.metering = metering
    }
}

extension Diagnosis {
    /// Milliseconds that a diagnosis takes at most.
    public static let longest: Int64 = 60_000

    /// Throws `.invalidArgument`, `.cancelled` or `.outOfMemory`; whatever else is wrong is what it finds. The keys are
    /// those of `options`, as text: one that cannot be used is found too.
    public static func make<P: Platform>(
        _ request: DiagnosisRequest, _ options: ClientOptions, _ environment: Environment, on machine: P,
        _ cancellation: Cancellation?
    ) throws(MeterError) -> Diagnosis {
        guard !request.isRegistering || request.productCodes.count == 1 else {
            throw MeterError(
                .invalidArgument,
                "A registration needs exactly one product code, and there are \(request.productCodes.count)",
                fix: "Give the one product code that is to be registered.")
        }
        var options = options
        options.deadline = min(options.deadline, longest)
        let examination = Examination(Call(machine, environment, options, cancellation), options, request)
        return try examination.run()
    }
}

final class Examination<P: Platform> {
    let call: Call<P>
    let options: ClientOptions
    let request: DiagnosisRequest
    private(set) var checks: [Check] = []
    /// When the last check was recorded.
    private var mark: Int64

    /// What later checks build on: the Region that is right, by the platform where it says so; the facts of /proc;
    /// whether credentials were got.
    var region: RegionName?
    var process = ProcessFacts()
    var hasCredentials = false
    /// What the journal says of itself, once it has been read.
    var books: JournalReport?

    /// Milliseconds for the endpoint, and for the credentials: a diagnosis has a minute in all.
    static var servicePatience: Int64 { 25_000 }

    var machine: P { call.machine }
    var environment: Environment { call.environment }

    init(_ call: Call<P>, _ options: ClientOptions, _ request: DiagnosisRequest) {
        self.call = call
        self.options = options
        self.request = request
        mark = call.machine.monotonic
    }

    func run() throws(MeterError) -> Diagnosis {
        pass(.library, "libmpmeter \(request.libraryVersion)")
        try step(.process) { () throws(MeterError) in examineProcess() }
        try step(
            .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata, .region, .regionSupported, .usEast1,
            .meteringRegion
        ) { () throws(MeterError) in
            try examineRegion()
        }
        // Instance metadata have been asked by now.
        try step(.platform) { () throws(MeterError) in examinePlatform() }
        try step(.kubernetes) { () throws(MeterError) in try examineKubernetes() }
        try step(.caRoots, .proxy, .endpoint) { () throws(MeterError) in try examineNetwork() }
        try step(.staticKeys, .podIdentity, .role, .roleToken, .credentials) { () throws(MeterError) in
            try examineCredentials()
        }
        // Every server has told its time by now.
        try step(.clock) { () throws(MeterError) in examineClock() }
        try step(.publicKey) { () throws(MeterError) in examineKeys() }
        try step(.productCode) { () throws(MeterError) in examineProducts() }
        try step(.registration) { () throws(MeterError) in try examineRegistration() }
        try step(.journalPlace, .journal, .dimensions, .usageHeld) { () throws(MeterError) in try examineJournal() }
        try step(.sender, .dryRun) { () throws(MeterError) in try examineDryRun() }
        call.report.elapsed = call.elapsed
        let sorted = CheckID.allCases.compactMap { id in checks.first { $0.id == id } }
        return Diagnosis(
            checks: sorted, report: call.report, libraryVersion: request.libraryVersion,
            isOfMetering: request.metering != nil)
    }

    /// Runs one group. What ends it early is the failure of the first check that it has not recorded.
    private func step(_ all: CheckID..., body: () throws(MeterError) -> Void) throws(MeterError) {
        let others = request.metering == nil ? CheckID.ofMetering : CheckID.ofRegistration
        let ids = all.filter { !others.contains($0) }
        guard !ids.isEmpty else { return }
        do {
            try call.checkpoint()
            try body()
        } catch {
            if error.status == .cancelled || error.status == .outOfMemory { throw error }
            guard let first = ids.first(where: { outcome($0) == nil }) else { return }
            if !call.isOver { fail(first, error) }
            for id in ids where outcome(id) == nil {
                if call.isOver {
                    skip(
                        id, "the time for the diagnosis, \(options.deadline) ms, is up",
                        "Give it more time; it takes a minute at most.", status: .deadline)
                } else {
                    skip(id, after: first)
                }
            }
        }
    }

    func outcome(_ id: CheckID) -> CheckOutcome? { checks.first { $0.id == id }?.outcome }

    func pass(_ id: CheckID, _ seen: String, advice: String = "") { record(id, .pass, seen, advice, .ok) }
    func warn(_ id: CheckID, _ seen: String, _ advice: String, status: Status = .ok) {
        record(id, .warn, seen, advice, status)
    }
    func fail(_ id: CheckID, _ status: Status, _ seen: String, _ advice: String) {
        record(id, .fail, seen, advice, status)
    }
    func fail(_ id: CheckID, _ error: MeterError) { fail(id, error.status, error.message, error.fix) }
    func skip(_ id: CheckID, _ why: String, _ advice: String = "", status: Status = .ok) {
        record(id, .skipped, "skipped, because \(why)", advice, status)
    }
    func skip(_ id: CheckID, after cause: CheckID) {
        skip(id, "\"\(cause.title)\" \(outcome(cause) == .fail ? "failed" : "was not looked at")")
    }

    /// The first of these that failed.
    func failed(among ids: CheckID...) -> CheckID? { ids.first { outcome($0) == .fail } }

    private func record(_ id: CheckID, _ outcome: CheckOutcome, _ seen: String, _ advice: String, _ status: Status) {
        let now = machine.monotonic
        let shown = call.shown(MeterError(status, seen, fix: advice))
        checks.append(
            Check(
                id: id, outcome: outcome, seen: shown.message, advice: shown.fix, status: status,
                elapsed: elapsedElsewhere.first { $0.id == id }?.milliseconds ?? now - mark))
        mark = now
    }

    /// What a check took that was made before it is recorded.
    private var elapsedElsewhere: [(id: CheckID, milliseconds: Int64)] = []

    /// Runs `work` for the check `id`, which is recorded later.
    func timed<T>(_ id: CheckID, _ work: () throws(MeterError) -> T) throws(MeterError) -> T {
        let began = machine.monotonic
        defer {
            mark = machine.monotonic
            elapsedElsewhere.append((id, mark - began))
        }
        return try work()
    }
}
