// Decides the order of a send: who is metered, what is due, and for each record what AWS says. Whatever happens in
// between, the journal knows before AWS does, so that a record is sent again with the same bytes or not at all.

internal import MPMeterCore
internal import MPMeterJournal
public import MPMeterSystem

extension Meter {
    /// Sends what is due: every hour that is over, and with `isFinal` this one too.
    public func send(isFinal: Bool, _ cancellation: Cancellation?) throws(Failure) {
        let call = call(cancellation)
        do throws(MeterError) {
            try call.checkpoint()
            let lock = try turn(call, isFinal)
            defer { lock.release() }
            try Sender(meter: self, call: call, lock: lock, isFinal: isFinal).send()
            postpone(false)
        } catch {
            postpone(error.status != .usageHeld && error.status != .journalBusy)
            throw call.failure(error)
        }
    }

    /// The lock that the sender has. The last send waits for another one's end: what that one leaves would wait in the
    /// journal of a pod that ends.
    private func turn(_ call: Call<P>, _ isFinal: Bool) throws(MeterError) -> SenderLock {
        while true {
            do throws(MeterError) {
                return try SenderLock.take(journal.path)
            } catch {
                guard isFinal, error.status == .journalBusy else { throw error }
                let busy = error
                do throws(MeterError) { try call.pause(Self.turnPause) } catch {
                    throw error.status == .deadline ? busy : error
                }
            }
        }
    }

    /// Milliseconds after which it is asked again.
    private static var turnPause: Int64 { 100 }
}

private struct Sender<P: Platform> {
    let meter: Meter<P>
    let call: Call<P>
    let lock: SenderLock
    let isFinal: Bool

    func send() throws(MeterError) {
        let times = try meter.journal.times()
        guard times.oldest != nil || times.hasRecords else { return }
        let caller = UsageCaller(call, meter.client.options.retryPolicy, clockOffset: times.clockOffset ?? 0)
        let isOver = times.oldest.map { hour in meter.moments(times).contains { hour < UsageHour(containing: $0) } }
        guard times.hasRecords || isFinal || isOver ?? false else { return }
        do throws(MeterError) {
            try caller.prepare()
            let identity = try caller.identity()
            if !caller.knowsTime, times.isLate(at: caller.now) || meter.moments(times).count > 1 {
                try learnTime(caller)
            }
            try deliver(caller, identity)
        } catch {
            try? meter.keepTime(caller, times.clockOffset)
            throw error
        }
        try meter.keepTime(caller, times.clockOffset)
    }

    private func cutting(_ caller: UsageCaller<P>, _ identity: UsageIdentity) -> Cutting {
        var cutting = Cutting(at: caller.now, for: identity)
        cutting.isFinal = isFinal
        cutting.isWhole = meter.options.isWhole
        cutting.holdsLate = meter.options.holdsLate
        return cutting
    }

    /// Asks AWS for the time with a dry run. Usage that is held as too old stays held, so neither this machine's clock
    /// nor an offset from an earlier send may decide that.
    private func learnTime(_ caller: UsageCaller<P>) throws(MeterError) {
        guard let name = try meter.journal.report().entries.first?.dimension else { return }
        try caller.learnTime(
            try MeterUsage.body(
                productCode: meter.productCode, dimension: name, timestamp: caller.now, clientToken: caller.token(),
                allocations: [UsageAllocation(.none, .zero)], isDryRun: true, P.JSON.self))
    }

    private func deliver(_ caller: UsageCaller<P>, _ identity: UsageIdentity) throws(MeterError) {
        let journal = meter.journal
        var held = 0
        var first: MeterError?
        var isAgain = false
        repeat {
            held += try cut(caller, identity)
            var givenBack = 0
            for record in try journal.recordsToSend(identity) {
                do throws(MeterError) {
                    switch try deliver(record, caller, identity) {
                    case .held: held += 1
                    case .givenBack: givenBack += 1
                    case .settled: break
                    }
                } catch {
                    // What AWS has against one record says nothing of the others.
                    switch error.status {
                    case .invalidDimension, .invalidAllocations: first = first ?? error
                    default: throw error
                    }
                }
            }
            // What AWS did not take for its hour belongs to this one now, and this is the last send.
            isAgain = isFinal && givenBack > 0 && !isAgain
        } while isAgain
        if let first { throw first }
        guard held == 0 else {
            throw MeterError(
                .usageHeld,
                "Usage was held and will not be sent again (quantities: \(held)); the report gives the reasons"
            )
        }
    }

    /// Seals what is due, or holds it all if the journal has lost its past; answers how much became held.
    private func cut(_ caller: UsageCaller<P>, _ identity: UsageIdentity) throws(MeterError) -> Int {
        guard let lineage = call.machine.random(8)?.hex else { throw .withoutRandomBytes }
        var past = try meter.journal.past(orFrom: lineage)
        let witness = try lock.witness()
        var cutting = cutting(caller, identity)
        cutting.isCopy = past.isBehind(witness)
        if cutting.isCopy {
            call.log(
                .warning, "the journal is an older copy, or its -sender file is missing: what it holds is not sent")
            if let witness { past.step = max(past.step, witness.step) }
        }
        let held = try meter.journal.cut(cutting, past: past, token: { try? caller.token() }) {
            record throws(MeterError) in
            try record.body(productCode: meter.productCode, P.JSON.self)
        }
        if witness != past { try lock.keep(past) }
        return held
    }

    private enum End {
        case settled, held, givenBack
    }

    private func deliver(_ record: UsageRecord, _ caller: UsageCaller<P>, _ identity: UsageIdentity) throws(MeterError)
        -> End
    {
        let journal = meter.journal
        while true {
            try call.checkpoint()
            guard let attempt = try journal.beginAttempt(record, at: caller.now) else { return .settled }
            if let past = attempt.past {
                do throws(MeterError) { try lock.keep(past) } catch {
                    try? journal.finish(record, attempt, attempt.failed(error.message))
                    throw error
                }
            }
            let failure: MeterError
            var isAnswer = false
            switch caller.attempt(attempt.body) {
            case .answered(.accepted(let id)):
                try journal.finish(record, attempt, .sent(recordID: id))
                call.log(
                    .info,
                    "\(record.quantity.text) of \(record.key.dimension) for \(record.key.hour.text) is record \(id)")
                return .settled
            case .answered(.duplicate(let error)):
                try journal.finish(record, attempt, .held(.duplicate, error.message))
                call.log(
                    .warning,
                    """
                    \(error.message); \(record.quantity.text) of \(record.key.dimension) for \(record.key.hour.text) \
                    is held
                    """
                )
                return .held
            case .answered(.refused(let error)):
                if error.status == .usageTimestamp {
                    if attempt.wasUnknown {
                        try journal.finish(record, attempt, .held(.tooLateUnknown, error.message))
                        return .held
                    }
                    call.log(.warning, error.message)
                    try journal.giveBack(record, attempt, cutting(caller, identity), answer: error.message)
                    return meter.options.holdsLate ? .held : .givenBack
                }
                try journal.finish(record, attempt, attempt.failed(error.message))
                failure = error
                isAnswer = true
            case .answered(.unknown(let error)):
                try journal.finish(record, attempt, .unknown(error.message))
                failure = error
            case .notSent(let error):
                try journal.finish(record, attempt, attempt.failed(error.message))
                failure = error
            }
            try caller.recover(from: failure, isAnswer: isAnswer)
        }
    }
}
