// Decides what the shipped library runs on: libcurl, OpenSSL, jansson and the kernel.

public import MPMeterCore
public import MPMeterCrypto
public import MPMeterJSON
public import MPMeterSystem
public import MPMeterTransport

public struct NativePlatform: Platform {
    public typealias Cryptography = OpenSSL
    public typealias JSON = Jansson
    public typealias URLs = CurlURL

    /// OpenSSL first: libcurl would otherwise set it up in its own way.
    public init() throws(MeterError) {
        guard let seed = Randomness.bytes(4) else { throw .withoutRandomBytes }
        guard OpenSSL.initialize(), CurlTransport.initialize() else {
            throw MeterError(.internal, "OpenSSL or libcurl could not be set up")
        }
        Jansson.initialize(seed: seed)
    }

    /// One JSON object on one line; nil if there is no memory for it. A platform must have been made.
    public static func document(_ members: [(String, JSONValue)]) -> String? {
        (try? Jansson.encode(members)).flatMap { String(utf8: $0) }
    }

    /// The same where none need have been made; nil without random bytes, too.
    public static func earlyDocument(_ members: [(String, JSONValue)]) -> String? {
        guard let seed = Randomness.bytes(4) else { return nil }
        Jansson.initialize(seed: seed)
        return document(members)
    }

    public func send(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) throws(TransportFailure) -> HTTPResponse {
        try CurlTransport.send(request, settings, connectWithin: milliseconds, until: deadline, cancellation)
    }

    public func certificateIssuer(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) -> String? {
        CurlTransport.certificateIssuer(request, settings, connectWithin: milliseconds, until: deadline, cancellation)
    }

    public func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        try Files.read(path, limit: limit)
    }
    public func isReadable(_ path: String, limit: Int) -> Bool { Files.isReadable(path, limit: limit) }
    public var monotonic: Int64 { Clock.monotonic }
    public var unixSeconds: Int64 { Clock.unixSeconds }
    public func sleep(until moment: Int64, _ cancellation: Cancellation?) { Clock.sleep(until: moment, cancellation) }
    public func random(_ count: Int) -> [UInt8]? { Randomness.bytes(count) }
}
