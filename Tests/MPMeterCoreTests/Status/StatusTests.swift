// What can come of a call: numbers, names, actions, words. include/mpmeter.h is the contract; a number, once released, is never changed.

import Testing

@testable import MPMeterCore

@Suite struct StatusTests {
    /// `mpmeter_status` in include/mpmeter.h.
    static let header: [(Int32, String)] = [
        (0, "MPMETER_OK"), (1, "MPMETER_E_INVALID_ARGUMENT"), (2, "MPMETER_E_UNTRUSTED_PRODUCT"), (3, "MPMETER_E_PUBLIC_KEY"),
        (10, "MPMETER_E_REGION_NOT_FOUND"), (11, "MPMETER_E_REGION_UNSUPPORTED"), (12, "MPMETER_E_CREDENTIALS_NOT_FOUND"),
        (13, "MPMETER_E_CREDENTIALS_REJECTED"), (20, "MPMETER_E_NETWORK"), (21, "MPMETER_E_TLS"), (22, "MPMETER_E_DEADLINE"),
        (23, "MPMETER_E_CANCELLED"), (24, "MPMETER_E_BAD_RESPONSE"), (30, "MPMETER_E_CUSTOMER_NOT_ENTITLED"),
        (31, "MPMETER_E_PLATFORM_NOT_SUPPORTED"), (32, "MPMETER_E_INVALID_REGION"), (33, "MPMETER_E_INVALID_PRODUCT_CODE"),
        (34, "MPMETER_E_INVALID_PUBLIC_KEY_VERSION"), (35, "MPMETER_E_API_DISABLED"), (36, "MPMETER_E_ACCESS_DENIED"),
        (37, "MPMETER_E_NOT_AUTHENTICATED"), (38, "MPMETER_E_THROTTLED"), (39, "MPMETER_E_SERVICE_UNAVAILABLE"), (40, "MPMETER_E_SERVICE"),
        (50, "MPMETER_E_TOKEN_MALFORMED"), (51, "MPMETER_E_TOKEN_ALGORITHM"), (52, "MPMETER_E_TOKEN_SIGNATURE"), (53, "MPMETER_E_TOKEN_CLAIMS"),
        (60, "MPMETER_E_OUT_OF_MEMORY"), (61, "MPMETER_E_INTERNAL"),
    ]

    @Test func numbersAndNamesAreTheHeaders() {
        #expect(Status.allCases.map(\.rawValue) == Self.header.map(\.0))
        #expect(Status.allCases.map { "\($0.name)" } == Self.header.map(\.1))
    }

    @Test func numbersAreUniqueAndAscending() {
        let numbers = Status.allCases.map(\.rawValue)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        #expect(Set(Status.allCases.map { "\($0.name)" }).count == Status.allCases.count)
    }

    /// OK alone proceeds; throttled, unavailable, network and deadline are to be tried again; all else terminates, as AWS asks:
    /// https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
    @Test(arguments: Status.allCases) func actions(_ status: Status) {
        let expected: Action =
            switch "\(status.name)" {
            case "MPMETER_OK": .proceed
            case "MPMETER_E_THROTTLED", "MPMETER_E_SERVICE_UNAVAILABLE", "MPMETER_E_NETWORK", "MPMETER_E_DEADLINE": .retry
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
        #expect(MeterError(status, "m").httpStatus == 0 && MeterError(status, "m").awsType == nil && !MeterError(status, "m").isFinal)
    }
}
