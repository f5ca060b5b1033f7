// A machine of the tests' own making: answers by route, files in memory, a clock that runs only when somebody waits,
// random bytes from a seed. Cryptography, JSON and URLs are the real ones. Whatever is asked of it is recorded.

import MPMeterClient
import MPMeterCore
import MPMeterCrypto
import MPMeterJSON
@testable import MPMeterSystem
@testable import MPMeterTransport
import Testing

final class FakeMachine: Platform {
    typealias Cryptography = OpenSSL
    typealias JSON = Jansson
    typealias URLs = CurlURL

    /// What comes of a request.
    enum Reply: Sendable {
        case answer(HTTPResponse)
        case fail(TransportFailure.Kind)
        /// The same, with what stood in the way and what libcurl would say.
        case obstacle(TransportFailure.Kind, TransportFailure.Obstacle, String)
        /// The answer comes after so many milliseconds.
        case late(Int64, HTTPResponse)
        /// Nothing comes, as from an address where nobody listens and nobody refuses.
        case silence
    }

    /// `count` is 1 for the first request of a route.
    typealias Responder = @Sendable (_ request: HTTPRequest, _ count: Int) -> Reply

    enum File: Sendable {
        case text(String)
        case bytes([UInt8])
        case unreadable(String)
    }

    /// One request, with what it was given.
    struct Exchange: Sendable {
        let route: String
        let request: HTTPRequest
        let settings: ConnectionSettings
        let connectWithin: Int64
        /// Milliseconds since the machine was made: when it was sent, and when its sender would have given up.
        let moment: Int64
        let until: Int64

        var body: String { String(decoding: request.body, as: UTF8.self) }
        func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
    }

    private struct State {
        var now: Int64
        var responders: [String: Responder] = [:]
        var counts: [String: Int] = [:]
        var exchanges: [Exchange] = []
        var pauses: [Int64] = []
        var files: [String: [File]] = ["/etc/ssl/certs/ca-certificates.crt": [.text("")]]
        var reads: [String] = []
        var seed: UInt64
        var constantRandom: UInt8?
        var hasRandom = true
        var whenPausing: (@Sendable () -> Void)?
        var issuer: String?
    }

    private let state: Guarded<State>
    private let isReal: Bool
    private let start: Int64
    /// Milliseconds that each answer takes.
    private let latency: Int64 = 1
    /// 2026-01-01T00:00:00Z.
    static let firstSecond: Int64 = 1_767_225_600

    /// With a real clock, waiting takes its time: for tests with several threads.
    init(realClock: Bool = false, seed: UInt64 = 1) {
        start = Clock.monotonic
        isReal = realClock
        state = Guarded(State(now: start, seed: seed))
        _ = OpenSSL.initialize()
    }
}

// What a test sets and reads.
extension FakeMachine {
    /// Answers `route`, "METHOD url", with these replies in turn; the last one stays.
    func on(_ route: String, _ replies: Reply...) { on(route) { _, count in replies[min(count, replies.count) - 1] } }

    func on(_ route: String, _ responder: @escaping Responder) { state.withLock { $0.responders[route] = responder } }

    /// The file's contents in turn; the last one stays.
    func file(_ path: String, _ contents: File...) { state.withLock { $0.files[path] = contents } }

    func removeFiles() { state.withLock { $0.files = [:] } }
    func random(always byte: UInt8) { state.withLock { $0.constantRandom = byte } }
    func noRandom() { state.withLock { $0.hasRandom = false } }
    /// Who issued whatever certificate is looked at.
    func certificateIssuer(_ name: String) { state.withLock { $0.issuer = name } }
    /// Lets time pass.
    func advance(_ milliseconds: Int64) { state.withLock { $0.now += milliseconds } }
    /// Called at the start of every pause.
    func whenPausing(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenPausing = body } }

    var exchanges: [Exchange] { state.withLock { $0.exchanges } }
    /// "METHOD url" of each request, in order.
    var routes: [String] { exchanges.map(\.route) }
    func exchanges(_ route: String) -> [Exchange] { exchanges.filter { $0.route == route } }
    func count(_ route: String) -> Int { exchanges(route).count }
    /// Milliseconds of each pause, in order.
    var pauses: [Int64] { state.withLock { $0.pauses } }
    var reads: [String] { state.withLock { $0.reads } }
    /// Milliseconds since the machine was made.
    var elapsed: Int64 { monotonic - start }
}

