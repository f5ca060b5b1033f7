// Decides how long to wait before asking AWS again. RegisterUsage is granted five times a second to an account and
// Region, and the pods of a fleet start at the same moment, know nothing of each other and cannot know how many they
// are: docs/fleet.md has the numbers behind the constants.

public struct RetryPolicy: Sendable {
    /// Windows that double from one failure to the next, in milliseconds. The wait is any moment of the window; after
    /// the first of the longest windows, one of its later half.
    public struct Windows: Sendable {
        public var first: Int64
        public var longest: Int64

        public init(first: Int64, longest: Int64) {
            self.first = first
            self.longest = longest
        }

        /// The window after the `count`-th failure, counted from 1.
        func window(_ count: Int) -> ClosedRange<Int64> {
            var length = first
            for _ in 1..<max(count, 1) {
                if length >= longest { return longest / 2...longest }
                length = min(length * 2, longest)
            }
            return 0...length
        }
    }

    /// Windows for a turn in a queue whose length nobody knows, in milliseconds. Whoever is refused after `elapsed`
    /// knows that the quota was used up until then, so that the fleet needs that long at least: a wait of a fifth of it
    /// costs the last pod a fifth of the shortest time there is.
    public struct Turns: Sendable {
        /// After the first refusal, and after the second: any moment, so that the fleet spreads out.
        public var first: Int64
        public var second: Int64
        /// From then on a window is this share of the time that has passed, no shorter than `second` and no longer than
        /// `longest`, and the wait one of its last three tenths: the fleet is spread out by now, and who comes early is
        /// only refused again.
        public var share: Int64
        public var longest: Int64

        public init(first: Int64, second: Int64, share: Int64, longest: Int64) {
            self.first = first
            self.second = second
            self.share = max(share, 1)
            self.longest = longest
        }

        func window(_ count: Int, _ elapsed: Int64) -> ClosedRange<Int64> {
            if count <= 1 { return 0...first }
            if count == 2 { return 0...second }
            let length = min(max(elapsed / share, second), longest)
            return length / 10 * 7...length
        }
    }

    /// Why AWS is to be asked again.
    public enum Cause: Sendable {
        /// AWS said that too many ask.
        case throttled
        /// 5xx, no answer, no connection. Nothing says that others ask too, so the first retries are quick.
        case failed
    }

    public var throttled = Turns(first: 2000, second: 10_000, share: 5, longest: 35_000)
    public var failed = Windows(first: 1000, longest: 60_000)
    /// For a server that says when to come back (Retry-After), at most, in milliseconds.
    public var longestRetryAfter: Int64 = 300_000

    public init() {}

    /// Milliseconds until the next try after the `count`-th failure for `cause`, counted from 1, `elapsed` milliseconds
    /// after the call began; `random` is any number, or nil for the longest wait; `retryAfter` is in seconds.
    public func delay(after count: Int, _ cause: Cause, elapsed: Int64, random: UInt64?, retryAfter: Int64?) -> Int64 {
        let window = cause == .throttled ? throttled.window(count, elapsed) : failed.window(count)
        let length = window.upperBound - window.lowerBound
        let jitter = random.map { window.lowerBound + Int64($0 % UInt64(max(length, 1))) } ?? window.upperBound
        guard let retryAfter, retryAfter > 0 else { return jitter }
        return min(
            retryAfter.multipliedReportingOverflow(by: 1000).overflow ? longestRetryAfter : retryAfter * 1000,
            longestRetryAfter) + jitter
    }

    /// The seconds of a Retry-After header (RFC 9110 section 10.2.3), in its numeric form.
    public static func retryAfter(_ response: HTTPResponse) -> Int64? {
        response.header("Retry-After")?.trimmed.utf8.decimalValue
    }
}
