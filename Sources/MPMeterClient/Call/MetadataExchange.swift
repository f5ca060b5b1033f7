// Decides how patient the library is with services on the host's own link: seconds, not minutes. They answer at once, or are not there, or
// are set up wrongly, and then a container that waits says nothing to anybody.

internal import MPMeterCore

extension Call {
    /// Milliseconds for one answer.
    private var patience: Int64 { 2000 }

    /// The answer, asked for again after no answer, a 5xx or a 429. What fails here is final: the caller does not retry for half an hour.
    func metadata(_ request: HTTPRequest, _ name: String, tries: Int) throws(MeterError) -> HTTPResponse {
        var wait: Int64 = 200
        for _ in 1..<tries {
            do {
                let response = try exchange(request, name, within: patience)
                guard response.status >= 500 || response.status == 429 else { return response }
            } catch {
                guard error.status == .network else { throw error }
            }
            // With the deadline that near, the next answer is the last.
            if machine.monotonic + wait >= deadline { break }
            try pause(wait)
            wait *= 2
        }
        do {
            return try exchange(request, name, within: patience)
        } catch {
            var last = error
            last.isFinal = true
            throw last
        }
    }

    /// EC2 instance metadata with its session; everything asked of it takes `milliseconds` together.
    func openInstanceMetadata(within milliseconds: Int64) throws(MeterError) -> InstanceMetadataSession<P> {
        guard InstanceMetadata.isEnabled(environment) else {
            throw MeterError(.credentialsNotFound, "switched off by AWS_EC2_METADATA_DISABLED")
        }
        guard let endpoint = InstanceMetadata.endpoint(environment, P.URLs.self) else {
            throw MeterError(.invalidArgument, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http or https URL")
        }
        let until = machine.monotonic + milliseconds
        let response = try exchange(InstanceMetadata.tokenRequest(endpoint), InstanceMetadata.serviceName, within: milliseconds)
        let session = InstanceMetadata.session(response, environment)
        if case .closed(let why) = session { throw MeterError(.badResponse, why, httpStatus: response.status) }
        report.platform = HostPlatform(environment, onEC2: true)
        return InstanceMetadataSession(call: self, endpoint: endpoint, session: session, until: until)
    }
}

struct InstanceMetadataSession<P: Platform> {
    let call: Call<P>
    let endpoint: URLParts
    let session: InstanceMetadata.Session
    let until: Int64

    func get(_ path: String) throws(MeterError) -> HTTPResponse {
        let left = max(until - call.machine.monotonic, 1)
        return try call.exchange(InstanceMetadata.request(endpoint, path, session), InstanceMetadata.serviceName, within: left)
    }
}
