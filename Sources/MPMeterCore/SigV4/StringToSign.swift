// Stage 2 of Signature Version 4: decides what is signed, from the hash of stage 1 and the scope.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign

public struct StringToSign: Sendable {
    public let text: String

    public init<H: Hashing>(_ request: CanonicalRequest, _ scope: SigningScope, _: H.Type) throws(MeterError) {
        text = ["AWS4-HMAC-SHA256", scope.moment.basicFormat, scope.text, try H.sha256(request.text.bytes).hex].joined(
            separator: "\n")
    }
}
