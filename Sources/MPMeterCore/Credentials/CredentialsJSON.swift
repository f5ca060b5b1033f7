// Decides how the JSON that AWS's credential services answer becomes credentials. All use the same names but for the
// token's: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

enum CredentialsJSON {
    /// `answer` has AccessKeyId, SecretAccessKey, `tokenName` and perhaps Expiration (ISO 8601, or epoch seconds as STS
    /// writes them).
    static func read(_ answer: JSONValue, tokenName: String, from service: String, source: CredentialsSource)
        throws(MeterError) -> Credentials
    {
        guard let key = answer.text("AccessKeyId"), let secret = answer.text("SecretAccessKey"),
            let token = answer.text(tokenName)
        else {
            throw MeterError(
                .badResponse, "\(service) answered without AccessKeyId, SecretAccessKey or \(tokenName)",
                fix: "Check what answers in place of \(service).")
        }
        let expiration = try expiration(answer["Expiration"], service)
        guard
            let credentials = Credentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: expiration, source: source)
        else {
            throw MeterError(
                .badResponse, "\(service) answered credentials with characters that credentials do not have",
                fix: "Check what answers in place of \(service).")
        }
        return credentials
    }

    /// STS writes the number in scientific notation (envoyproxy/envoy#33806).
    private static func expiration(_ value: JSONValue?, _ service: String) throws(MeterError) -> Timestamp? {
        switch value {
        case nil, .null: return nil
        case .integer(let seconds) where seconds >= 0 && seconds < 253_402_300_800: return Timestamp(seconds)
        case .real(let seconds) where seconds >= 0 && seconds < 253_402_300_800: return Timestamp(Int64(seconds))
        case .string(let text):
            if let moment = Timestamp(iso8601: text) { return moment }
        default: break
        }
        throw MeterError(
            .badResponse, "\(service) answered an Expiration that is no moment",
            fix: "Check what answers in place of \(service).")
    }
}
