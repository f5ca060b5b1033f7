// The answer of MeterUsage, to a record and to a dry run.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    let response = input.response
    switch MeterUsage.verdict(response, Jansson.self) {
    case .accepted(let id):
        expect(response.status == 200, "only HTTP 200 says that AWS took a record")
        expect(isOneLine(id) && !id.isEmpty, "a record's id is one line")
    case .refused(let error):
        check(error)
        expect(response.status < 500 && error.awsType != nil, "a server's failure refuses nothing")
    case .duplicate(let error), .unknown(let error): check(error)
    }
    do throws(MeterError) { try MeterUsage.checkDryRun(response, Jansson.self) } catch { check(error) }
}
