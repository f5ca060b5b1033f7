// Decides what one call to the library carries along: its deadline, its cancellation, its log, and what it has learnt.
// Every wait and every exchange goes through here, so that none outlives the deadline.

internal import MPMeterCore
internal import MPMeterSystem
internal import MPMeterTransport

final class Call<P: Platform> {
    let machine: P
    let environment: Environment
    private(set) var log: Log
    let cancellation: Cancellation?
    private(set) var deadline: Int64
    var report = Report()
    private let started: Int64
    private let userAgent: String
    private let appID: String?
    private var roots: TrustedRoots?
    /// Whether the log says already that AWS does not support the source of the credentials.
    var hasWarnedOfSource = false
    /// What each source of the platform said of the Region.
    var regionAnswers: [(source: RegionSource, answer: Result<RegionName?, MeterError>)] = []
    /// For a diagnosis: why the last exchange failed, and what time the servers told.
    private(set) var lastFailure: TransportFailure?
    /// Whether the last exchange may have reached its server.
    private(set) var mayHaveSent = false
    private(set) var clocks = ServerClocks()
    /// What was sent, and must not come back in an error that quotes an answer.
    private var secrets: [Secret] = []

    /// Milliseconds for one answer of AWS's: a slow resolver and a slow proxy, of six seconds each, are part of it.
    static var servicePatience: Int64 { 40_000 }

    init(_ machine: P, _ environment: Environment, _ options: ClientOptions, _ cancellation: Cancellation?) {
        self.machine = machine
        self.environment = environment
        log = options.log
        self.cancellation = cancellation
        started = machine.monotonic
        deadline = started + options.deadline
        userAgent = options.userAgent
        appID = options.appID
        report.platform = HostPlatform(environment)
    }

    /// Tells `table` while the host's log function has the thread: it may not come back.
    func lends(_ flight: FlightTable.Flight, in table: FlightTable) {
        log = log.around({ table.lend(flight) }, { table.takeBack(flight) })
    }

    func failure(_ error: MeterError) -> Failure {
        report.elapsed = elapsed
        return Failure(error: shown(error), report: report)
    }

    var elapsed: Int64 { machine.monotonic - started }

    /// Throws `.cancelled` or `.deadline` if the call is to end here.
    func checkpoint() throws(MeterError) {
        if cancellation?.isCancelled ?? false {
            throw MeterError(.cancelled, "The call was cancelled after \(elapsed) ms")
        }
        if machine.monotonic >= deadline { throw deadlinePassed() }
    }

    /// Whether the time for the call is up.
    var isOver: Bool { machine.monotonic >= deadline }

    func deadlinePassed() -> MeterError { MeterError(.deadline, "The deadline of \(deadline - started) ms passed") }

    /// Waits, but no longer than until the deadline.
    func pause(_ milliseconds: Int64) throws(MeterError) {
        machine.sleep(until: min(machine.monotonic + milliseconds, deadline), cancellation)
        try checkpoint()
    }

    /// Sends `request` and waits `milliseconds` at most; `name` is what the error calls the other side.
    func exchange(
        _ request: HTTPRequest, _ name: String, within milliseconds: Int64, trusting roots: TrustedRoots? = nil,
        limit: Int = 65536
    ) throws(MeterError) -> HTTPResponse {
        mayHaveSent = false
        try checkpoint()
        var settings = try settings(for: request, trusting: roots)
        settings.responseLimit = limit
        let until = min(machine.monotonic + milliseconds, deadline)
        do {
            let response = try machine.send(
                named(request), settings, connectWithin: milliseconds, until: until, cancellation)
            mayHaveSent = true
            log(.debug, "\(name) at \(request.url.authority) answered HTTP \(response.status)")
            let isIndependent = request.audience == .service || name.isSame(as: InstanceMetadata.serviceName)
            clocks.note(response, at: machine.unixSeconds, name, isIndependent: isIndependent)
            return response
        } catch {
            log(.debug, "\(name) at \(request.url.authority): \(shown(error.reason))")
            lastFailure = error
            mayHaveSent = error.mayHaveBeenSent
            if var trouble = troubleWithProxy(error, request, name, settings.proxy) {
                trouble.fix += hints(error, throughProxy: settings.proxy != nil)
                throw trouble
            }
            var told = meterError(error, request, name, settings.proxy)
            let isOfWay = told.status == .network || settings.proxy == nil && error.isOfHandshake
            if isOfWay, request.audience == .service, told.fix.isSame(as: told.status.fix.description) {
                told.fix = egress(error, to: request.url) ?? told.fix
            }
            var advised = Remedy.added(to: told, error, request, name)
            advised.fix += hints(error, throughProxy: settings.proxy != nil)
            throw advised
        }
    }

