// Decides how long to wait before asking AWS again: exponential back-off with full jitter, so that the pods of a fleet that start at the
// same moment spread out under AWS's quota of five registrations a second. AWS recommends retries for up to 30 minutes.

public struct RetryPolicy: Sendable {
    /// Until the first retry, at most, in milliseconds.
    public var base: Int64 = 1000
    /// Between any two tries, at most, in milliseconds.
    public var cap: Int64 = 60_000
    /// For a server that says when to come back (Retry-After), at most, in milliseconds.
    public var longestRetryAfter: Int64 = 300_000

    public init() {}

    /// Milliseconds until try `attempt + 1`, where `attempt` counts from 1; `random` is any number, or nil for the longest wait; `retryAfter` is in
    /// seconds.
    public func delay(after attempt: Int, random: UInt64?, retryAfter: Int64?) -> Int64 {
        let doublings = Int64(min(max(attempt, 1), 21) - 1)
        let ceiling = min(cap, base << doublings)
        let jitter = random.map { Int64($0 % UInt64(max(ceiling, 1))) } ?? ceiling
        guard let retryAfter, retryAfter > 0 else { return jitter }
        return min(retryAfter.multipliedReportingOverflow(by: 1000).overflow ? longestRetryAfter : retryAfter * 1000, longestRetryAfter) + jitter
    }

    /// The seconds of a Retry-After header (RFC 9110 section 10.2.3), in its numeric form.
    public static func retryAfter(_ response: HTTPResponse) -> Int64? { response.header("Retry-After")?.trimmed.utf8.decimalValue }
}
