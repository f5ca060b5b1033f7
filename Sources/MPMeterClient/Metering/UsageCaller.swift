// Decides how one MeterUsage request is made and what is known afterwards: whose credentials, AWS's time, and whether
// the request can have reached AWS at all.

internal import MPMeterCore

final class UsageCaller<P: Platform> {
    /// What came of one attempt.
    enum Attempt {
        case answered(MeterUsage.Verdict)
        /// It never left this machine.
        case notSent(MeterError)
    }

    let call: Call<P>
    private var retries: Retries
    private var region: Region?
    private var endpoint: URLParts?
    private var credentials: Credentials?
    /// Seconds that AWS's clock is ahead of this machine's, as far as is known.
    private(set) var clockOffset: Int64
    /// Whether AWS has said so in this call.
    private(set) var knowsTime = false
    private var retryAfter: Int64?
    /// Whether the last exchange is MeterUsage's own, and not one for its credentials.
    private var isSending = false
    private var hasRenewedCredentials = false
    private var hasCorrectedClock = false

    init(_ call: Call<P>, _ policy: RetryPolicy, clockOffset: Int64) {
        self.call = call
        self.clockOffset = clockOffset
        retries = Retries(policy)
    }

    var now: Int64 {
        let (sum, overflow) = call.machine.unixSeconds.addingReportingOverflow(clockOffset)
        return overflow ? call.machine.unixSeconds : sum
    }

    /// Finds Region and credentials, with retries; where STS answers, AWS's time with them.
    func prepare() throws(MeterError) {
        while true {
            do throws(MeterError) {
                _ = try place()
                _ = try freshCredentials()
                return
            } catch {
                try recover(from: call.shown(error), isAnswer: false)
            }
        }
    }

    private func place() throws(MeterError) -> (Region, URLParts) {
        if let region, let endpoint { return (region, endpoint) }
        let found = try call.findRegion()
        // No answer of MeterUsage proves anything, wherever it comes from: docs/metering.md.
        let url = try call.meteringEndpoint(in: found.name, isVerified: true)
        region = found
        endpoint = url
        return (found, url)
    }

    private func freshCredentials() throws(MeterError) -> Credentials {
        if let credentials, credentials.areFresh(at: Timestamp(now)) { return credentials }
        let found = try call.findCredentials(try place().0.name)
        credentials = found
        if let clock = call.clock, clock.isIndependent { learn(clock.offset) }
        return found
    }

    private func learn(_ offset: Int64) {
        // A day is no clock's mistake but a stranger's answer, or a clock that was never set; either way it is AWS's
        // word that counts.
        clockOffset = offset
        knowsTime = true
    }

    /// Who is metered: the pod or task that the credentials belong to.
    func identity() throws(MeterError) -> UsageIdentity {
        while true {
            do throws(MeterError) {
                return try foundIdentity(try freshCredentials().source)
            } catch {
                try recover(from: call.shown(error), isAnswer: false)
            }
        }
    }

