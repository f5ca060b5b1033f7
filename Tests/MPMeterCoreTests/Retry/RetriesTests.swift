// The retries of one call: what is counted, and where they end.

import MPMeterCore
import Testing

@Suite struct RetriesTests {
    /// The longest wait after each of `causes`, with time enough.
    private func longest(_ causes: [RetryPolicy.Cause]) -> [Int64?] {
        var retries = Retries(RetryPolicy())
        return causes.map { retries.wait(after: $0, elapsed: 0, left: 86_400_000, random: nil, retryAfter: nil) }
    }

    @Test func eachCauseHasItsOwnWindows() {
        #expect(longest(Array(repeating: .throttled, count: 5)) == [2000, 10_000, 10_000, 10_000, 10_000])
        #expect(
            longest(Array(repeating: .failed, count: 8)) == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    }

    /// A 5xx says nothing of how many ask, and a refusal nothing of the service's health.
    @Test func causesAreCountedApart() {
        #expect(
            longest([.throttled, .throttled, .failed, .throttled, .failed, .throttled]) == [
                2000, 10_000, 1000, 10_000, 2000, 10_000,
            ])
    }

    @Test func moreFailuresThanADayHolds() {
        #expect(longest(Array(repeating: .failed, count: 100_000)).last == 60_000)
    }

    /// A wait that does not fit is shortened once, to half of what is left; then there is no other.
    @Test(
        arguments: [(2001, 2000), (2000, 1000), (1999, 999), (201, 100), (200, nil), (1, nil), (0, nil), (-5, nil)]
            as [(Int64, Int64?)])
    func theLastTry(_ left: Int64, _ wait: Int64?) {
        var retries = Retries(RetryPolicy())
        #expect(retries.wait(after: .throttled, elapsed: 0, left: left, random: nil, retryAfter: nil) == wait)
        guard let wait, wait < 2000 else { return }
        #expect(retries.wait(after: .throttled, elapsed: 0, left: left - wait, random: nil, retryAfter: nil) == nil)
    }

    /// A server that asked for patience is not asked sooner.
    @Test func retryAfterIsNotShortened() {
        var retries = Retries(RetryPolicy())
        #expect(retries.wait(after: .throttled, elapsed: 0, left: 9000, random: 0, retryAfter: 9) == nil)
        #expect(retries.wait(after: .throttled, elapsed: 0, left: 9001, random: 0, retryAfter: 9) == 9000)
    }
}
