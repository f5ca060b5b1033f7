// Tests/Vectors/credentials/sts.json: IAM roles for service accounts, in the JSON and in the XML that STS answers.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

import Foundation
import MPMeterJSON
import Testing

@testable import MPMeterCore

@Suite struct WebIdentityTests {
    @Test func everyCaseIsThere() {
        #expect(CredentialCase.sts.count == 97)
        #expect(CredentialCase.sts.filter { $0.expect != nil }.count == 20)
        #expect(CredentialCase.sts.filter { $0.expectCode != nil }.count == 18)
    }

    /// XML that is right, and that STS never writes around a key: refused, because XMLText reads no more than it needs.
    static let stricter = ["xml-character-reference", "xml-entity", "xml-comment", "xml-comment-around-credentials"]

    @Test(arguments: CredentialCase.sts.filter { stricter.contains($0.name) }) func refusedAlthoughXML(
        _ test: CredentialCase
    ) {
        #expect(test.expect != nil)
        #expect(thrown { try WebIdentity.credentials(in: test.response, Jansson.self) }?.status == .badResponse)
    }

    @Test(arguments: CredentialCase.sts.filter { !stricter.contains($0.name) }) func credentials(_ test: CredentialCase)
    {
        let error = test.check(.eksIRSA) { try WebIdentity.credentials(in: test.response, Jansson.self) }
        guard let code = test.expectCode else { return }
        #expect(error?.awsType == code)
        #expect(error?.requestID == test.expectRequestId)
        #expect(error?.httpStatus == test.httpStatus)
        #expect(error?.message.contains(test.expectMessage ?? "-") == true)
    }

    /// aws-c-auth, credentials_provider_sts_web_identity.c: a provider that is new to STS is not known everywhere at
    /// once.
    @Test(arguments: [
        ("InvalidIdentityToken", true), ("IDPCommunicationError", false), ("AccessDenied", false),
        ("ExpiredTokenException", false),
    ])
    func whatIsWorthAnotherTry(_ code: String, _ expected: Bool) {
        let body = #"{"Error":{"Type":"Sender","Code":"\#(code)","Message":"m"},"RequestId":"r"}"#
        let error = thrown {
            try WebIdentity.credentials(in: HTTPResponse(status: 400, body: Array(body.utf8)), Jansson.self)
        }
        #expect(error.map { WebIdentity.isWorthAnotherTry($0) } == expected)
    }

    /// https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors: one code, and what is to be mended is in the
    /// words.
    @Test(arguments: [
        ("InvalidIdentityToken", "Incorrect token audience", "Add sts.amazonaws.com to the client IDs"),
        (
            "InvalidIdentityToken",
            """
            Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity \
            documentation
            """,
            "cannot fetch"
        ),
        (
            "InvalidIdentityToken", "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
            "thumbprint"
        ),
        (
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-3.amazonaws.com/id/AB",
            "iam:CreateOpenIDConnectProvider"
        ),
        ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", "trust policy: it must allow"),
        (
            "AccessDenied",
            """
            is not authorized to perform: sts:AssumeRoleWithWebIdentity because no VPC endpoint policy allows the \
            sts:AssumeRoleWithWebIdentity action
            """,
            "policy of the VPC endpoint that the call goes through must allow sts:AssumeRoleWithWebIdentity"
        ),
    ])
    func fixes(_ code: String, _ message: String, _ fix: String) {
        let body = #"{"Error":{"Type":"Sender","Code":"\#(code)","Message":"\#(message)"},"RequestId":"r"}"#
        let error = thrown {
            try WebIdentity.credentials(in: HTTPResponse(status: 400, body: Array(body.utf8)), Jansson.self)
        }
        #expect(error?.fix.contains(fix) == true)
        #expect(error?.fix.contains("CreateOpenIDConnectProvider") == fix.contains("CreateOpenIDConnectProvider"))
        #expect(error?.fix.contains("trust policy") == fix.contains("trust policy"))
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html: what passes by itself is `retry`, the
    /// rest is not.
    @Test(arguments: [
        ("Throttling", 400, Status.throttled), ("ThrottlingException", 400, .throttled),
        ("RequestLimitExceeded", 503, .throttled),
        ("IDPCommunicationError", 400, .serviceUnavailable), ("InternalFailure", 500, .serviceUnavailable),
        ("ServiceUnavailable", 503, .serviceUnavailable),
        ("Unheard", 429, .throttled), ("Unheard", 500, .serviceUnavailable), ("Unheard", 400, .credentialsRejected),
        ("AccessDenied", 403, .credentialsRejected),
        ("PackedPolicyTooLarge", 400, .credentialsRejected), ("MalformedPolicyDocument", 400, .credentialsRejected),
    ])
    func statuses(_ code: String, _ http: Int, _ expected: Status) {
        for body in [
            #"{"Error":{"Code":"\#(code)"}}"#, "<ErrorResponse><Error><Code>\(code)</Code></Error></ErrorResponse>",
        ] {
            let error = thrown {
                try WebIdentity.credentials(in: HTTPResponse(status: http, body: Array(body.utf8)), Jansson.self)
            }
            #expect(error?.status == expected)
            #expect(error?.awsType == code)
        }
    }

    /// "Other tools use AWS_ROLE_ARN too": the token file is what configures it; then the role is needed.
    @Test func configuration() throws {
        #expect(!WebIdentity.isConfigured(Environment([.AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/r"])))
        #expect(!WebIdentity.isConfigured(Environment([.AWS_WEB_IDENTITY_TOKEN_FILE: ""])))
        #expect(WebIdentity.isConfigured(Environment([.AWS_WEB_IDENTITY_TOKEN_FILE: "/t"])))
        #expect(
            try WebIdentity.roleARN(Environment([.AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/r"]))
                == "arn:aws:iam::111122223333:role/r")
        #expect(thrown { try WebIdentity.roleARN(Environment([.AWS_ROLE_ARN: ""])) }?.status == .credentialsRejected)
    }

    /// Action=AssumeRoleWithWebIdentity&Version=2011-06-15, unsigned, form-encoded: nothing in a value can become
    /// another parameter.
    @Test func request() throws {
        let region = try #require(RegionName("eu-west-3"))
        let token = "eyJh.e30.A-_&Action=Other+ ~%20é"
        let request = WebIdentity.request(
            endpoint: Endpoint.sts(in: region, []), roleARN: "arn:aws:iam::111122223333:role/a=b&c",
            sessionName: "mpmeter@1,2", token: token)
        #expect(request.method == .POST)
        #expect(request.url.text == "https://sts.eu-west-3.amazonaws.com/")
        #expect(request.audience == .service)
        #expect(!request.headers.contains { $0.name == "Authorization" })
        #expect(request.headers.contains { $0.name == "Accept" && $0.value == "application/json" })
        #expect(
            request.headers.contains {
                $0.name == "Content-Type" && $0.value.hasPrefix("application/x-www-form-urlencoded")
            })
        // Foundation reads it back.
        var form = URLComponents()
        form.percentEncodedQuery = String(decoding: request.body, as: UTF8.self)
        let items = try #require(form.queryItems)
        #expect(items.map(\.name) == ["Action", "Version", "RoleArn", "RoleSessionName", "WebIdentityToken"])
        #expect(
            items.map(\.value) == [
                "AssumeRoleWithWebIdentity", "2011-06-15", "arn:aws:iam::111122223333:role/a=b&c", "mpmeter@1,2", token,
            ])
        #expect(!request.body.contains(UInt8(ascii: "+")))
    }
}
