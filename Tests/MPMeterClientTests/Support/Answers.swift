// What the AWS side answers when all is well, and how it says no. Secrets repeat one mark, so that even a piece of one
// is found.

import MPMeterCore
import MPMeterJSON

enum Secrets {
    static let secretKey = run("K")
    static let sessionToken = run("S")
    static let authorization = run("A")
    static let instanceToken = run("I")
    static let password = run("P")
    /// Any 17 characters of a secret hold it.
    static let mark = "hushhush"

    private static func run(_ letter: String) -> String { String(repeating: mark + letter, count: 12) }

    /// A service account's token of the cluster in that Region.
    static func podToken(
        _ region: String = "eu-west-3", suffix: String = "amazonaws.com", expires: Int64? = nil
    ) -> String {
        let issuer = "https://oidc.eks.\(region).\(suffix)/id/0123456789ABCDEF"
        let end = expires.map { #","exp":\#($0)"# } ?? ""
        let payload = #"{"iss":"\#(issuer)","aud":["sts.amazonaws.com"],"sub":"pod"\#(end)}"#
        return "\(run("H")).\(Token.base64url(Array(payload.utf8))).\(run("T"))"
    }

    /// What every payload of `podToken` begins with.
    static let podTokenPayload = "eyJpc3MiOiJodHRwczovL29pZGMu"
}

enum Answers {
    static func ok(_ body: String, _ headers: [HTTPHeader] = []) -> FakeMachine.Reply {
        .answer(status(200, body, headers))
    }

    static func error(_ status: Int, _ body: String = "", _ headers: [HTTPHeader] = []) -> FakeMachine.Reply {
        .answer(Self.status(status, body, headers))
    }

    static func status(_ status: Int, _ body: String, _ headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    /// An error in AWS JSON 1.1, as the service model shapes it.
    static func refusal(
        _ type: String, _ message: String = "said by the test", status: Int = 400, headers: [HTTPHeader] = []
    ) -> FakeMachine.Reply {
        let quoted = message.replacing("\n", with: #"\n"#)
        return error(
            status, #"{"__type":"com.amazonaws.marketplace.metering#\#(type)","message":"\#(quoted)"}"#,
            [HTTPHeader("x-amzn-RequestId", "request-of-\(type)")] + headers)
    }

    static let throttled = refusal("ThrottlingException")

    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    static func container(expiration: String? = "2026-01-01T06:00:00Z", key: String = "ASIATASK") -> String {
        let expires = expiration.map { #","Expiration":"\#($0)""# } ?? ""
        return #"{"AccessKeyId":"\#(key)","SecretAccessKey":"\#(Secrets.secretKey)","#
            + #""Token":"\#(Secrets.sessionToken)"\#(expires)}"#
    }

    /// `expiration` as it stands in the JSON: STS writes a number, in scientific notation (envoyproxy/envoy#33806).
    static func sts(expiration: String = "1.7672472E9") -> String {
        #"{"AssumeRoleWithWebIdentityResponse":{"AssumeRoleWithWebIdentityResult":{"Credentials":{"#
            + #""AccessKeyId":"ASIAPOD","SecretAccessKey":"\#(Secrets.secretKey)","#
            + #""SessionToken":"\#(Secrets.sessionToken)","Expiration":\#(expiration)}},"#
            + #""ResponseMetadata":{"RequestId":"sts-1"}}}"#
    }

    static func stsError(_ code: String, status: Int = 400, message: String = "said by the test") -> FakeMachine.Reply {
        error(status, #"{"Error":{"Code":"\#(code)","Message":"\#(message)","Type":"Sender"},"RequestId":"sts-2"}"#)
    }

    static func instanceRole() -> String {
        #"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIANODE","SecretAccessKey":"\#(Secrets.secretKey)","#
            + #""Token":"\#(Secrets.sessionToken)","Expiration":"2026-01-01T06:00:00Z"}"#
    }

    static func task(_ region: String) -> String {
        #"{"Cluster":"default","TaskARN":"arn:aws:ecs:\#(region):111122223333:task/default/0123456789abcdef","#
            + #""AvailabilityZone":"us-west-2-lax-1a"}"#
    }
}

/// AWS Marketplace Metering, as far as RegisterUsage goes.
enum Marketplace {
    /// Signs what was asked for.
    static func accepts(_ key: TestKey = .rsa2048, rotation: String = "null") -> FakeMachine.Responder {
        { request, _ in accepted(Token.sign(payload(request), by: key), rotation: rotation) }
    }

    /// Refuses in turn, and then signs.
    static func accepts(_ key: TestKey = .rsa2048, after replies: FakeMachine.Reply...) -> FakeMachine.Responder {
        { request, count in
            count <= replies.count ? replies[count - 1] : accepted(Token.sign(payload(request), by: key))
        }
    }

    static func accepted(_ token: String, rotation: String = "null") -> FakeMachine.Reply {
        Answers.ok(
            #"{"PublicKeyRotationTimestamp":\#(rotation),"Signature":"\#(token)"}"#,
            [HTTPHeader("x-amzn-RequestId", "request-1")])
    }

    static func payload(_ request: HTTPRequest) -> String {
        Token.payload(product: product(request), version: version(request), nonce: nonce(request))
    }

    static func product(_ request: HTTPRequest) -> String { Jansson.parse(request.body)?.text("ProductCode") ?? "" }
    static func nonce(_ request: HTTPRequest) -> String { Jansson.parse(request.body)?.text("Nonce") ?? "" }
    static func version(_ request: HTTPRequest) -> Int {
        if case .integer(let version) = Jansson.parse(request.body)?["PublicKeyVersion"] { Int(version) } else { 0 }
    }
}
