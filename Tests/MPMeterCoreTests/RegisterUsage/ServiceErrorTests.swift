// What each error that AWS answers means.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html#API_marketplace-metering_RegisterUsage_Errors
// https://docs.aws.amazon.com/marketplace/latest/APIReference/CommonErrors.html

import MPMeterCore
import MPMeterJSON
import Testing

@Suite struct ServiceErrorTests {
    static let types: [(String, Status)] = [
        // The errors of the model.
        ("CustomerNotEntitledException", .customerNotEntitled),
        ("PlatformNotSupportedException", .platformNotSupported),
        ("InvalidRegionException", .invalidRegion), ("InvalidProductCodeException", .invalidProductCode),
        ("InvalidPublicKeyVersionException", .invalidPublicKeyVersion), ("DisabledApiException", .apiDisabled),
        ("ThrottlingException", .throttled), ("InternalServiceErrorException", .serviceUnavailable),
        // What AWS's own pages print instead (container-metering-registerusage.html and
        // .../container-metering-meterusage.html).
        ("CustomerNotEntitiledException", .customerNotEntitled),
        ("CustomerNotSubscribedException", .customerNotEntitled),
        ("InvalidPublicKeyException", .invalidPublicKeyVersion), ("InvalidEndpointRegionException", .invalidRegion),
        // The errors of every service.
        ("AccessDeniedException", .accessDenied), ("NotAuthorized", .accessDenied), ("OptInRequired", .accessDenied),
        ("UnrecognizedClientException", .notAuthenticated), ("InvalidClientTokenId", .notAuthenticated),
        ("IncompleteSignature", .notAuthenticated), ("InvalidSignatureException", .notAuthenticated),
        ("SignatureDoesNotMatch", .notAuthenticated),
        ("MissingAuthenticationToken", .notAuthenticated), ("MissingAuthenticationTokenException", .notAuthenticated),
        ("ExpiredTokenException", .notAuthenticated), ("ExpiredToken", .notAuthenticated),
        ("RequestExpired", .notAuthenticated),
        ("InternalFailure", .serviceUnavailable), ("ServiceUnavailable", .serviceUnavailable),
        // Throttling and passing errors, by the names that the SDKs know:
        // https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
        ("Throttling", .throttled), ("ThrottledException", .throttled), ("RequestThrottledException", .throttled),
        ("RequestThrottled", .throttled),
        ("TooManyRequestsException", .throttled), ("RequestLimitExceeded", .throttled), ("SlowDown", .throttled),
        ("RequestTimeout", .serviceUnavailable), ("RequestTimeoutException", .serviceUnavailable),
        ("InternalError", .serviceUnavailable),
        // Others are fatal.
        ("ValidationException", .service), ("ValidationError", .service), ("UnknownOperationException", .service),
        ("SerializationException", .service),
        // MeterUsage's own.
        ("InvalidUsageDimensionException", .invalidDimension), ("DuplicateRequestException", .usageDuplicate),
        ("TimestampOutOfBoundsException", .usageTimestamp),
        ("customernotentitledexception", .service), ("CustomerNotEntitledExceptionX", .service),
        ("Something", .service),
    ]

