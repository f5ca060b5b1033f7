// Stage 3 of Signature Version 4: decides the key and the signature.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature

public struct Signature: Sendable {
    /// Lower-case hexadecimal.
    public let text: String

    public init<H: Hashing>(_ stringToSign: StringToSign, _ scope: SigningScope, secret: Secret, _: H.Type)
        throws(MeterError)
    {
        var key = ("AWS4" + secret.reveal()).bytes
        for part in [scope.moment.basicDate, scope.region.text, scope.service, "aws4_request"] {
            key = try H.hmacSHA256(key: key, part.bytes)
        }
        text = try H.hmacSHA256(key: key, stringToSign.text.bytes).hex
    }
}
