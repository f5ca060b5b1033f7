// Runs pieces of a test on threads of their own, and lets one wait for another.

import Foundation

/// Closed until it is opened; then open for ever.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func wait() {
        semaphore.wait()
        semaphore.signal()
    }
}

final class Counter: Sendable {
    private let count = Guarded(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

/// A thread and its result.
final class Worker<T: Sendable>: Sendable {
    private let result = Guarded<T?>(nil)
    private let done = Gate()

    init(_ body: @escaping @Sendable () -> T) {
        Thread.detachNewThread { [self] in
            let value = body()
            result.withLock { $0 = value }
            done.open()
        }
    }

    var isDone: Bool { result.withLock { $0 != nil } }

    func value() -> T? {
        done.wait()
        return result.withLock { $0 }
    }
}

/// Gives other threads time to come to where they wait. A test must hold as well if they do not get there.
func pauseForOthers(milliseconds: UInt32 = 200) { usleep(milliseconds * 1000) }

/// Waits until `condition` holds, for ten seconds at most.
func wait(until condition: () -> Bool) {
    for _ in 0..<1000 where !condition() { usleep(10_000) }
}