    private func foundIdentity(_ source: CredentialsSource) throws(MeterError) -> UsageIdentity {
        switch source {
        case .eksIRSA:
            return UsageIdentity.ofPod(token: try call.webIdentityToken(), P.JSON.self) ?? .ofHost(source)
        case .ecsTaskRole:
            if let answer = try call.taskMetadata(), let identity = UsageIdentity.ofTask(answer) { return identity }
            guard
                let path = call.environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI]
                    ?? call.environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI]
            else { return .ofHost(source) }
            return try UsageIdentity.ofTask(credentialsPath: path, P.Cryptography.self)
        default: return .ofHost(source)
        }
    }

    private func exchange(_ body: [UInt8]) throws(MeterError) -> HTTPResponse {
        let (region, endpoint) = try place()
        let credentials = try freshCredentials()
        let scope = SigningScope(at: Timestamp(now), region: region.name, service: RegisterUsage.signingName)
        let signed = try SigV4.sign(
            MeterUsage.request(body, endpoint: endpoint), credentials, scope, P.Cryptography.self)
        call.report.attempts += 1
        isSending = true
        let response = try call.exchange(signed, "AWS Marketplace Metering", within: Call<P>.servicePatience)
        retryAfter = RetryPolicy.retryAfter(response)
        // What a proxy's cache or a stranger's page says of time is left aside: AWS's answers have a request's number.
        if let theirs = response.date, response.header("Age") == nil, ServiceError.requestID(response) != nil {
            learn(theirs.seconds - call.machine.unixSeconds)
        }
        return response
    }

    func attempt(_ body: [UInt8]) -> Attempt {
        retryAfter = nil
        isSending = false
        do throws(MeterError) {
            return .answered(MeterUsage.verdict(try exchange(body), P.JSON.self))
        } catch {
            let error = call.shown(error)
            return isSending && call.mayHaveSent ? .answered(.unknown(error)) : .notSent(error)
        }
    }

    /// Any answer of AWS's has its time; without one it goes on with what is known.
    func learnTime(_ body: [UInt8]) throws(MeterError) {
        while true {
            do throws(MeterError) {
                _ = try exchange(body)
                return
            } catch {
                try recover(from: call.shown(error), isAnswer: false)
            }
        }
    }

    /// A dry run, with retries.
    func check(_ body: [UInt8]) throws(MeterError) {
        while true {
            var isAnswer = false
            do throws(MeterError) {
                let response = try exchange(body)
                isAnswer = true
                return try MeterUsage.checkDryRun(response, P.JSON.self)
            } catch {
                try recover(from: call.shown(error), isAnswer: isAnswer)
            }
        }
    }

    /// Returns when another attempt is due; throws what the caller is to see when there is to be none.
    func recover(from error: MeterError, isAnswer: Bool) throws(MeterError) {
        if error.status == .deadline || error.status == .cancelled { throw error }
        if error.status.action == .retry, !error.isFinal { return try backOff(error) }
        if isAnswer, error.saysCredentialsExpired, !hasRenewedCredentials {
            hasRenewedCredentials = true
            credentials = nil
            call.log(.info, "\(error.message); asking for fresh credentials")
            return
        }
        // `exchange` has learnt AWS's time from the refusal itself.
        if isAnswer, error.saysClockSkewed, knowsTime, !hasCorrectedClock, clockOffset.magnitude > 240 {
            hasCorrectedClock = true
            call.log(.warning, "this machine's clock is \(clockOffset.magnitude) s off; signing again with AWS's time")
            return
        }
        throw explained(error)
    }

    private func backOff(_ error: MeterError) throws(MeterError) {
        let random = call.machine.random(8)?.reduce(0) { $0 << 8 | UInt64($1) }
        let left = call.deadline - call.machine.monotonic
        let cause: RetryPolicy.Cause = error.status == .throttled ? .throttled : .failed
        guard
            let delay = retries.wait(
                after: cause, elapsed: call.elapsed, left: left, random: random, retryAfter: retryAfter)
        else {
            var last = error
            last.message += " (no time is left before the deadline)"
            throw last
        }
        call.log(.info, "\(error.message); again in \(delay) ms")
        do throws(MeterError) { try call.pause(delay) } catch { throw error }
    }

    private func explained(_ error: MeterError) -> MeterError {
        var error = error
        switch error.status {
        case .invalidRegion:
            guard let region else { break }
            error = call.explained(error, wrongRegion: region)
        // MeterUsage has no PlatformNotSupportedException.
        case .accessDenied, .platformNotSupported, .customerNotEntitled:
            if let fix = credentials?.source.fix { error.fix = fix }
        case .notAuthenticated where error.saysCredentialsExpired:
            if let fix = credentials?.source.fixOfExpiry { error.fix = fix }
        default: break
        }
        return error
    }
}
