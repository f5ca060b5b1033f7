// How long to wait before AWS is asked again: exponential back-off with jitter
// (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), for an API that takes five
// requests a second (https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-service-quotas.html).
// docs/fleet.md says why these windows.

import MPMeterCore
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()

    /// Throttled: the whole of 2 s and of 10 s, then the last three tenths of a fifth of the time that has passed, from
    /// 10 s to 35 s. Failed otherwise: the whole of 1 s, 2 s, 4 s, … 60 s; then the later half of 60 s.
    static let table: [(RetryPolicy.Cause, Int, Int64, ClosedRange<Int64>)] = [
        (.throttled, 1, 0, 0...2000), (.throttled, 1, 900_000, 0...2000), (.throttled, 2, 900_000, 0...10_000),
        (.throttled, 3, 0, 7000...10_000),
        (.throttled, 3, 50_000, 7000...10_000), (.throttled, 4, 100_000, 14_000...20_000),
        (.throttled, 9, 174_995, 24_493...34_999), (.throttled, 64, 450_000, 24_500...35_000),
        (.throttled, .max, .max, 24_500...35_000), (.throttled, 3, -1, 7000...10_000),
        (.throttled, 3, .min, 7000...10_000),
        (.failed, 1, 0, 0...1000), (.failed, 2, 0, 0...2000), (.failed, 3, 0, 0...4000), (.failed, 4, 0, 0...8000),
        (.failed, 5, 0, 0...16_000),
        (.failed, 6, 0, 0...32_000), (.failed, 7, 0, 0...60_000), (.failed, 8, 0, 30_000...60_000),
        (.failed, 65, .max, 30_000...60_000),
        (.failed, Int(Int32.max), 0, 30_000...60_000),
        (.throttled, 0, 0, 0...2000), (.throttled, -1, 0, 0...2000), (.failed, .min, 0, 0...1000),
    ]

    @Test(arguments: table) func windows(_ row: (RetryPolicy.Cause, Int, Int64, ClosedRange<Int64>)) {
        let (cause, count, elapsed, window) = row
        func delay(_ random: UInt64?) -> Int64 {
            policy.delay(after: count, cause, elapsed: elapsed, random: random, retryAfter: nil)
        }
        let length = window.upperBound - window.lowerBound
        #expect(delay(0) == window.lowerBound)
        #expect(delay(UInt64(length - 1)) == window.upperBound - 1)
        #expect(delay(UInt64(length)) == window.lowerBound)
        // Without randomness the longest wait: never sooner than with it.
        #expect(delay(nil) == window.upperBound)
        for random in [1, 999, 1 << 32, UInt64.max - 1, .max] { #expect(window.contains(delay(random))) }
    }

    /// No number of tries can overflow. In a process of its own, because a trap would end this one.
    @Test func noCountTraps() async {
        await #expect(processExitsWith: .success) {
            for count in [Int.min, Int.min + 1, Int.max] {
                for cause in [RetryPolicy.Cause.throttled, .failed] {
                    _ = RetryPolicy().delay(after: count, cause, elapsed: .max, random: .max, retryAfter: .max)
                }
            }
        }
    }

    /// Any moment of the window, each as likely as another.
    @Test(arguments: [(2, 0, 1000), (9, 24_500, 1050)] as [(Int, Int64, Int64)]) func jitterIsFull(
        _ count: Int, _ from: Int64, _ tenth: Int64
    ) {
        var random = SplitMix64(seed: 7)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 {
            tenths[
                Int(
                    (policy.delay(after: count, .throttled, elapsed: 450_000, random: random.next(), retryAfter: nil)
                        - from) / tenth)] += 1
        }
        #expect(tenths.allSatisfy { (850...1150).contains($0) }, "\(tenths)")
    }

    /// RFC 9110 section 10.2.3: the server's own word is waited for at least, and the fleet still spreads out behind
    /// it; but not for ever.
    @Test(
        arguments: [
            (1, 1000), (5, 5000), (299, 299_000), (300, 300_000), (301, 300_000), (86_400, 300_000),
            (.max / 1000, 300_000), (.max / 1000 + 1, 300_000), (.max, 300_000),
        ] as [(Int64, Int64)])
    func retryAfterIsTheLeast(_ seconds: Int64, _ least: Int64) {
        #expect(policy.delay(after: 1, .failed, elapsed: 0, random: 0, retryAfter: seconds) == least)
        #expect(policy.delay(after: 1, .failed, elapsed: 0, random: 999, retryAfter: seconds) == least + 999)
        #expect(policy.delay(after: .max, .throttled, elapsed: 0, random: 2999, retryAfter: seconds) == least + 9999)
    }

    @Test(arguments: [0, -1, .min] as [Int64]) func noRetryAfterIsNone(_ seconds: Int64) {
        #expect(policy.delay(after: 1, .throttled, elapsed: 0, random: 500, retryAfter: seconds) == 500)
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("120", 120), (" 120 ", 120), ("9223372036854775807", .max),
            ("9223372036854775808", nil), ("", nil), ("-1", nil), ("+1", nil), ("1.5", nil),
            ("1e3", nil), ("0x10", nil), ("Fri, 31 Dec 1999 23:59:59 GMT", nil), ("１", nil),
        ] as [(String, Int64?)])
    func theHeaderIsRead(_ value: String, _ expected: Int64?) {
        #expect(
            RetryPolicy.retryAfter(HTTPResponse(status: 503, headers: [HTTPHeader("retry-after", value)])) == expected)
    }

    @Test func withoutTheHeaderThereIsNone() { #expect(RetryPolicy.retryAfter(HTTPResponse(status: 503)) == nil) }
}
