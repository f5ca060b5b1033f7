// Decides that concurrent registrations of one product are one request, and that an accepted one is remembered. Guarded by `Monitor`. A child
// made by fork() begins with an empty table: it is a process of its own, and threads that had a request under way are not in it.

internal import MPMeterCore
internal import MPMeterSystem

final class FlightTable {
    /// A registration under way.
    final class Flight {
        fileprivate let productCode: String
        fileprivate let nonce: String?
        fileprivate var outcome: Result<Registration, Failure>?

        fileprivate init(_ productCode: String, _ nonce: String?) {
            self.productCode = productCode
            self.nonce = nonce
        }
    }

    enum Entry {
        /// The caller is to make the request, and then to call `land`.
        case take(Flight)
        case landed(Result<Registration, Failure>)
        /// The caller's own cancellation or deadline came first.
        case gaveUp
    }

    private var flights: [Flight] = []
    /// What AWS accepted; `isFresh` if the nonce was the library's own.
    private var accepted: [(registration: Registration, isFresh: Bool)] = []
    private var generation: UInt64 = 0

    /// What there is for `productCode`, waiting for another thread's request if one is under way.
    func enter(_ productCode: String, nonce: String?, until deadline: Int64, _ cancellation: Cancellation?) -> Entry {
        Monitor.locked {
            forgetParent()
            if let known = remembered(productCode, nonce) { return .landed(.success(known)) }
            guard let flight = flights.first(where: { $0.productCode.isSame(as: productCode) && same($0.nonce, nonce) }) else {
                let flight = Flight(productCode, nonce)
                flights.append(flight)
                return .take(flight)
            }
            while flight.outcome == nil {
                if cancellation?.isCancelledLocked ?? false || Clock.monotonic >= deadline { return .gaveUp }
                Monitor.wait(until: deadline)
            }
            return flight.outcome.map { .landed($0) } ?? .gaveUp
        }
    }

    /// Hands the outcome to every thread that waits.
    func land(_ flight: Flight, _ outcome: Result<Registration, Failure>) {
        Monitor.locked {
            forgetParent()
            flight.outcome = outcome
            flights.removeAll { $0 === flight }
            if case .success(let registration) = outcome {
                accepted.removeAll { $0.registration.productCode.isSame(as: registration.productCode) && $0.isFresh == (flight.nonce == nil) }
                accepted.append((registration, flight.nonce == nil))
            }
            Monitor.wake()
        }
    }

    /// Who asks without a nonce asks for a fresh proof: an answer to somebody's own nonce is none.
    private func remembered(_ productCode: String, _ nonce: String?) -> Registration? {
        accepted.first { known in
            known.registration.productCode.isSame(as: productCode) && (nonce.map { $0.isSame(as: known.registration.nonce) } ?? known.isFresh)
        }?.registration
    }

    private func same(_ a: String?, _ b: String?) -> Bool {
        switch (a, b) {
        case (nil, nil): true
        case (let a?, let b?): a.isSame(as: b)
        default: false
        }
    }

    private func forgetParent() {
        guard generation != Monitor.forkGeneration else { return }
        generation = Monitor.forkGeneration
        flights = []
        accepted = []
    }
}
