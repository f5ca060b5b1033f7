// Decides whether one registration is sent, which is only when it was asked for and nothing found so far makes it
// pointless, and what AWS's answer means for publishing.

internal import MPMeterCore

extension Examination {
    func examineRegistration() throws(MeterError) {
        guard request.isRegistering, let code = request.productCodes.first else {
            return skip(
                .registration,
                """
                no registration was asked for. Only a registration shows whether the role may call RegisterUsage, and \
                whether this account is subscribed
                """
            )
        }
        if let cause = pointless { return skip(.registration, after: cause) }
        guard !options.publicKeys.isEmpty || !options.isVerified else {
            return skip(
                .registration, "no public key was given to verify the answer with", "Give the product's public key.",
                status: .publicKey)
        }
        guard hasCredentials else {
            return skip(
                .registration, "there are no credentials", "See the checks of the role.", status: .credentialsNotFound)
        }
        var options = options
        options.deadline = max(call.deadline - machine.monotonic, 1)
        let client = try Client.make(options, environment, on: machine)
        do throws(Failure) {
            let registration = try client.registerUsage(code, nonce: nil, call.cancellation)
            call.report.attempts = registration.report.attempts
            describe(registration)
        } catch {
            if error.error.status == .cancelled { throw error.error }
            call.report.attempts = error.report.attempts
            describe(error.error)
        }
    }

    /// What has failed and would fail again. Keys and roles that AWS does not support are not among it: its answer to
    /// them is worth having.
    private var pointless: CheckID? {
        failed(
            among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata, .region, .regionSupported,
            .caRoots, .proxy, .endpoint, .roleToken,
            .credentials, .publicKey, .productCode)
    }

    private func describe(_ registration: Registration) {
        let proof = registration.isVerified ? "and the proof holds" : "but nothing was verified"
        let seen = """
            AWS accepted \(registration.productCode.quotable(limit: 40)), \(proof) (request \
            \(registration.requestID ?? "?"))
            """
        if let rotation = registration.publicKeyRotation {
            return warn(
                .registration,
                "\(seen); public key version \(registration.publicKeyVersion) has been rotated (\(rotation))",
                "Ship the newer key.")
        }
        pass(
            .registration, seen,
            advice: region?.text.isSame(as: "us-east-1") ?? false
                ? "This is the run in us-east-1 that publishing needs." : "")
    }

    private func describe(_ error: MeterError) {
        let platform = call.report.platform ?? .none
        if error.status == .platformNotSupported, platform == .none || platform == .ec2 {
            return warn(
                .registration,
                """
                \(error.sentence) Outside Amazon ECS and EKS this is the expected answer: Region, network, keys and \
                signature are right, so the integration works
                """,
                """
                For publishing, run it in an Amazon ECS task with a task role or in an Amazon EKS pod with IRSA, in \
                us-east-1.
                """,
                status: error.status)
        }
        let publishing =
            switch error.status {
            case .customerNotEntitled:
                """
                 For a test, subscribe with this account to the limited listing, or run it in the seller's own account.
                """
            case .invalidProductCode:
                " A product that was just created is known only to the accounts that its limited listing names."
            case .invalidPublicKeyVersion: " After a rotation ship the new key, with its version."
            default: ""
            }
        var fix = error.fix
        // A double that does not know the operation, or a page of something in between.
        if let variable = endpointVariable(.AWS_ENDPOINT_URL_MARKETPLACE_METERING),
            error.httpStatus == 501 || error.httpStatus == 403 && error.awsType == nil
        {
            fix = """
                Check what answers where \(variable) leads: it is not AWS Marketplace Metering, which knows \
                RegisterUsage. Unset \(variable) to ask AWS itself.
                """
        }
        let request = error.requestID.map { " (request \($0))" } ?? ""
        fail(.registration, error.status, error.message + request, fix + publishing)
    }
}
