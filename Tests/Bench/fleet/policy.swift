// Lets the simulation ask the retries that are shipped: three C functions over MPMeterCore's `Retries`, out of the
// library's own archive.

import MPMeterCore

final class Pod {
    var retries = Retries(RetryPolicy())
}

@_cdecl("fleet_pod_new") public func newPod() -> UnsafeMutableRawPointer { Unmanaged.passRetained(Pod()).toOpaque() }

@_cdecl("fleet_pod_free") public func freePod(_ pod: UnsafeMutableRawPointer) {
    Unmanaged<Pod>.fromOpaque(pod).release()
}

/// Milliseconds until the next try, or -1 if there is to be none; the deadline is half an hour.
@_cdecl("fleet_pod_wait") public func wait(
    _ pod: UnsafeMutableRawPointer, _ isThrottled: Int32, _ left: Int64, _ random: UInt64
) -> Int64 {
    let pod = Unmanaged<Pod>.fromOpaque(pod).takeUnretainedValue()
    return pod.retries.wait(
        after: isThrottled != 0 ? .throttled : .failed, elapsed: 1_800_000 - left, left: left, random: random,
        retryAfter: nil) ?? -1
}
