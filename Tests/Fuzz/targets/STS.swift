// The answer of STS, in JSON and in XML.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    do throws(MeterError) {
        check(try WebIdentity.credentials(in: input.response, Jansson.self))
    } catch {
        check(error)
        _ = WebIdentity.isWorthAnotherTry(error)
    }
}