    /// The request as AWS sees it, with the vendor's product. A header of the request's own, because libcurl tells a
    /// proxy the setting `userAgent`; unsigned, so that it may be added at the end.
    private func named(_ request: HTTPRequest) -> HTTPRequest {
        guard let appID, request.audience == .service else { return request }
        var request = request
        request.headers.append(AppID.header(appID, after: userAgent))
        return request
    }

    /// `roots` in the place of those that AWS's servers are checked with.
    func settings(for request: HTTPRequest, trusting roots: TrustedRoots? = nil) throws(MeterError)
        -> ConnectionSettings
    {
        let trusted: TrustedRoots
        if let roots {
            trusted = roots
        } else {
            trusted = request.url.isHTTPS ? try trustedRoots() : .amazon(andSystem: nil)
        }
        return ConnectionSettings(proxy: try proxy(for: request), roots: trusted, userAgent: userAgent)
    }

    /// Runs `step` with a deadline of its own, which is no later than the call's.
    func within<T>(_ milliseconds: Int64, _ step: () throws(MeterError) -> T) throws(MeterError) -> T {
        let whole = deadline
        deadline = min(whole, machine.monotonic + milliseconds)
        defer { deadline = whole }
        return try step()
    }

    /// The clock to compare this machine's with.
    var clock: ServerClocks.Reading? { clocks.nearest }

    /// Blanks `text` in every error from here on. Fewer than 16 bytes are no secret of AWS's, and could be a piece of
    /// any sentence.
    func keepSecret(_ text: String) {
        guard text.utf8.count >= 16, !secrets.contains(where: { $0.reveal().isSame(as: text) }) else { return }
        // Enough for every source with its renewal; a service that hands out new secrets each time pushes its old ones
        // out.
        if secrets.count >= 16 { secrets.removeFirst() }
        secrets.append(Secret(text))
    }

    /// The error as it may be shown: AWS quotes what it was sent, session token included. Cut only afterwards, so that
    /// no piece is left.
    func shown(_ error: MeterError) -> MeterError {
        let redaction = self.redaction
        func clean(_ text: String, _ limit: Int) -> String {
            let bytes = redaction.blanked(text.bytes)
            return bytes.count > limit ? (String(utf8: bytes.prefix(limit)) ?? "") + "..." : String(utf8: bytes) ?? ""
        }
        var error = error
        error.message = clean(error.message, 1500)
        error.awsType = error.awsType.map { clean($0, 80) }
        error.requestID = error.requestID.map { clean($0, 80) }
        return error
    }

    /// What a server said, as it may be shown.
    func shown(_ text: String) -> String { String(utf8: redaction.blanked(text.bytes)) ?? "" }

    private var redaction: Redaction { Redaction(secrets.map { $0.reveal().bytes }) }

    /// nil if it is not the proxy that stands in the way, or the deadline has passed.
    private func troubleWithProxy(_ failure: TransportFailure, _ request: HTTPRequest, _ name: String, _ proxy: Proxy?)
        -> MeterError?
    {
        guard let proxy, let variable = proxySetting?.variable.rawValue, machine.monotonic < deadline,
            let trouble = Self.trouble(with: proxy, variable, failure, request.url.authority)
        else { return nil }
        return MeterError(
            failure.kind == .tls ? .tls : .network,
            "\(name) at \(request.url.authority) could not be reached: \(trouble.seen)", fix: trouble.advice)
    }

