// Decides what an error that RegisterUsage or MeterUsage answers means: the modelled exceptions, the aliases that AWS's
// own pages print, and the errors that every AWS service has. A type that is not known is fatal unless its HTTP status
// is a server's. https://docs.aws.amazon.com/marketplace/latest/APIReference/CommonErrors.html

public enum ServiceError {
    public static func read<J: JSONCoding>(_ response: HTTPResponse, operation: String = "RegisterUsage", _: J.Type)
        -> MeterError
    {
        let body = J.parse(response.body)
        // "com.amazonaws.service#Name", "Name" or "Name:http://…", in the body or in a header.
        let raw = body?.text("__type") ?? body?.text("code") ?? response.header("x-amzn-ErrorType")
        let type = raw.map { name(in: $0) }
        let status = status(type ?? "", response.status)
        let said =
            (type?.printable ?? "HTTP \(response.status)")
            + (RetryPolicy.retryAfter(response).map { ", and asked to wait \($0) s" } ?? "")
        // With a wrong signature AWS quotes the whole request after this sentence; the session token is in it.
        let message = (body?.text("message") ?? body?.text("Message")).map {
            $0.before("The Canonical String for this request")
        }
        let detail = message.map { ": " + $0.trimmed.printable } ?? ""
        let fix =
            status == .accessDenied ? AccessDenial.fix(message ?? "", action: "aws-marketplace:" + operation) : nil
        return MeterError(
            status, "\(operation) answered \(said)\(detail)", fix: fix, httpStatus: response.status,
            awsType: type?.printable,
            requestID: requestID(response))
    }

    public static func requestID(_ response: HTTPResponse) -> String? {
        (response.header("x-amzn-RequestId") ?? response.header("x-amz-request-id")).flatMap { asRequestID($0) }
    }

    /// AWS's are UUIDs, or letters and digits with the signs of base64; nil for anything else.
    static func asRequestID(_ text: String) -> String? {
        let isOne =
            !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || "-_+/=".utf8.contains($0) }
        return isOne ? text : nil
    }

    private static func name(in raw: String) -> String {
        let tail = raw.fields(separatedBy: UInt8(ascii: "#")).last ?? raw
        return tail.fields(separatedBy: UInt8(ascii: ":")).first ?? tail
    }

    private static func status(_ type: String, _ httpStatus: Int) -> Status {
        switch type {
        case "CustomerNotEntitledException", "CustomerNotEntitiledException", "CustomerNotSubscribedException":
            .customerNotEntitled
        case "PlatformNotSupportedException": .platformNotSupported
        case "InvalidRegionException", "InvalidEndpointRegionException": .invalidRegion
        case "InvalidProductCodeException": .invalidProductCode
        case "InvalidPublicKeyVersionException", "InvalidPublicKeyException": .invalidPublicKeyVersion
        case "DisabledApiException": .apiDisabled
        case "InvalidUsageDimensionException": .invalidDimension
        case "InvalidUsageAllocationsException", "InvalidTagException": .invalidAllocations
        case "DuplicateRequestException", "IdempotencyConflictException": .usageDuplicate
        case "TimestampOutOfBoundsException": .usageTimestamp
        case "AccessDeniedException", "AccessDenied", "NotAuthorized", "OptInRequired", "UnauthorizedException":
            .accessDenied
        case "UnrecognizedClientException", "InvalidClientTokenId", "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidSignatureException", "SignatureDoesNotMatch", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "ExpiredTokenException", "ExpiredToken", "RequestExpired", "RequestTimeTooSkewed":
            .notAuthenticated
        case "ThrottlingException", "Throttling", "ThrottledException", "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottledException", "RequestThrottled", "SlowDown":
            .throttled
        case "InternalServiceErrorException", "InternalServiceError", "InternalFailure", "InternalServerError",
            "InternalError",
            "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException":
            .serviceUnavailable
        default:
            switch httpStatus {
            case 429: .throttled
            case 500...599: .serviceUnavailable
            case 300..<400: .badResponse
            default: type.isEmpty ? .badResponse : .service
            }
        }
    }
}

extension MeterError {
    private func isType(_ names: String...) -> Bool { names.contains { awsType?.isSame(as: $0) ?? false } }

    /// Whether fresh credentials may help.
    public var saysCredentialsExpired: Bool { isType("ExpiredTokenException", "ExpiredToken") }

    /// Whether AWS says that it has no RegisterUsage in the Region that was asked.
    public var saysRegionUnsupported: Bool {
        let isUnknown = isType(
            "DisabledApiException", "UnknownOperationException", "UnsupportedOperation",
            "UnsupportedOperationException", "InvalidAction",
            "InvalidRegionException", "InvalidEndpointRegionException")
        return isUnknown || awsType == nil && (httpStatus == 404 || httpStatus == 501)
    }

    /// Whether a clock that is off explains it.
    public var saysClockSkewed: Bool {
        isType("InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed")
    }
}
