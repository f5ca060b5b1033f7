// Decides how an outcome is written as one JSON object: the keys of the command line, in its order.

public import MPMeterCore

public enum OutcomeJSON {
    /// How every outcome begins.
    static func opening(_ status: Status, message: String, fix: String) -> [(String, JSONValue)] {
        [
            ("status", .string("\(status.name)")), ("code", .integer(Int64(status.rawValue))),
            ("action", .string("\(status.action.name)")), ("message", .string(message)), ("fix", .string(fix)),
        ]
    }

    /// All that a registration tells. What is not known is null.
    public static func members(of registration: Registration) -> [(String, JSONValue)] {
        let report = registration.report
        return opening(.ok, message: "\(Status.ok.message)", fix: "\(Status.ok.fix)") + [
            ("product_code", .string(registration.productCode)),
            ("public_key_version", .integer(Int64(registration.publicKeyVersion))),
            ("nonce", .string(registration.nonce)), ("verified", .bool(registration.isVerified)),
            ("signature", .string(registration.signature)),
            ("public_key_rotation", text(registration.publicKeyRotation)),
            ("region", text(report.region?.name.text)), ("region_source", text(report.region?.source.rawValue)),
            ("credentials_source", text(report.credentialsSource?.rawValue)),
            ("platform", text(report.platform?.rawValue)),
            ("request_id", text(registration.requestID)), ("attempts", .integer(Int64(report.attempts))),
            ("elapsed_ms", .integer(report.elapsed)),
        ]
    }

    /// What is known of a failure. What is not known is left out.
    public static func members(of error: MeterError, _ report: Report) -> [(String, JSONValue)] {
        var members = opening(error.status, message: error.message, fix: error.fix)
        for (key, value) in known(error, report) { members.append((key, .string(value))) }
        if error.httpStatus != 0 { members.append(("http_status", .integer(Int64(error.httpStatus)))) }
        members.append(("attempts", .integer(Int64(report.attempts))))
        members.append(("elapsed_ms", .integer(report.elapsed)))
        return members
    }

    /// The texts that a failure knows, beside message and fix.
    static func known(_ error: MeterError, _ report: Report) -> [(String, String)] {
        let all: [(String, String?)] = [
            ("region", report.region?.name.text), ("region_source", report.region?.source.rawValue),
            ("credentials_source", report.credentialsSource?.rawValue), ("platform", report.platform?.rawValue),
            ("request_id", error.requestID), ("aws_type", error.awsType),
        ]
        return all.compactMap { key, value in value.map { (key, $0) } }
    }

    static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}
