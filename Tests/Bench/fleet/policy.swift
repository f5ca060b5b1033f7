// Lets the simulation ask the retries that are shipped: four C functions over MPMeterCore's `Retries`, out of the
// library's own archive.

import MPMeterCore

final class Pod {
    var retries: Retries
    init(_ policy: RetryPolicy) { retries = Retries(policy) }
}

@_cdecl("fleet_pod_new") public func newPod() -> UnsafeMutableRawPointer {
    Unmanaged.passRetained(Pod(RetryPolicy())).toOpaque()
}

/// The same rule with another share and another longest window, in milliseconds: to see what was given up for what.
@_cdecl("fleet_pod_shaped") public func shapedPod(_ share: Int64, _ longest: Int64) -> UnsafeMutableRawPointer {
    var policy = RetryPolicy()
    policy.throttled.share = share
    policy.throttled.longest = longest
    return Unmanaged.passRetained(Pod(policy)).toOpaque()
}

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
