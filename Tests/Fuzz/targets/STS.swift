// The answer of STS, in JSON and in XML.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    do throws(MeterError) {
        check(try WebIdentity.credentials(in: input.response, Jansson.self))
    } catch {
        expect(error.status != .ok && error.status != .internal, "a bad answer is told as one")
        expect(isOneLine(error.message), "a stranger's text is quoted without control characters")
        _ = WebIdentity.isWorthAnotherTry(error)
    }
}
