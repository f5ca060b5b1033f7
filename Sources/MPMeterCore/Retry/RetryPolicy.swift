// Decides how long to wait before asking AWS again. RegisterUsage is granted five times a second to an account and Region, and the pods of a
// fleet start at the same moment, know nothing of each other and cannot know how many they are: docs/fleet.md has the numbers behind the constants.

public struct RetryPolicy: Sendable {
    /// Windows that grow from one failure to the next, in milliseconds. The wait is any moment of the window; after the first of the longest windows,
    /// one of its later half: by then the fleet is spread out, and who comes early is only refused again.
    public struct Windows: Sendable {
        public var first: Int64
        public var factor: Int64
        public var longest: Int64

        public init(first: Int64, factor: Int64, longest: Int64) {
            self.first = first
            self.factor = factor
            self.longest = longest
        }

        /// The window after the `count`-th failure, counted from 1.
        func window(_ count: Int) -> ClosedRange<Int64> {
            var length = first
            for _ in 1..<max(count, 1) {
                if length >= longest { return longest / 2...longest }
                length = min(length * factor, longest)
            }
            return 0...length
        }
    }

    /// Why AWS is to be asked again.
    public enum Cause: Sendable {
        /// AWS said that too many ask. Few steps and wide windows: each refusal says that the fleet is larger than the window was.
        case throttled
        /// 5xx, no answer, no connection. Nothing says that others ask too, so the first retries are quick.
        case failed
    }

    public var throttled = Windows(first: 2000, factor: 6, longest: 48_000)
    public var failed = Windows(first: 1000, factor: 2, longest: 60_000)
    /// For a server that says when to come back (Retry-After), at most, in milliseconds.
    public var longestRetryAfter: Int64 = 300_000

    public init() {}

    /// Milliseconds until the next try after the `count`-th failure for `cause`, counted from 1; `random` is any number, or nil for the longest wait;
    /// `retryAfter` is in seconds.
    public func delay(after count: Int, _ cause: Cause, random: UInt64?, retryAfter: Int64?) -> Int64 {
        let window = (cause == .throttled ? throttled : failed).window(count)
        let length = window.upperBound - window.lowerBound
        let jitter = random.map { window.lowerBound + Int64($0 % UInt64(max(length, 1))) } ?? window.upperBound
        guard let retryAfter, retryAfter > 0 else { return jitter }
        return min(retryAfter.multipliedReportingOverflow(by: 1000).overflow ? longestRetryAfter : retryAfter * 1000, longestRetryAfter) + jitter
    }

    /// The seconds of a Retry-After header (RFC 9110 section 10.2.3), in its numeric form.
    public static func retryAfter(_ response: HTTPResponse) -> Int64? { response.header("Retry-After")?.trimmed.utf8.decimalValue }
}
