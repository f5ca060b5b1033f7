// Decides how one record is sent for a vendor who keeps books of their own: with the same bytes until AWS has said
// something of it, or the deadline.

internal import MPMeterCore
public import MPMeterSystem

/// One record, as the vendor's books have it.
public struct SingleUsage: Sendable {
    public var productCode: String
    public var dimension: String
    public var quantity: String
    /// Seconds since 1970 UTC; 0 for now.
    public var timestamp: Int64
    /// nil for a fresh one.
    public var clientToken: String?
    public var isDryRun: Bool

    public init(
        productCode: String, dimension: String, quantity: String, timestamp: Int64, clientToken: String?, isDryRun: Bool
    ) {
        self.productCode = productCode
        self.dimension = dimension
        self.quantity = quantity
        self.timestamp = timestamp
        self.clientToken = clientToken
        self.isDryRun = isDryRun
    }
}

extension Client {
    /// The record's id; nil for a dry run that says yes.
    public func meterUsage(_ usage: SingleUsage, _ cancellation: Cancellation?) throws(Failure) -> String? {
        let call = Call(machine, environment, options, cancellation)
        do throws(MeterError) {
            try Meter<P>.check(self, usage.productCode)
            let amount = try Adding.amount(usage.dimension, usage.quantity)
            try Adding.check(timestamp: usage.timestamp, clientToken: usage.clientToken)
            try call.checkpoint()
            let caller = UsageCaller(call, options.retryPolicy, clockOffset: 0)
            try caller.prepare()
            let token: String
            if let given = usage.clientToken { token = given } else { token = try caller.token() }
            let body = try MeterUsage.body(
                productCode: usage.productCode, dimension: usage.dimension,
                timestamp: usage.timestamp == 0 ? caller.now : usage.timestamp,
                clientToken: token, allocations: [UsageAllocation(.none, amount)], isDryRun: usage.isDryRun, P.JSON.self
            )
            guard !usage.isDryRun else {
                try caller.check(body)
                return nil
            }
            return try record(body, caller)
        } catch {
            throw call.failure(error)
        }
    }

    private func record(_ body: [UInt8], _ caller: UsageCaller<P>) throws(MeterError) -> String {
        // Of the first attempt that AWS may have accepted.
        var doubt: MeterError?
        do throws(MeterError) {
            while true {
                try caller.call.checkpoint()
                switch caller.attempt(body) {
                case .answered(.accepted(let id)): return id
                case .answered(.duplicate(let error)):
                    doubt = nil
                    throw error
                case .answered(.refused(let error)): try caller.recover(from: error, isAnswer: true)
                case .answered(.unknown(let error)):
                    do throws(MeterError) { try caller.recover(from: error, isAnswer: false) } catch {
                        doubt = nil  // The error itself leaves the outcome open.
                        throw error
                    }
                    doubt = doubt ?? error
                case .notSent(let error): try caller.recover(from: error, isAnswer: false)
                }
            }
        } catch {
            guard var told = doubt, error.status != .deadline, error.status != .cancelled else { throw error }
            // What AWS says of a later attempt does not say what became of that one.
            told.message = "\(told.sentence) It is not known whether AWS recorded the usage; the last attempt: "
            told.message += error.message
            throw told
        }
    }
}
