// Decides how a call is stopped from another thread.

internal import CMPMeterSystem

/// Set once, by any thread; seen by every call that was given it.
public final class Cancellation: @unchecked Sendable {
    /// Guarded by `Monitor`.
    private var isSet = false
    /// The same, for code that may take no lock: 0 or 1, written and read atomically.
    public let flag: UnsafeMutablePointer<Int32>

    public init() {
        flag = .allocate(capacity: 1)
        flag.initialize(to: 0)
    }

    deinit { flag.deallocate() }

    public func cancel() {
        Monitor.locked {
            isSet = true
            mpsys_flag_set(flag)
            Monitor.wake()
        }
    }

    public var isCancelled: Bool { Monitor.locked { isSet } }

    /// With the lock held.
    public var isCancelledLocked: Bool { isSet }
}
