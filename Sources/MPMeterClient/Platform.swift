// Decides what the client asks of the machine it runs on, so that its tests can bring their own.

public import MPMeterCore
public import MPMeterSystem
public import MPMeterTransport

public protocol Platform: Sendable {
    associatedtype Cryptography: Hashing & SignatureVerifying
    associatedtype JSON: JSONCoding
    associatedtype URLs: URLParsing

    /// Sends one request and waits for its answer until `deadline` (`monotonic`).
    func send(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) throws(TransportFailure) -> HTTPResponse
    /// Who issued the certificate that stands where `request` would go, trusted or not. Sends nothing; nil if there is
    /// none to see.
    func certificateIssuer(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) -> String?
    /// The whole of a regular file of at most `limit` bytes.
    func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8]
    /// Whether a regular file of at most `limit` bytes is there to be read.
    func isReadable(_ path: String, limit: Int) -> Bool
    /// Milliseconds of a clock that never jumps.
    var monotonic: Int64 { get }
    /// Seconds since 1970 UTC, as far as the machine knows.
    var unixSeconds: Int64 { get }
    /// Waits until the moment (`monotonic`) or until cancelled.
    func sleep(until moment: Int64, _ cancellation: Cancellation?)
    /// nil if there are none to be had.
    func random(_ count: Int) -> [UInt8]?
}
