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
            try Sender(meter: self, call: call, isFinal: isFinal).send()
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
    let isFinal: Bool

    func send() throws(MeterError) {
        let times = try meter.journal.times()
        guard times.oldest != nil || times.hasRecords else { return }
        let caller = UsageCaller(call, meter.client.options.retryPolicy, clockOffset: times.clockOffset ?? 0)
        guard times.hasRecords || isFinal || times.oldest.map({ $0 < UsageHour(containing: caller.now) }) ?? false
        else { return }
        do throws(MeterError) {
            try caller.prepare()
            try deliver(caller, try caller.identity())
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

    private func deliver(_ caller: UsageCaller<P>, _ identity: UsageIdentity) throws(MeterError) {
        let journal = meter.journal
        var held = try journal.cut(cutting(caller, identity), token: { try? caller.token() }) {
            record throws(MeterError) in
            try record.body(productCode: meter.productCode, P.JSON.self)
        }
        var first: MeterError?
        for record in try journal.recordsToSend(identity) {
            do throws(MeterError) {
                if try deliver(record, caller, identity) == .held { held += 1 }
            } catch {
                // What AWS has against one record says nothing of the others.
                switch error.status {
                case .invalidDimension, .invalidAllocations: first = first ?? error
                default: throw error
                }
            }
        }
        if let first { throw first }
        guard held == 0 else {
            throw MeterError(
                .usageHeld,
                """
                \(held) quantities of usage were held: they are not billed as far as is known, and will not be sent \
                again
                """
            )
        }
    }

    private enum End {
        case sent, held, givenBack
    }

    private func deliver(_ record: UsageRecord, _ caller: UsageCaller<P>, _ identity: UsageIdentity) throws(MeterError)
        -> End
    {
        let journal = meter.journal
        // Whether an earlier attempt may have been accepted.
        var wasUnknown = record.state == .unknown
        while true {
            try call.checkpoint()
            let body = try journal.beginAttempt(record, at: caller.now)
            let failure: MeterError
            var isAnswer = false
            switch caller.attempt(body) {
            case .answered(.accepted(let id)):
                try journal.finish(record, .sent(recordID: id))
                call.log(
                    .info,
                    "\(record.quantity.text) of \(record.key.dimension) for \(record.key.hour.text) is record \(id)")
                return .sent
            case .answered(.duplicate(let error)):
                try journal.finish(record, .held(.duplicate, error.message))
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
                    if wasUnknown {
                        try journal.finish(record, .held(.tooLateUnknown, error.message))
                        return .held
                    }
                    call.log(.warning, error.message)
                    try journal.giveBack(record, cutting(caller, identity), answer: error.message)
                    return meter.options.holdsLate ? .held : .givenBack
                }
                try journal.finish(record, wasUnknown ? .unknown(error.message) : .refused(error.message))
                failure = error
                isAnswer = true
            case .answered(.unknown(let error)):
                wasUnknown = true
                try journal.finish(record, .unknown(error.message))
                failure = error
            case .notSent(let error):
                try journal.finish(record, wasUnknown ? .unknown(error.message) : .refused(error.message))
                failure = error
            }
            try caller.recover(from: failure, isAnswer: isAnswer)
        }
    }
}
