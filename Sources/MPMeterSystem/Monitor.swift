// Decides how threads take turns and wait for each other: the process's one lock, and one place to wait at
// (CMPMeterSystem/monitor.c). One is enough, because it is held for a few instructions at a time, and only one lock can
// be carried safely across fork().

internal import CMPMeterSystem

public enum Monitor {
    /// Runs `body` with the lock held. It must not block, call back or take the lock again.
    public static func locked<T>(_ body: () -> T) -> T {
        mpsys_lock()
        defer { mpsys_unlock() }
        return body()
    }

    /// With the lock held: waits until `wake()` or the moment (`Clock.monotonic`); may return early.
    public static func wait(until moment: Int64) { mpsys_wait(moment) }

    /// With the lock held: wakes every waiting thread.
    public static func wake() { mpsys_wake() }

    /// With the lock held: a number that differs in a child made by fork().
    public static var forkGeneration: UInt64 { mpsys_fork_generation() }

    /// A number that no other living thread has.
    public static var thread: UInt64 { mpsys_thread() }
}
