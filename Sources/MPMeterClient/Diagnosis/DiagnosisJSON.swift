// Decides how a diagnosis is written: one JSON object that begins like every answer of the command line, with the first
// obstacle for its message.

public import MPMeterCore

extension Diagnosis {
    public func json<J: JSONCoding>(_: J.Type) throws(MeterError) -> String {
        let first = firstObstacle
        let failed = count(.fail)
        let warned = count(.warn)
        let summary =
            first.map { "\($0.id.title): \($0.seen)" }
            ?? (warned == 0
                ? "Nothing was found that stands in the way of \(isOfMetering ? "metering" : "a registration")."
                : "Nothing stands in the way; warnings: \(warned).")
        let members =
            OutcomeJSON.opening(status, message: summary, fix: first?.advice ?? "") + [
                ("first_failure", firstFailure.map { .string($0.id.rawValue) } ?? .null),
                ("library_version", .string(libraryVersion)),
                ("region", OutcomeJSON.text(report.region?.name.text)),
                ("region_source", OutcomeJSON.text(report.region?.source.rawValue)),
                ("credentials_source", OutcomeJSON.text(report.credentialsSource?.rawValue)),
                ("platform", OutcomeJSON.text(report.platform?.rawValue)),
                ("passed", .integer(Int64(count(.pass)))), ("warned", .integer(Int64(warned))),
                ("failed", .integer(Int64(failed))),
                ("skipped", .integer(Int64(count(.skipped)))), ("elapsed_ms", .integer(report.elapsed)),
                ("checks", .array(checks.map { json($0) })),
            ]
        guard let document = String(utf8: try J.encode(members)) else {
            throw MeterError(.internal, "The diagnosis is not text")
        }
        return document
    }

    private func json(_ check: Check) -> JSONValue {
        .object([
            ("id", .string(check.id.rawValue)), ("title", .string("\(check.id.title)")),
            ("outcome", .string(check.outcome.rawValue)),
            ("seen", .string(check.seen)), ("advice", .string(check.advice)),
            ("status", .string("\(check.status.name)")),
            ("elapsed_ms", .integer(check.elapsed)),
        ])
    }
}
