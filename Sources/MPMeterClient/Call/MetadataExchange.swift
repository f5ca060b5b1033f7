// Decides how patient the library is with services on the host's own link: seconds, not minutes. They answer at once,
// or are not there, or are set up wrongly, and then a container that waits says nothing to anybody.

internal import MPMeterCore

extension Call {
    /// Milliseconds for one answer.
    private var patience: Int64 { 2000 }

    /// Milliseconds for an agent that answers that it is not ready: after a restart it needs some seconds.
    private var patienceWithAgent: Int64 { 15_000 }

    /// The answer, asked for again `tries` times in all after none, and for some seconds while the agent is not ready.
    /// What fails here is final: the caller does not retry for half an hour.
    func metadata(_ request: HTTPRequest, _ name: String, tries: Int, limit: Int = 65536) throws(MeterError)
        -> HTTPResponse
    {
        var wait: Int64 = 200
        var tries = tries
        let until = min(machine.monotonic + patienceWithAgent, deadline)
        while tries > 1 {
            do {
                let response = try exchange(request, name, within: patience, limit: limit)
                guard AgentReadiness.isMissing(response) else { return response }
            } catch {
                guard error.status == .network else { throw error }
                tries -= 1
            }
            // With the end that near, the next answer is the last.
            if machine.monotonic + wait >= until { break }
            try pause(wait)
            wait = min(wait * 2, 2000)
        }
        do {
            return try exchange(request, name, within: patience, limit: limit)
        } catch {
            var last = error
            last.isFinal = true
            throw last
        }
    }

    /// EC2 instance metadata with its session; everything asked of it takes `milliseconds` together.
    func openInstanceMetadata(within milliseconds: Int64) throws(MeterError) -> InstanceMetadataSession<P> {
        try environment.check([
            .AWS_EC2_METADATA_DISABLED, .AWS_EC2_METADATA_V1_DISABLED, .AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE,
        ])
        guard InstanceMetadata.isEnabled(environment) else {
            throw MeterError(.credentialsNotFound, "switched off by AWS_EC2_METADATA_DISABLED")
        }
        guard let endpoint = try InstanceMetadata.endpoint(environment, P.URLs.self) else {
            throw MeterError(
                .invalidArgument, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http or https URL",
                fix: "Unset AWS_EC2_METADATA_SERVICE_ENDPOINT, or correct it.")
        }
        let until = machine.monotonic + milliseconds
        let response = try exchange(
            InstanceMetadata.tokenRequest(endpoint), InstanceMetadata.serviceName, within: milliseconds)
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
        return try call.exchange(
            InstanceMetadata.request(endpoint, path, session), InstanceMetadata.serviceName, within: left)
    }
}
