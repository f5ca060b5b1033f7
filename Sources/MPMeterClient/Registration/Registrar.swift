// Decides how a registration is obtained: region, credentials, request, answer, proof; and after a failure, whether to
// go on, and how.

internal import MPMeterCore

/// A key that answers are verified with; without one, only a version to ask for.
struct VerificationKey<P: Platform> {
    let version: Int32
    let key: P.Cryptography.PublicKey?
}

/// The steps of a registration, in order:
///
/// 1. Find the Region, and decide by the policy whether to ask there.
/// 2. Build the endpoint.
/// 3. Attempt, as often as it takes:
///    a. find credentials, unless those at hand are fresh
///    b. write the request and sign it
///    c. send it and read the answer
///    d. verify the token with the key that was asked for
/// 4. After a failure, recover:
///    - the deadline has passed: throw what AWS said last
///    - it may pass by itself: wait, and go to 3
///    - the credentials have expired, once: forget them, and go to 3
///    - AWS says that the clock is wrong, once: take AWS's time, and go to 3
///    - AWS does not know the key version, and there is another key: take that, and go to 3
///    - anything else: throw it, with what is known here of its cause
struct Registrar<P: Platform> {
    let call: Call<P>
    let options: ClientOptions
    let keys: [VerificationKey<P>]
    let productCode: String
    let productKind: ProductKind
    /// One for all attempts.
    let nonce: String

    func register() throws(MeterError) -> Registration {
        let region = try call.findRegion()
        guard region.name.offersRegisterUsage || options.regionPolicy != .enforce else {
            throw MeterError(
                .regionUnsupported,
                "RegisterUsage is not offered in \(region.name.text) (found by \(region.source.rawValue))")
        }
        if !region.name.offersRegisterUsage {
            call.log(
                .warning,
                "AWS's documentation excludes \(region.name.text) for RegisterUsage; AWS is asked all the same")
        }
        let endpoint = try call.meteringEndpoint(in: region.name, isVerified: options.isVerified)
        var state = State(retries: Retries(options.retryPolicy))
        while true {
            do {
                return try attempt(region, endpoint, &state)
            } catch {
                let error = call.shown(error)
                if let explained = ListedRegion.explained(error, region, options.regionPolicy),
                    !isElsewhere(region, error)
                {
                    throw explained
                }
                try recover(from: error, region, &state)
            }
        }
    }

    /// Whether AWS refuses because the Region is not the one that the task runs in.
    private func isElsewhere(_ region: Region, _ error: MeterError) -> Bool {
        guard error.status == .invalidRegion, region.source == .AWS_REGION || region.source == .AWS_DEFAULT_REGION
        else { return false }
        return ((try? call.taskRegion()) ?? nil).map { $0 != region.name } ?? false
    }

    /// What changes from one attempt to the next.
    private struct State {
        var retries: Retries
        var credentials: Credentials?
        var keyIndex = 0
        /// Seconds that AWS's clock is ahead of this machine's.
        var clockOffset: Int64 = 0
        /// Whether it is RegisterUsage that answered, and with which Date.
        var hasAnswer = false
        var hasBeenAnswered = false
        var serverDate: Timestamp?
        var hasCorrectedClock = false
        var hasRenewedCredentials = false
        var lastPassing: MeterError?
        var retryAfter: Int64?
    }

    private func attempt(_ region: Region, _ endpoint: URLParts, _ state: inout State) throws(MeterError)
        -> Registration
    {
        state.retryAfter = nil
        state.hasAnswer = false
        state.serverDate = nil
        let moment = Timestamp(call.machine.unixSeconds + state.clockOffset)
        let credentials: Credentials
        if let known = state.credentials, known.areFresh(at: moment) {
            credentials = known
        } else {
            credentials = try call.findCredentials(region.name)
            state.credentials = credentials
        }
        guard state.keyIndex < keys.count else { throw MeterError(.internal, "There is no public key to ask for") }
        let key = keys[state.keyIndex]
        let proof = ProofRequest(productCode: productCode, publicKeyVersion: key.version, nonce: nonce)
        let request = try RegisterUsage.request(proof, endpoint: endpoint, P.JSON.self)
        let scope = SigningScope(at: moment, region: region.name, service: RegisterUsage.signingName)
        let signed = try SigV4.sign(request, credentials, scope, P.Cryptography.self)

        call.report.attempts += 1
        let response = try call.exchange(signed, "AWS Marketplace Metering", within: Call<P>.servicePatience)
        state.hasBeenAnswered = true
        guard response.status == 200 else {
            state.hasAnswer = true
            state.serverDate = response.date
            state.retryAfter = RetryPolicy.retryAfter(response)
            throw ServiceError.read(response, P.JSON.self)
        }
        let answer = try RegisterUsage.answer(in: response, P.JSON.self)
        var claims: TokenClaims?
        if options.isVerified {
            guard let publicKey = key.key else { throw MeterError(.internal, "There is no public key to verify with") }
            do {
                claims = try TokenVerifier<P.Cryptography, P.JSON>.verify(
                    answer.signature, proves: proof, by: publicKey)
            } catch {
                var refused = error
                refused.requestID = answer.requestID
                throw refused
            }
        }
        let rotation = (answer.publicKeyRotation ?? claims?.publicKeyRotation).map { call.shown($0) }
        if let rotation {
            call.log(.warning, "public key version \(key.version) has been rotated (\(rotation)): ship the newer key")
        }
        if credentials.source.fix != nil {
            // Not a status: a relay can hand out credentials by a source that AWS accepts as well as not, and AWS may
            // accept more sources some day.
            call.log(
                .warning,
                """
                \(endpoint.authority) accepted a registration with credentials from \(credentials.source.rawValue), \
                from which AWS accepts none: the proof is genuine, but AWS may have given it to another container
                """)
        }
        call.report.elapsed = call.elapsed
        return Registration(
            productCode: productCode, productKind: productKind, publicKeyVersion: key.version, nonce: nonce,
            isVerified: claims != nil,
            signature: answer.signature, publicKeyRotation: rotation, issuedAt: claims?.issuedAt,
            requestID: answer.requestID.map { call.shown($0) },
            report: call.report)
    }

