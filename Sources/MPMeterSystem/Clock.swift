// Decides how time is read and waited for.

internal import CMPMeterSystem

public enum Clock {
    /// Milliseconds of a clock that never jumps.
    public static var monotonic: Int64 { mpsys_monotonic_ms() }

    /// Seconds since 1970 UTC, as far as the machine knows.
    public static var unixSeconds: Int64 { mpsys_unix_seconds() }

    /// Waits until the moment (`monotonic`), or until `cancellation` is set.
    public static func sleep(until moment: Int64, _ cancellation: Cancellation?) {
        Monitor.locked {
            while !(cancellation?.isCancelledLocked ?? false), monotonic < moment { Monitor.wait(until: moment) }
        }
    }
}
