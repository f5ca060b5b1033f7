// What can come of a call: numbers, names, actions, words. That they are the published ones is for
// Tests/CABI/test_status.c to say.

import Testing

@testable import MPMeterCore

@Suite struct StatusTests {
    @Test func numbersAreUniqueAndAscending() {
        let numbers = Status.allCases.map(\.rawValue)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        #expect(Set(Status.allCases.map { "\($0.name)" }).count == Status.allCases.count)
    }

    /// OK alone proceeds; throttled, unavailable, network, deadline and a journal in use are to be tried again; all
    /// else terminates, as AWS asks:
    /// https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
    @Test(arguments: Status.allCases) func actions(_ status: Status) {
        let expected: Action =
            switch "\(status.name)" {
            case "MPMETER_OK": .proceed
            case "MPMETER_E_THROTTLED", "MPMETER_E_SERVICE_UNAVAILABLE", "MPMETER_E_NETWORK", "MPMETER_E_DEADLINE",
                "MPMETER_E_JOURNAL_BUSY":
                .retry
            default: .terminate
            }
        #expect(status.action == expected)
    }

    @Test func actionsAreNamedAsInTheHeader() {
        #expect(Action.allCases.map { "\($0.rawValue) \($0.name)" } == ["0 proceed", "1 retry", "2 terminate"])
    }

    /// mpmeter_status_message() and mpmeter_status_fix(): one sentence each, the fix empty for OK alone.
    @Test(arguments: Status.allCases) func words(_ status: Status) {
        for text in ["\(status.message)"] + (status == .ok ? [] : ["\(status.fix)"]) {
            #expect(text.hasSuffix("."), "\(text)")
            #expect(text.utf8.count > 10 && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(text)")
            #expect(text.first?.isUppercase == true)
        }
        #expect("\(status.fix)".isEmpty == (status == .ok))
    }

    @Test(arguments: Status.allCases) func anErrorHasItsStatussFixUnlessItKnowsBetter(_ status: Status) {
        #expect(MeterError(status, "m").fix == "\(status.fix)")
        #expect(MeterError(status, "m", fix: "f").fix == "f")
        #expect("\(MeterError(status, "m"))" == "\(status.name): m")
        #expect(
            MeterError(status, "m").httpStatus == 0 && MeterError(status, "m").awsType == nil
                && !MeterError(status, "m").isFinal)
    }
}
