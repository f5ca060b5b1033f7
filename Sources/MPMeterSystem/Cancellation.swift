// Decides how a call is stopped from another thread.

/// Set once, by any thread; seen by every call that was given it.
public final class Cancellation: @unchecked Sendable {
    /// Guarded by `Monitor`.
    private var isSet = false

    public init() {}

    public func cancel() {
        Monitor.locked {
            isSet = true
            Monitor.wake()
        }
    }

    public var isCancelled: Bool { Monitor.locked { isSet } }

    /// With the lock held.
    public var isCancelledLocked: Bool { isSet }
}
