// How long to wait before AWS is asked again: exponential back-off with full jitter
// (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), for an API that takes five requests a second
// (https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-service-quotas.html).

import MPMeterCore
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()

    /// 1 s, 2 s, 4 s, … 60 s.
    @Test(arguments: [
        (1, 1000), (2, 2000), (3, 4000), (4, 8000), (5, 16_000), (6, 32_000), (7, 60_000), (8, 60_000), (21, 60_000), (22, 60_000), (63, 60_000), (64, 60_000),
        (65, 60_000), (1000, 60_000), (Int(Int32.max), 60_000), (.max, 60_000), (0, 1000), (-1, 1000),
    ] as [(Int, Int64)])
    func ceilings(_ attempt: Int, _ ceiling: Int64) {
        #expect(policy.delay(after: attempt, random: 0, retryAfter: nil) == 0)
        #expect(policy.delay(after: attempt, random: UInt64(ceiling - 1), retryAfter: nil) == ceiling - 1)
        #expect(policy.delay(after: attempt, random: UInt64(ceiling), retryAfter: nil) == 0)
        // Without randomness the longest wait: never sooner than with it.
        #expect(policy.delay(after: attempt, random: nil, retryAfter: nil) == ceiling)
        for random in [1, 999, 1 << 32, UInt64.max - 1, .max] {
            #expect((0..<ceiling).contains(policy.delay(after: attempt, random: random, retryAfter: nil)))
        }
    }

    /// No number of tries can overflow. In a process of its own, because a trap would end this one.
    @Test func noAttemptTraps() async {
        await #expect(processExitsWith: .success) {
            for attempt in [Int.min, Int.min + 1, Int.max] { _ = RetryPolicy().delay(after: attempt, random: .max, retryAfter: .max) }
        }
    }

    /// Full jitter: any moment up to the ceiling, each as likely as another.
    @Test func jitterIsFull() {
        var random = SplitMix64(seed: 7)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 { tenths[Int(policy.delay(after: 7, random: random.next(), retryAfter: nil) / 6000)] += 1 }
        #expect(tenths.allSatisfy { (850...1150).contains($0) }, "\(tenths)")
    }

    /// RFC 9110 section 10.2.3: the server's own word is waited for at least, and the fleet still spreads out behind it; but not for ever.
    @Test(arguments: [(1, 1000), (5, 5000), (299, 299_000), (300, 300_000), (301, 300_000), (86_400, 300_000), (.max / 1000, 300_000), (.max / 1000 + 1, 300_000), (.max, 300_000)] as [(Int64, Int64)])
    func retryAfterIsTheLeast(_ seconds: Int64, _ least: Int64) {
        #expect(policy.delay(after: 1, random: 0, retryAfter: seconds) == least)
        #expect(policy.delay(after: 1, random: 999, retryAfter: seconds) == least + 999)
        #expect(policy.delay(after: .max, random: 59_999, retryAfter: seconds) == least + 59_999)
    }

    @Test(arguments: [0, -1, .min] as [Int64]) func noRetryAfterIsNone(_ seconds: Int64) {
        #expect(policy.delay(after: 1, random: 500, retryAfter: seconds) == 500)
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("120", 120), (" 120 ", 120), ("9223372036854775807", .max), ("9223372036854775808", nil), ("", nil), ("-1", nil), ("+1", nil), ("1.5", nil),
        ("1e3", nil), ("0x10", nil), ("Fri, 31 Dec 1999 23:59:59 GMT", nil), ("１", nil),
    ] as [(String, Int64?)])
    func theHeaderIsRead(_ value: String, _ expected: Int64?) {
        #expect(RetryPolicy.retryAfter(HTTPResponse(status: 503, headers: [HTTPHeader("retry-after", value)])) == expected)
    }

    @Test func withoutTheHeaderThereIsNone() { #expect(RetryPolicy.retryAfter(HTTPResponse(status: 503)) == nil) }
}
