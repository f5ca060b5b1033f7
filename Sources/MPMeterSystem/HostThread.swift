// Decides what a call does to the thread that it is made on: pthread_cancel() waits until it has returned. A log
// callback runs as the host has it.

internal import CMPMeterSystem

public enum HostThread {
    /// Runs a call of the host's.
    public static func held<T>(_ call: () -> T) -> T {
        let before = mpsys_cancelling_hold()
        defer { mpsys_cancelling_release(before) }
        return call()
    }

    /// Inside `held`: runs code of the host's, which may not come back.
    public static func lent(_ callback: () -> Void) {
        mpsys_callback_begin()
        callback()
        mpsys_callback_end()
    }
}