// What the client asks of it.
extension FakeMachine {
    func send(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) throws(TransportFailure) -> HTTPResponse {
        if cancellation?.isCancelled ?? false { throw TransportFailure(.cancelled, "cancelled") }
        let route = "\(request.method.rawValue) \(request.url.text)"
        let sent = monotonic - start
        let (responder, count) = state.withLock { state in
            state.counts[route, default: 0] += 1
            state.exchanges.append(
                Exchange(
                    route: route, request: request, settings: settings, connectWithin: milliseconds, moment: sent,
                    until: deadline - start))
            return (state.responders[route], state.counts[route] ?? 0)
        }
        if count > 5000 {
            Issue.record("\(route) is asked for ever")
            throw TransportFailure(.internal, "asked for ever")
        }
        switch responder?(request, count) ?? .fail(.network) {
        case .answer(let response): return try arrive(response, after: latency, deadline, cancellation)
        case .late(let delay, let response): return try arrive(response, after: delay, deadline, cancellation)
        case .silence: return try arrive(nil, after: .max / 2, deadline, cancellation)
        case .fail(let kind):
            pass(until: monotonic + latency, nil)
            throw TransportFailure(kind, "refused by the test")
        case .obstacle(let kind, let obstacle, let reason):
            pass(until: monotonic + latency, nil)
            throw TransportFailure(kind, reason, obstacle)
        }
    }

    func certificateIssuer(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) -> String? { state.withLock { $0.issuer } }

    private func arrive(
        _ response: HTTPResponse?, after delay: Int64, _ deadline: Int64, _ cancellation: Cancellation?
    ) throws(TransportFailure) -> HTTPResponse {
        let arrival = monotonic + delay
        pass(until: min(arrival, deadline), cancellation)
        if cancellation?.isCancelled ?? false { throw TransportFailure(.cancelled, "cancelled") }
        guard let response, arrival <= deadline else { throw TransportFailure(.timedOut, "no answer in time") }
        return response
    }

    private func pass(until moment: Int64, _ cancellation: Cancellation?) {
        if isReal { return Clock.sleep(until: moment, cancellation) }
        if cancellation?.isCancelled ?? false { return }
        state.withLock { $0.now = max($0.now, moment) }
    }

    func sleep(until moment: Int64, _ cancellation: Cancellation?) {
        let wait = moment - monotonic
        let hook = state.withLock { state in
            state.pauses.append(wait)
            return state.whenPausing
        }
        hook?()
        pass(until: moment, cancellation)
    }

    var monotonic: Int64 { isReal ? Clock.monotonic : state.withLock { $0.now } }
    var unixSeconds: Int64 { Self.firstSecond + elapsed / 1000 }

    func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        let file = state.withLock { state in
            state.reads.append(path)
            let contents = state.files[path] ?? []
            if contents.count > 1 { state.files[path]?.removeFirst() }
            return contents.first
        }
        switch file {
        case .text(let text): return Array(text.utf8)
        case .bytes(let bytes): return bytes
        case .unreadable(let reason):
            throw FileFailure(isMissing: false, isForbidden: reason == "permission denied", reason: reason)
        case nil: throw FileFailure(isMissing: true, reason: "there is no such file")
        }
    }

    func isReadable(_ path: String, limit: Int) -> Bool {
        if case .text = state.withLock({ $0.files[path]?.first }) { true } else { false }
    }

    func random(_ count: Int) -> [UInt8]? {
        state.withLock { state in
            guard state.hasRandom else { return nil }
            return (0..<count).map { _ in
                // SplitMix64.
                state.seed &+= 0x9E37_79B9_7F4A_7C15
                var z = (state.seed ^ (state.seed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                return state.constantRandom ?? UInt8(truncatingIfNeeded: z ^ (z >> 31))
            }
        }
    }
}
