// Holds what an outcome is as one JSON object, and as one line of a log: nothing that a server said can leave its
// place.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import Testing

@Suite("Outcomes: JSON and the line of a log") struct OutcomeTests {
    static let said = [
        "plain", "two\nlines\r\n", "\u{1B}[31mred", "\u{0}nul", "\u{2028}separator \u{202E}turned",
        "\"quotes\" \\ \u{7F}", "é €",
    ]

    @Test("what a server said stays inside its string, and on its line", arguments: said)
    func escaping(_ said: String) throws {
        let error = MeterError(.service, said, fix: said, httpStatus: 400, awsType: said, requestID: said)
        let text = try #require(String(utf8: try Jansson.encode(OutcomeJSON.members(of: error, Report()))))
        #expect(!text.contains("\n"))
        if !said.contains("\u{0}") {
            guard case .object(let members)? = Jansson.parse(Array(text.utf8)) else {
                throw MeterError(.internal, text)
            }
            for key in ["message", "fix", "aws_type", "request_id"] {
                guard case .string(let value)? = members.first(where: { $0.0 == key })?.1 else {
                    throw MeterError(.internal, key)
                }
                #expect(value == said)
            }
        }
        let line = ErrorLine.text(error, Report())
        #expect(line.unicodeScalars.allSatisfy { !$0.properties.isPatternWhitespace || $0 == " " }, "\(line)")
        #expect(
            line.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && !(0x202A...0x202E).contains($0.value)
            })
    }

    @Test("the line holds everything that a support desk asks for")
    func everything() {
        var report = Report()
        report.attempts = 3
        report.elapsed = 12
        let error = MeterError(
            .throttled, "No", fix: "Wait.", httpStatus: 400, awsType: "ThrottlingException", requestID: "a b")
        #expect(
            ErrorLine.text(error, report)
                == """
                MPMETER_E_THROTTLED (retry): No. Fix: Wait. [request_id=\"a b\" aws_type=ThrottlingException \
                http_status=400 attempts=3 elapsed_ms=12]
                """
        )
    }

    @Test("what is not known is left out")
    func nothing() {
        #expect(
            ErrorLine.text(MeterError(.cancelled, "Stopped", fix: ""), Report())
                == "MPMETER_E_CANCELLED (terminate): Stopped. [attempts=0 elapsed_ms=0]")
    }
}
