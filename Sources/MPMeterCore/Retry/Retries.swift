// Decides, within one call, after each failure: how long to wait, or that no time is left. Throttling and other
// failures are counted apart, so that one 5xx does not send a pod that waits for its turn to the end of the queue.
// Beside this, nothing is remembered and nothing shared between calls.

public struct Retries: Sendable {
    private let policy: RetryPolicy
    private var throttled = 0
    private var failed = 0
    private var hasShortenedWait = false

    public init(_ policy: RetryPolicy) { self.policy = policy }

    /// Milliseconds until the next try, `elapsed` after the call began and of the `left` that it has; nil if there is
    /// to be none. When a wait does not fit any more, there is one more try halfway to the end, unless the server
    /// itself asked for more patience.
    public mutating func wait(
        after cause: RetryPolicy.Cause, elapsed: Int64, left: Int64, random: UInt64?, retryAfter: Int64?
    ) -> Int64? {
        // Counted no further than any window grows.
        switch cause {
        case .throttled: throttled = min(throttled + 1, 64)
        case .failed: failed = min(failed + 1, 64)
        }
        let delay = policy.delay(
            after: cause == .throttled ? throttled : failed, cause, elapsed: elapsed, random: random,
            retryAfter: retryAfter)
        if delay < left { return delay }
        guard !hasShortenedWait, left > 200, (retryAfter ?? 0) == 0 else { return nil }
        hasShortenedWait = true
        return left / 2
    }
}
