// Decides that concurrent registrations of one product are one request, and that an accepted one is remembered. Guarded
// by `Monitor`. A child made by fork() inherits what was accepted, for AWS wants one call for each task or pod; what
// was under way belongs to threads that are not in it.

internal import MPMeterCore
internal import MPMeterSystem

final class FlightTable: @unchecked Sendable {
    /// A registration under way.
    final class Flight: @unchecked Sendable {
        fileprivate let productCode: String
        fileprivate let nonce: String?
        fileprivate let thread: UInt64
        fileprivate var outcome: Result<Registration, Failure>?
        /// Since when the host's log function has the thread.
        fileprivate var lentSince: Int64?

        fileprivate init(_ productCode: String, _ nonce: String?) {
            self.productCode = productCode
            self.nonce = nonce
            thread = Monitor.thread
        }

        /// When nobody waits for it any more: the host's log function may have left by a jump, an exception or the end
        /// of its thread.
        fileprivate var isGivenUpAt: Int64? { lentSince.map { $0 + FlightTable.patience } }
    }

    enum Entry {
        /// The caller is to make the request, and then to call `land`.
        case take(Flight)
        case landed(Result<Registration, Failure>)
        /// The caller's own cancellation or deadline came first.
        case gaveUp
    }

    /// Milliseconds that a log function may take while others wait for the flight. Then one of them makes a request of
    /// its own.
    fileprivate static let patience: Int64 = 2000

    private var flights: [Flight] = []
    /// What AWS accepted; `isFresh` if the nonce was the library's own.
    private var accepted: [(registration: Registration, isFresh: Bool)] = []
    private var generation: UInt64 = 0

    /// What there is for `productCode`, waiting for another thread's request if one is under way.
    func enter(_ productCode: String, nonce: String?, until deadline: Int64, _ cancellation: Cancellation?) -> Entry {
        Monitor.locked {
            forgetParentsFlights()
            while true {
                if let known = remembered(productCode, nonce) { return .landed(.success(known)) }
                guard
                    let flight = flights.first(where: {
                        $0.productCode.isSame(as: productCode) && same($0.nonce, nonce)
                    })
                else {
                    let flight = Flight(productCode, nonce)
                    flights.append(flight)
                    return .take(flight)
                }
                while flight.outcome == nil, flights.contains(where: { $0 === flight }) {
                    let now = Clock.monotonic
                    // Who waits here is not under way there.
                    if flight.thread == Monitor.thread || now >= flight.isGivenUpAt ?? .max {
                        flights.removeAll { $0 === flight }
                        Monitor.wake()
                        break
                    }
                    if cancellation?.isCancelledLocked ?? false || now >= deadline { return .gaveUp }
                    Monitor.wait(until: min(deadline, flight.isGivenUpAt ?? deadline))
                }
                if let outcome = flight.outcome { return .landed(outcome) }
            }
        }
    }

    /// Hands the outcome to every thread that waits.
    func land(_ flight: Flight, _ outcome: Result<Registration, Failure>) {
        Monitor.locked {
            forgetParentsFlights()
            flight.outcome = outcome
            flights.removeAll { $0 === flight }
            if case .success(let registration) = outcome {
                accepted.removeAll {
                    $0.registration.productCode.isSame(as: registration.productCode)
                        && $0.isFresh == (flight.nonce == nil)
                }
                accepted.append((registration, flight.nonce == nil))
            }
            Monitor.wake()
        }
    }

    /// The host's log function is about to be called on the flight's thread.
    func lend(_ flight: Flight) {
        Monitor.locked {
            flight.lentSince = Clock.monotonic
            Monitor.wake()
        }
    }

    /// It has come back.
    func takeBack(_ flight: Flight) { Monitor.locked { flight.lentSince = nil } }

    /// Who asks without a nonce asks for a fresh proof: an answer to somebody's own nonce is none.
    private func remembered(_ productCode: String, _ nonce: String?) -> Registration? {
        accepted.first { known in
            known.registration.productCode.isSame(as: productCode)
                && (nonce.map { $0.isSame(as: known.registration.nonce) } ?? known.isFresh)
        }?.registration
    }

    private func same(_ a: String?, _ b: String?) -> Bool {
        switch (a, b) {
        case (nil, nil): true
        case (let a?, let b?): a.isSame(as: b)
        default: false
        }
    }

    private func forgetParentsFlights() {
        guard generation != Monitor.forkGeneration else { return }
        generation = Monitor.forkGeneration
        flights = []
    }
}
