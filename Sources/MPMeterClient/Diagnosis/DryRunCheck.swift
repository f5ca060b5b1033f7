// Decides whether AWS is asked by a dry run of MeterUsage, which meters nothing, and what its answer means; and what is
// said of others that send from the same journal.

internal import MPMeterCore
internal import MPMeterJournal

extension Examination {
    func examineDryRun() throws(MeterError) {
        guard let code = request.productCodes.first else {
            examineSender(nil)
            return skip(
                .dryRun, "no product code was given. Only a dry run shows whether the role may call MeterUsage")
        }
        let cause = failed(
            among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata, .region, .meteringRegion,
            .caRoots,
            .proxy, .endpoint, .roleToken, .credentials, .productCode, .dimensions)
        guard cause == nil, hasCredentials else {
            examineSender(nil)
            if let cause { return skip(.dryRun, after: cause) }
            return skip(
                .dryRun, "there are no credentials", "See the checks of the role.", status: .credentialsNotFound)
        }
        let caller = UsageCaller(call, options.retryPolicy, clockOffset: 0)
        try caller.prepare()
        examineSender(try caller.identity())
        let name = request.metering?.dimensions.first ?? books?.entries.last?.dimension
        do throws(MeterError) {
            try UsageCheck.run(caller, code, name)
            let seen = "AWS lets this container meter \(code.quotable(limit: 40))"
            pass(
                .dryRun,
                name.map { "\(seen), dimension \($0.quotable(limit: 60))" } ?? "\(seen); no dimension was named")
        } catch {
            if error.status == .cancelled || error.status == .outOfMemory { throw error }
            describe(error, isNamed: name != nil)
        }
    }

    private func describe(_ error: MeterError, isNamed: Bool) {
        let platform = call.report.platform ?? .none
        let seen = error.withoutFullStop + (error.requestID.map { " (request \($0))" } ?? "")
        if error.status == .platformNotSupported, platform == .none || platform == .ec2 {
            return warn(
                .dryRun, "\(seen); outside Amazon ECS and EKS this is the expected answer",
                "Run it in an Amazon ECS task with a task role or in an Amazon EKS pod with IRSA.", status: error.status
            )
        }
        if error.status == .invalidDimension, !isNamed {
            return warn(
                .dryRun, "\(seen); a placeholder was sent, because no dimension was named",
                "Name a dimension of the listing: --dimension NAME.")
        }
        fail(.dryRun, error.status, seen, error.fix)
    }

    /// `identity` is this task's or pod's own, where it is known.
    private func examineSender(_ identity: UsageIdentity?) {
        guard let path = request.metering?.journal else { return skip(.sender, "no journal was given") }
        guard let books else { return skip(.sender, "there is no journal to send from") }
        let advice = "One sender is enough for a task or pod. If it hangs, end it: what it left is sent by the next."
        switch SenderLock.holder(path) {
        case .thisProcess: return pass(.sender, "this process is sending just now")
        case .process(let id):
            return warn(.sender, "process \(id) is sending just now, so that nobody else can", advice)
        case .elsewhere:
            return warn(.sender, "a process of another container or machine is sending just now", advice)
        case .nobody: break
        }
        let duplicates = books.entries.contains {
            $0.state.isSame(as: "held") && ($0.why?.isSame(as: HoldReason.duplicate.rawValue) ?? false)
        }
        if duplicates {
            return warn(
                .sender, "AWS has had other quantities than this journal's for some hours: something else meters here",
                """
                Find what else calls MeterUsage in this task or pod: a second journal, a sidecar, the vendor's older \
                code.
                """
            )
        }
        guard let last = books.identity, let identity else { return pass(.sender, "nobody just now") }
        guard last.isSame(as: identity.text) else {
            return warn(
                .sender, "nobody just now; the last one was \(last.quotable(limit: 250)), and this is \(identity.text)",
                """
                That is as it should be if that task or pod is gone. If it lives, give each a journal of its own: \
                two live pods on one take each other's records for those of a pod that is gone.
                """
            )
        }
        pass(.sender, "nobody just now; this task or pod was the last")
    }
}
