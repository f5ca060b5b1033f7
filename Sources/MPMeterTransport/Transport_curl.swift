// Decides how a request gets its answer: by libcurl, on the caller's thread, with every limit looked at each 50 ms or
// sooner.

internal import CMPMeterSystem
internal import CCurl
public import MPMeterCore
public import MPMeterSystem

public enum CurlTransport {
    /// Sets libcurl up for the process; as often as you like. OpenSSL must be set up already.
    public static func initialize() -> Bool {
        ForkGuard.inside { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK }
    }

    /// Sends `request` and waits for its answer until `deadline` (`Clock.monotonic`); gives up sooner if no connection
    /// stands in time.
    public static func send(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) throws(TransportFailure) -> HTTPResponse {
        var sigpipe = mpsys_sigpipe()
        mpsys_sigpipe_hold(&sigpipe)
        defer { mpsys_sigpipe_release(&sigpipe) }
        let transfer = try prepared(request, settings, connectWithin: milliseconds, until: deadline, cancellation)
        return try transfer.run(until: deadline, cancellation)
    }

    /// The transfer, with the host's addresses found: name, connection, CONNECT and handshake take `milliseconds`
    /// together.
    private static func prepared(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) throws(TransportFailure) -> Transfer {
        let end = min(Clock.monotonic + milliseconds, deadline)
        let host = settings.proxy?.url.host ?? request.url.host
        var addresses: [String] = []
        if !HostNames.needsNoAnswer(host) {
            do throws(TransportFailure) {
                addresses = try HostNames.addresses(
                    of: host, isProxy: settings.proxy != nil, until: end, deadline, cancellation)
            } catch {
                var unsent = error
                unsent.mayHaveBeenSent = false
                throw unsent
            }
        }
        let transfer = try Transfer.make()
        try transfer.prepare(request, settings, at: addresses, connectWithin: max(end - Clock.monotonic, 1))
        return transfer
    }

    /// Who issued the certificate that stands where `request` would go, trusted or not. Makes the handshake and sends
    /// nothing; nil if there is none to see.
    public static func certificateIssuer(
        _ request: HTTPRequest, _ settings: ConnectionSettings, connectWithin milliseconds: Int64,
        until deadline: Int64,
        _ cancellation: Cancellation?
    ) -> String? {
        var sigpipe = mpsys_sigpipe()
        mpsys_sigpipe_hold(&sigpipe)
        defer { mpsys_sigpipe_release(&sigpipe) }
        do throws(TransportFailure) {
            let transfer = try prepared(request, settings, connectWithin: milliseconds, until: deadline, cancellation)
            try transfer.prepareToLook()
            try transfer.drive(until: deadline, cancellation)
            return transfer.certificateIssuer()
        } catch {
            return nil
        }
    }
}