    private func read(_ body: String, status: Int = 400, headers: [HTTPHeader] = []) -> MeterError {
        ServiceError.read(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)), Jansson.self)
    }

    @Test(arguments: types) func inTheBody(_ type: String, _ expected: Status) {
        let error = read(#"{"__type":"\#(type)","message":"because"}"#)
        #expect(error.status == expected)
        #expect(error.awsType == type)
        #expect(error.httpStatus == 400)
        #expect(error.message.contains(type) && error.message.contains("because"))
        #expect(!error.fix.isEmpty)
    }

    /// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization: the name may have
    /// a namespace before it and a URI behind it, and may stand in `__type`, in `code` or in the header.
    @Test(arguments: types) func everySpelling(_ type: String, _ expected: Status) {
        let spellings = [
            type, "com.amazonaws.marketplacemetering#" + type,
            type + ":http://internal.amazon.com/coral/com.amazon.coral.service/",
            "aws.protocoltests.restjson#" + type + ":http://internal.amazon.com/coral/com.amazon.coral.validate/",
        ]
        for spelling in spellings {
            let errors = [
                read(#"{"__type":"\#(spelling)"}"#), read(#"{"code":"\#(spelling)"}"#),
                read("{}", headers: [HTTPHeader("x-amzn-ErrorType", spelling)]),
                read("", headers: [HTTPHeader("X-Amzn-Errortype", spelling)]),
                read("<html>", headers: [HTTPHeader("X-AMZN-ERRORTYPE", spelling)]),
            ]
            for error in errors {
                #expect(error.status == expected, "\(spelling)")
                #expect(error.awsType == type)
            }
        }
    }

    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html: the refusal names the kind of
    /// policy that it is.
    @Test(arguments: [
        (
            "with an explicit deny in a service control policy",
            "service control policy (SCP) of AWS Organizations must not deny"
        ),
        (
            "because no service control policy allows the aws-marketplace:RegisterUsage action",
            "(SCP) of AWS Organizations must allow"
        ),
        ("with an explicit deny in a resource control policy", "(RCP) of AWS Organizations must not deny"),
        (
            "with an explicit deny in a VPC endpoint policy",
            "policy of the VPC endpoint that the call goes through must not deny"
        ),
        ("because no VPC endpoint policy allows the aws-marketplace:RegisterUsage action", "through must allow"),
        (
            "because no permissions boundary allows the aws-marketplace:RegisterUsage action",
            "permissions boundary must allow"
        ),
        ("with an explicit deny in a session policy", "session policy that the role was assumed with must not deny"),
        (
            "with an explicit deny in an identity-based policy",
            #""Effect": "Deny" that covers aws-marketplace:RegisterUsage"#
        ),
        ("because no identity-based policy allows the aws-marketplace:RegisterUsage action", ""), ("", ""),
    ])
    func thePolicyInTheWay(_ reason: String, _ fix: String) {
        let denial = "User: arn:x is not authorized to perform: aws-marketplace:RegisterUsage \(reason)"
        let error = read(#"{"__type":"AccessDeniedException","message":"\#(denial)"}"#)
        #expect(
            fix.isEmpty ? error.fix == Status.accessDenied.fix.description : error.fix.contains(fix), "\(error.fix)")
    }

    /// Without a type that is known, the HTTP status decides.
    @Test(arguments: [
        (429, Status.throttled, Status.throttled), (500, .serviceUnavailable, .serviceUnavailable),
        (502, .serviceUnavailable, .serviceUnavailable),
        (503, .serviceUnavailable, .serviceUnavailable), (504, .serviceUnavailable, .serviceUnavailable),
        (599, .serviceUnavailable, .serviceUnavailable),
        (301, .badResponse, .badResponse), (302, .badResponse, .badResponse), (307, .badResponse, .badResponse),
        (400, .service, .badResponse),
        (403, .service, .badResponse), (404, .service, .badResponse), (413, .service, .badResponse),
        (200, .service, .badResponse), (600, .service, .badResponse),
    ])
    func theHTTPStatusDecidesTheRest(_ http: Int, _ withType: Status, _ withoutType: Status) {
        #expect(read(#"{"__type":"Unheard"}"#, status: http).status == withType)
        for body in [
            "", "{}", "null", "<html></html>", #"{"__type":null}"#, #"{"__type":""}"#, #"{"__type":1}"#, "not JSON",
        ] {
            let error = read(body, status: http)
            #expect(error.status == withoutType, "\(body)")
            #expect(error.awsType == nil)
            #expect(error.message.contains("\(http)"))
        }
    }

    /// A name that is known means what it says, whatever HTTP status carries it: ThrottlingException comes with 400.
    @Test func aKnownTypeCountsMoreThanTheHTTPStatus() {
        #expect(read(#"{"__type":"ThrottlingException"}"#, status: 400).status == .throttled)
        #expect(read(#"{"__type":"CustomerNotEntitledException"}"#, status: 500).status == .customerNotEntitled)
    }

    @Test(arguments: ["x-amzn-RequestId", "X-Amzn-Requestid", "x-amz-request-id"]) func theRequestIDIsTold(
        _ name: String
    ) {
        #expect(read("", headers: [HTTPHeader(name, "r-1")]).requestID == "r-1")
        #expect(read("").requestID == nil)
    }

    /// What a stranger sent cannot break a log line. Its length is bounded where secrets are blanked, by the client: a
    /// cut before that could leave half of one.
    @Test func whatIsQuotedIsTamed() {
        let long = String(repeating: "é\\r\\nX", count: 5000)
        let error = read(
            #"{"__type":"\#(long)","message":"\#(long)"}"#,
            headers: [HTTPHeader("x-amzn-RequestId", "a\u{1B}[0m" + long)])
        #expect(error.awsType?.contains("?") == true && error.requestID == nil)
        for text in [error.message, error.awsType ?? "", error.requestID ?? ""] {
            #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        }
    }

    /// With a wrong signature AWS quotes the request, and the session token in it, after this sentence.
    @Test func theQuotedRequestIsLeftOut() {
        let said = """
            The request signature we calculated does not match. Consult the service documentation for \
            details.\\n\\nThe Canonical String for this request should have \
            been\\n'POST\\n/\\n\\nx-amz-security-token:IQoJb3JpZ2luX2VjEXAMPLE'
            """
        for member in ["message", "Message"] {
            let error = read(#"{"__type":"InvalidSignatureException","\#(member)":"\#(said)"}"#, status: 403)
            #expect(error.status == .notAuthenticated)
            #expect(error.message.contains("does not match") && !error.message.contains("IQoJ"))
        }
    }

    @Test(arguments: [
        ("ExpiredTokenException", true, false), ("ExpiredToken", true, false),
        ("InvalidSignatureException", false, true), ("SignatureDoesNotMatch", false, true),
        ("RequestExpired", false, true), ("RequestTimeTooSkewed", false, true), ("AccessDeniedException", false, false),
        ("ThrottlingException", false, false),
    ])
    func whatMayBeMended(_ type: String, _ byFreshCredentials: Bool, _ byTheRightTime: Bool) {
        let error = read(#"{"__type":"\#(type)"}"#)
        #expect(error.saysCredentialsExpired == byFreshCredentials)
        #expect(error.saysClockSkewed == byTheRightTime)
    }
}