    /// Returns when another attempt is due; throws what the caller is to see when none is.
    private func recover(from error: MeterError, _ region: Region, _ state: inout State) throws(MeterError) {
        if error.status == .deadline { throw lastWord(error, state) }
        if error.status.action == .retry, !error.isFinal, error.status != .deadline {
            return try backOff(error, region, &state)
        }
        if error.saysCredentialsExpired, state.hasAnswer, !state.hasRenewedCredentials {
            state.hasRenewedCredentials = true
            state.credentials = nil
            call.log(.info, "\(error.message); asking for fresh credentials")
            return
        }
        if error.saysClockSkewed, state.hasAnswer, !state.hasCorrectedClock, let theirs = state.serverDate {
            state.hasCorrectedClock = true
            let offset = theirs.seconds - call.machine.unixSeconds
            // AWS allows five minutes; within four the clock is not what is wrong.
            if offset.magnitude > 240 {
                state.clockOffset = offset
                let side = offset > 0 ? "behind" : "ahead of"
                call.log(
                    .warning,
                    "this machine's clock is \(offset.magnitude) s \(side) AWS's; signing again with AWS's time")
                return
            }
        }
        if error.status == .invalidPublicKeyVersion, state.keyIndex + 1 < keys.count {
            state.keyIndex += 1
            call.log(.warning, "\(error.message); trying public key version \(keys[state.keyIndex].version)")
            return
        }
        throw explained(error, region, state)
    }

    private func backOff(_ error: MeterError, _ region: Region, _ state: inout State) throws(MeterError) {
        state.lastPassing = error
        // Without random bytes every wait is the longest.
        let random = call.machine.random(8)?.reduce(0) { $0 << 8 | UInt64($1) }
        let left = call.deadline - call.machine.monotonic
        let cause: RetryPolicy.Cause = error.status == .throttled ? .throttled : .failed
        if options.regionPolicy == .ask, !region.name.offersRegisterUsage, !state.hasBeenAnswered,
            call.elapsed >= ListedRegion.patience
        {
            var last = error
            last.message += ". AWS's documentation excludes \(region.name.text) for RegisterUsage"
            throw last
        }
        guard
            let delay = state.retries.wait(
                after: cause, elapsed: call.elapsed, left: left, random: random, retryAfter: state.retryAfter)
        else {
            var last = error
            last.message += " (no time is left before the deadline)"
            throw last
        }
        call.log(.info, "\(error.message); attempt \(call.report.attempts + 1) in \(delay) ms")
        do { try call.pause(delay) } catch { throw error.status == .deadline ? lastWord(error, state) : error }
    }

    /// After the deadline: what AWS said last is worth more than that time is up.
    private func lastWord(_ error: MeterError, _ state: State) -> MeterError {
        guard var last = state.lastPassing else { return error }
        last.message += " (then the deadline passed)"
        return last
    }

    /// The error with what is known here of its cause.
    private func explained(_ error: MeterError, _ region: Region, _ state: State) -> MeterError {
        var error = error
        switch error.status {
        case .platformNotSupported, .accessDenied:
            if let fix = state.credentials?.source.fix { error.fix = fix }
        case .notAuthenticated where error.saysCredentialsExpired:
            if let fix = state.credentials?.source.fixOfExpiry { error.fix = fix }
        case .invalidRegion:
            error = call.explained(error, wrongRegion: region)
        case .invalidProductCode, .invalidPublicKeyVersion:
            let version = keys[state.keyIndex].version
            error.message = error.sentence + " The call was for \(productCode), public key version \(version)"
        default: break
        }
        return error
    }
}
