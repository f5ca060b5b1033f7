// RegisterUsage on the wire (AWS JSON 1.1), and what a successful answer holds.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html

import Foundation
import MPMeterCore
import MPMeterJSON
import Testing

@Suite struct RegisterUsageTests {
    private func request(_ code: String = "prod", _ version: Int32 = 1, _ nonce: String = "n") throws -> HTTPRequest {
        let region = try #require(RegionName("eu-west-3"))
        return try RegisterUsage.request(
            ProofRequest(productCode: code, publicKeyVersion: version, nonce: nonce),
            endpoint: Endpoint.metering(in: region, []), Jansson.self)
    }

    /// service-2.json: `protocol: json`, `jsonVersion: 1.1`, `targetPrefix: AWSMPMeteringService`, POST /.
    @Test func headers() throws {
        let request = try request()
        #expect(request.method == .POST)
        #expect(request.url.text == "https://metering.marketplace.eu-west-3.amazonaws.com/")
        #expect(request.audience == .service)
        #expect(
            request.headers.map { "\($0.name): \($0.value)" } == [
                "Content-Type: application/x-amz-json-1.1", "X-Amz-Target: AWSMPMeteringService.RegisterUsage",
            ])
        #expect(RegisterUsage.signingName == "aws-marketplace")
    }

    /// Exactly the three members of RegisterUsageRequest, of their types, read back by another JSON parser.
    @Test(
        arguments: [
            ("4w1vgsrkqdkypbz43g7qkk4uz", 1, "3c0b6f2e-8d6b-4b7e-9a52-5f3d1a7c9e10"),
            ("a/b=c:d_e.f@g-h", .max, "\"quoted\" \\ and / more"),
            ("p", 2, "日本語 é e\u{301} 😀"), ("p", 1, "</script>\u{2028}"), ("p", 1, String(repeating: "n", count: 255)),
        ] as [(String, Int32, String)])
    func body(_ code: String, _ version: Int32, _ nonce: String) throws {
        let body = try request(code, version, nonce).body
        let object = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        #expect(Set(object.keys) == ["ProductCode", "PublicKeyVersion", "Nonce"])
        #expect((object["ProductCode"] as? String)?.isSame(as: code) == true)
        #expect(object["PublicKeyVersion"] as? Int == Int(version))
        #expect((object["Nonce"] as? String)?.isSame(as: nonce) == true)
        // A number, not a string or a real: the model says `integer`.
        #expect(
            String(decoding: body, as: UTF8.self).replacingOccurrences(of: " ", with: "").contains(
                "\"PublicKeyVersion\":\(version)"))
    }

    private func answer(_ body: String, status: Int = 200, headers: [HTTPHeader] = []) throws -> RegisterUsage.Answer {
        try RegisterUsage.answer(
            in: HTTPResponse(status: status, headers: headers, body: Array(body.utf8)), Jansson.self)
    }

    @Test func theSignatureIsHandedOn() throws {
        let answer = try answer(
            #"{"Signature":"a.b.c","Other":[1,{}]}"#, headers: [HTTPHeader("X-AMZN-REQUESTID", "r-1")])
        #expect(answer.signature == "a.b.c")
        #expect(answer.publicKeyRotation == nil)
        #expect(answer.requestID == "r-1")
    }

    /// PublicKeyRotationTimestamp: a timestamp, "only included when public key version has expired". AWS JSON writes
    /// epoch seconds (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html); AWS's examples show null.
    @Test(
        arguments: [
            ("null", nil), ("1709251200", "1709251200"), ("1.7092512E9", "1709251200"), ("1709251200.5", "1709251200"),
            ("\"2024-03-01T00:00:00Z\"", "2024-03-01T00:00:00Z"),
            ("\"Fri, 01 Mar 2024 00:00:00 GMT\"", "Fri, 01 Mar 2024 00:00:00 GMT"), ("\"soon\"", nil),
            ("\"2024\\n\"", nil), ("\"<b>2024</b>\"", nil), ("true", nil), ("[]", nil), ("{}", nil), ("1e300", nil),
            ("-1e300", nil), ("9223372036854775807", "9223372036854775807"),
        ] as [(String, String?)])
    func rotation(_ value: String, _ expected: String?) throws {
        #expect(
            try answer(#"{"Signature":"a.b.c","PublicKeyRotationTimestamp":\#(value)}"#).publicKeyRotation == expected)
    }

    @Test(arguments: [
        "", " ", "{}", "null", "[]", "\"a.b.c\"", "a.b.c", #"{"Signature":null}"#, #"{"Signature":""}"#,
        #"{"Signature":1}"#, #"{"Signature":["a.b.c"]}"#,
        #"{"signature":"a.b.c"}"#, #"{"Signature":"a.b.c"}x"#, #"{"Signature":"a.b.c","Signature":"d.e.f"}"#,
        #"{"Signature":"a.b.c""#,
        "\u{FEFF}{\"Signature\":\"a.b.c\"}", "<html></html>", #"{"Signature":"a\u0000.b.c"}"#,
    ])
    func whatIsNoAnswerIsABadResponse(_ body: String) {
        let error = thrown { try answer(body, headers: [HTTPHeader("x-amzn-RequestId", "r-1")]) }
        #expect(error?.status == .badResponse)
        #expect(error?.httpStatus == 200)
        #expect(error?.requestID == "r-1")
    }

    /// The model knows 200 alone: another success did not come from RegisterUsage.
    @Test(arguments: [201, 202, 204, 206, 301, 304]) func otherSuccessesAreNone(_ status: Int) {
        #expect(thrown { try answer(#"{"Signature":"a.b.c"}"#, status: status) }?.status == .badResponse)
    }
}