    private func meterError(_ failure: TransportFailure, _ request: HTTPRequest, _ name: String, _ proxy: Proxy?)
        -> MeterError
    {
        let place = "\(name) at \(request.url.authority)"
        if case .proxyStatus(let status) = failure.obstacle, let proxy, let setting = proxySetting {
            return Self.refusal(by: proxy, setting.variable.rawValue, status, place, request.url.host)
        }
        switch failure.kind {
        case .cancelled: return MeterError(.cancelled, "The call was cancelled while it waited for \(place)")
        case .timedOut where machine.monotonic >= deadline:
            return MeterError(
                .deadline,
                "The deadline of \(deadline - started) ms passed while waiting for \(place)\(way(failure, proxy))")
        case .timedOut, .network:
            switch failure.obstacle {
            case .handshake:
                return MeterError(.network, "\(place) accepted the connection but did not answer the TLS handshake")
            case .response: return MeterError(.network, "\(place) did not answer in time")
            case .unknown where failure.kind == .network && failure.mayHaveBeenSent:
                return MeterError(
                    .network, "The connection to \(place) broke: \(failure.reason)",
                    fix: """
                        Check what breaks connections (a proxy, a firewall, a VPN), then start the container again.
                        """)
            default:
                var error = MeterError(.network, "\(place) could not be reached: \(failure.reason)")
                if case .noSuchName = failure.obstacle { error.isNotThere = true }
                return error
            }
        case .tls where failure.isOfBundle:
            guard case .bundle(let path)? = roots else {
                return MeterError(.tls, "\(place) could not be asked: \(failure.reason)")
            }
            return MeterError(.tls, "The CA bundle \(path.quotable()) cannot be used: \(failure.flawOfBundle)")
        // An image without a bundle explains an unknown issuer better than the chain does.
        case .tls
        where failure.certificateFlaw != nil && !failure.isOfIssuer
            && !(failure.certificateFlaw == .incompleteChain && roots == .amazon(andSystem: nil)):
            let finding = failure.certificateFlaw.map { Certificates.finding($0) } ?? ""
            return MeterError(.tls, "\(place) is not trusted: its certificate \(finding) (\(failure.reason))")
        case .tls where roots == .amazon(andSystem: nil):
            return MeterError(
                .tls,
                """
                \(place) is not trusted: \(failure.reason). This image has no CA bundle; the roots built in are \
                Amazon's alone
                """,
                fix: """
                    Install ca-certificates in the image, or name in AWS_CA_BUNDLE a PEM file with the root of this \
                    endpoint, double or proxy.
                    """
            )
        case .tls: return MeterError(.tls, "\(place) is not trusted: \(failure.reason)")
        case .badResponse where failure.reason.startsWith("a response of more than"):
            return MeterError(.badResponse, "\(place) sent \(failure.reason)")
        case .badResponse:
            return MeterError(.badResponse, "\(place) answered with invalid HTTP: \(failure.reason)")
        case .forbidden:
            return MeterError(
                .invalidArgument, "\(place) was not asked: \(failure.reason)",
                fix: """
                    Correct or unset the variable that names \(request.url.authority); normally the platform sets it.
                    """
            )
        case .outOfMemory: return MeterError(.outOfMemory, "Memory ran out while asking \(place)")
        case .internal: return MeterError(.internal, "\(place) could not be asked: \(failure.reason)")
        }
    }

    /// What a call was waiting for on its way, as the end of a sentence: a proxy, a name.
    private func way(_ failure: TransportFailure, _ proxy: Proxy?) -> String {
        let through = proxySetting.flatMap { setting in
            proxy.map { ", through the proxy \(setting.variable.rawValue)=\($0.authority)" }
        }
        switch failure.obstacle {
        case .name, .proxyName, .handshake: return (through ?? "") + ": " + failure.reason
        default: return through ?? ""
        }
    }

    func trustedRoots() throws(MeterError) -> TrustedRoots {
        if let roots { return roots }
        let found = try CABundle.roots(environment) { machine.isReadable($0, limit: CABundle.limit) }
        roots = found
        return found
    }
}
