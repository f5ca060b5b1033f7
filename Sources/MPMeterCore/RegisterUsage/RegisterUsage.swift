// Decides what RegisterUsage looks like on the wire (AWS JSON 1.1), and what a successful answer holds.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html

public enum RegisterUsage {
    /// The name that requests are signed for.
    public static let signingName = "aws-marketplace"

    public static func request<J: JSONCoding>(_ proof: ProofRequest, endpoint: URLParts, _: J.Type) throws(MeterError)
        -> HTTPRequest
    {
        let body = try J.encode([
            ("ProductCode", .string(proof.productCode)), ("PublicKeyVersion", .integer(Int64(proof.publicKeyVersion))),
            ("Nonce", .string(proof.nonce)),
        ])
        let headers = [
            HTTPHeader("Content-Type", "application/x-amz-json-1.1"),
            HTTPHeader("X-Amz-Target", "AWSMPMeteringService.RegisterUsage"),
        ]
        return HTTPRequest(.POST, endpoint, headers: headers, body: body, to: .service)
    }

    public struct Answer {
        public let signature: String
        /// Present when the key version has expired, and a newer one is to be shipped. ISO 8601 or epoch seconds, as
        /// AWS sent it.
        public let publicKeyRotation: String?
        public let requestID: String?
    }

    public static func answer<J: JSONCoding>(in response: HTTPResponse, _: J.Type) throws(MeterError) -> Answer {
        let requestID = ServiceError.requestID(response)
        guard response.status == 200, let body = J.parse(response.body), let signature = body.text("Signature") else {
            throw MeterError(
                .badResponse,
                "RegisterUsage answered HTTP \(response.status) without a JSON object that has a Signature",
                httpStatus: response.status, requestID: requestID)
        }
        return Answer(
            signature: signature, publicKeyRotation: rotation(body["PublicKeyRotationTimestamp"]), requestID: requestID)
    }

    /// ISO 8601, or the date of an HTTP header.
    private static func isTime(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40 && text.utf8.contains { $0.isDigitASCII }
            && text.utf8.allSatisfy { $0.isDigitASCII || $0.isLetterASCII || " :.,+-".utf8.contains($0) }
    }

    /// The text of a PublicKeyRotationTimestamp: as AWS wrote it, or its whole seconds; nil for null, and for what is
    /// no time.
    static func rotation(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): isTime(text) ? text : nil
        case .integer(let seconds): "\(seconds)"
        case .real(let seconds) where seconds.magnitude < 1e15: "\(Int64(seconds))"
        default: nil
        }
    }
}
