// A whole diagnosis on a machine of the input's making: the first section is the environment, and each further one the
// next answer of a server or the next file; "!" and a letter is a failure of the network.

import MPMeterClient
import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    let sections = input.sections
    let settings = sections[0].lines.compactMap { String(utf8: $0) }
    let environment = Environment { variable in
        let start = variable.rawValue + "="
        return settings.first { $0.startsWith(start) }.flatMap { String(utf8: $0.utf8.dropFirst(start.utf8.count)) }
    }
    var options = ClientOptions()
    options.publicKeys = [(1, samplePEM)]
    options.deadline = 120_000
    options.log = Log(from: .debug) { _, line in expect(isOneLine(line), "a line of the log is one") }
    let request = DiagnosisRequest(
        productCodes: [sampleProduct], isRegistering: input.count % 2 == 0, libraryVersion: "0")
    do throws(MeterError) {
        let found = try Diagnosis.make(request, options, environment, on: ScriptedMachine(sections.dropFirst()), nil)
        let due = CheckID.allCases.filter { !CheckID.ofMetering.contains($0) }
        expect(found.checks.map { $0.id } == due, "each check once, in order")
        for check in found.checks {
            expect(!check.seen.isEmpty && isOneLine(check.seen) && isOneLine(check.advice), "a sentence is one line")
            expect(
                check.status == .ok ? check.outcome != .fail : check.outcome != .pass,
                "a failure has a status, what passes has none")
            expect(
                !check.advice.isEmpty || check.outcome == .pass || check.outcome == .skipped,
                "a failure says what to do")
            expect(check.status == .ok || !check.advice.isEmpty, "what is not OK says what to do")
        }
        expect(Jansson.parse(Array(try found.json(Jansson.self).utf8)) != nil, "the document is JSON")
    } catch {
        check(error)
    }
}
