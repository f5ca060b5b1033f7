// Decides what a client does: it reads its keys and the environment once, and then registers, verifies and finds its
// Region, from any thread.

public import MPMeterCore
public import MPMeterSystem

public final class Client<P: Platform>: @unchecked Sendable {
    let machine: P
    let environment: Environment
    let options: ClientOptions
    private let keys: [VerificationKey<P>]
    /// Guarded by `Monitor`.
    private let table = FlightTable()

    /// Throws `.publicKey` for a key that cannot be used, or for none where one is needed. Not an initialiser: Embedded
    /// Swift does not free the object of one that throws.
    public static func make(_ options: ClientOptions, _ environment: Environment, on machine: P) throws(MeterError)
        -> Client
    {
        var keys: [VerificationKey<P>] = []
        for (version, text) in options.publicKeys {
            let pem = try PublicKeyText.pem(text)
            let key = try P.Cryptography.publicKey(
                pem: pem, bits: options.minimumKeyBits...ClientOptions.keyBits.upperBound)
            keys.append(VerificationKey(version: version, key: key))
        }
        if let version = options.unverifiedKeyVersion, keys.isEmpty {
            keys.append(VerificationKey(version: version, key: nil))
        }
        guard !keys.isEmpty else {
            throw MeterError(
                .publicKey, "There is no public key, and the answer is to be verified",
                fix: "Add the public key that AWS Marketplace showed for the product.")
        }
        return Client(options, environment, keys, on: machine)
    }

    private init(_ options: ClientOptions, _ environment: Environment, _ keys: [VerificationKey<P>], on machine: P) {
        self.machine = machine
        self.environment = environment
        self.options = options
        self.keys = keys
    }

    /// Registers `productCode`, or answers the registration that was accepted before.
    public func registerUsage(
        _ productCode: String, nonce: String?, _ cancellation: Cancellation?
    ) throws(Failure) -> Registration {
        let call = Call(machine, environment, options, cancellation)
        let kind: ProductKind
        do {
            kind = try options.products.kind(of: productCode)
            if let nonce { try Nonce.check(nonce) }
            try call.checkpoint()
        } catch {
            throw call.failure(error)
        }
        while true {
            switch table.enter(productCode, nonce: nonce, until: call.deadline, cancellation) {
            case .take(let flight):
                call.lends(flight, in: table)
                let outcome = fly(call, productCode, kind, nonce)
                table.land(flight, outcome)
                return try outcome.get()
            case .landed(.success(let registration)): return registration
            case .landed(.failure(let failure)):
                // That the other thread was cancelled or ran out of time says nothing of this call.
                let wasItsOwn =
                    failure.error.status == .cancelled
                    || failure.error.status.action == .retry && !failure.error.isFinal
                guard wasItsOwn else { throw failure }
            case .gaveUp: break
            }
            do { try call.checkpoint() } catch { throw call.failure(error) }
        }
    }

    private func fly(
        _ call: Call<P>, _ productCode: String, _ kind: ProductKind, _ nonce: String?
    ) -> Result<Registration, Failure> {
        do throws(MeterError) {
            let proofNonce: String
            if let nonce { proofNonce = nonce } else { proofNonce = try freshNonce() }
            let registrar = Registrar(
                call: call, options: options, keys: keys, productCode: productCode, productKind: kind, nonce: proofNonce
            )
            return .success(try registrar.register())
        } catch {
            return .failure(call.failure(error))
        }
    }

    private func freshNonce() throws(MeterError) -> String {
        guard let random = machine.random(Nonce.randomBytes) else { throw .withoutRandomBytes }
        return Nonce.fresh(from: random)
    }

    /// Verifies a stored token against what it has to prove; `publicKeyVersion` nil for any version that there is a key
    /// of.
    public func verify(
        _ token: String, productCode: String, publicKeyVersion: Int32?, nonce: String
    ) throws(Failure) -> Registration {
        do throws(MeterError) {
            try ProductCode.check(productCode)
            try Nonce.check(nonce)
            let candidates = keys.filter { key in publicKeyVersion.map { $0 == key.version } ?? true }
            var last = MeterError(
                .publicKey, "There is no public key of version \(publicKeyVersion ?? 0)",
                fix: "Add the key of that version.")
            for candidate in candidates {
                guard let key = candidate.key else {
                    throw MeterError(.publicKey, "This client goes without verification and has no key")
                }
                do throws(MeterError) {
                    let proof = ProofRequest(
                        productCode: productCode, publicKeyVersion: candidate.version, nonce: nonce)
                    let claims = try TokenVerifier<P.Cryptography, P.JSON>.verify(token, proves: proof, by: key)
                    return Registration(
                        productCode: productCode, productKind: options.products.listedKind(of: productCode) ?? .paid,
                        publicKeyVersion: candidate.version, nonce: nonce, isVerified: true,
                        signature: token, publicKeyRotation: claims.publicKeyRotation, issuedAt: claims.issuedAt,
                        requestID: nil, report: Report())
                } catch {
                    // Another key may have signed it, or be the same under another version; nothing else gets better
                    // with another key.
                    guard error.status == .tokenSignature || error.status == .tokenClaims else { throw error }
                    if last.status != .tokenClaims { last = error }
                }
            }
            throw last
        } catch {
            throw Failure(error: error, report: Report())
        }
    }

    /// Finds the Region alone; also tells the platform.
    public func findRegion(_ cancellation: Cancellation?) throws(Failure) -> Report {
        let call = Call(machine, environment, options, cancellation)
        do {
            try call.checkpoint()
            _ = try call.findRegion()
            return call.report
        } catch {
            throw call.failure(error)
        }
    }
}
