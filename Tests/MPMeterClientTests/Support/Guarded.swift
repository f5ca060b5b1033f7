// A value that one thread at a time may touch. A POSIX lock, because ThreadSanitizer sees those; the slow path of
// Synchronization's Mutex lies in a library that it does not instrument, so that a contended lock looks like a race.

import Foundation

final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: sending Value) { self.value = value }

    func withLock<T>(_ body: (inout Value) -> T) -> T {
        lock.lock()
        defer { lock.unlock() }
        return body(&value)
    }
}
