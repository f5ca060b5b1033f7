// The answer of RegisterUsage, good or bad, and what is made of its headers.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    let response = input.response
    let error = ServiceError.read(response, Jansson.self)
    check(error)
    _ = (error.saysClockSkewed, error.saysCredentialsExpired)
    if let answer = try? RegisterUsage.answer(in: response, Jansson.self) {
        expect(!answer.signature.isEmpty, "an answer has a signature")
    }
    for attempt in [Int.min, 1, 7, Int.max] {
        let delay = RetryPolicy().delay(
            after: attempt, .throttled, elapsed: 0, random: UInt64.max, retryAfter: RetryPolicy.retryAfter(response))
        expect(delay >= 0 && delay <= 360_000, "no wait is longer than the longest")
    }
}
