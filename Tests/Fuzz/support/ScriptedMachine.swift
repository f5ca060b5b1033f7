// Decides what the machine of a fuzzed registration does: whatever is asked of it, the next section of the script is
// the answer. Its clock goes only forward, and by so much that every call ends.

import MPMeterClient
import MPMeterCore
import MPMeterCrypto
import MPMeterJSON
@testable import MPMeterSystem
@testable import MPMeterTransport

final class ScriptedMachine: Platform, @unchecked Sendable {
    typealias Cryptography = OpenSSL
    typealias JSON = Jansson
    typealias URLs = CurlURL

    private var script: ArraySlice<[UInt8]>
    private(set) var monotonic: Int64 = 1_000_000
    private var seed: UInt64 = 1
    let unixSeconds: Int64 = 1_790_000_000

    init(_ script: ArraySlice<[UInt8]>) { self.script = script }

    func send(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) throws(TransportFailure) -> HTTPResponse {
        check(request)
        monotonic += 10
        guard let answer = script.popFirst() else { throw TransportFailure(.network, "the script has ended") }
        guard answer.first == UInt8(ascii: "!") else { return answer.response }
        monotonic = max(monotonic, deadline)
        let kinds: [TransportFailure.Kind] = [.network, .tls, .timedOut, .cancelled, .badResponse, .outOfMemory]
        throw TransportFailure(kinds[Int(answer.last ?? 0) % kinds.count], "the script says so")
    }

    func certificateIssuer(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) -> String? {
        script.popFirst().flatMap { String(utf8: $0) }?.quotable()
    }

    func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        guard let content = script.popFirst(), content.count <= limit else {
            throw FileFailure(isMissing: script.isEmpty, reason: "no such file")
        }
        return content
    }

    func isReadable(_ path: String, limit: Int) -> Bool { path.utf8.count != 13 }

    func sleep(until moment: Int64, _ cancellation: Cancellation?) { monotonic = max(monotonic, moment) }

    func random(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        for _ in 0..<count {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(UInt8(truncatingIfNeeded: seed >> 56))
        }
        return bytes
    }
}
