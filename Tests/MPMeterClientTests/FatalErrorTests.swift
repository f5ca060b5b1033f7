// Holds what every error of AWS means, and that one which will not pass is not tried again.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

// "Terminate on anything but ThrottlingException": container-metering-registerusage. The modelled errors are those of
// service-2.json; the aliases are what AWS's pages print; the others are the Common Error Types of every service.
@Suite("Call: errors that are fatal") struct FatalErrorTests {
    static let table: [(type: String, http: Int, status: Status)] = [
        ("CustomerNotEntitledException", 400, .customerNotEntitled),
        ("CustomerNotEntitiledException", 400, .customerNotEntitled),
        ("CustomerNotSubscribedException", 400, .customerNotEntitled),
        ("PlatformNotSupportedException", 400, .platformNotSupported),
        ("InvalidRegionException", 400, .invalidRegion), ("InvalidEndpointRegionException", 400, .invalidRegion),
        ("InvalidProductCodeException", 400, .invalidProductCode),
        ("InvalidPublicKeyVersionException", 400, .invalidPublicKeyVersion),
        ("InvalidPublicKeyException", 400, .invalidPublicKeyVersion), ("DisabledApiException", 400, .apiDisabled),
        ("AccessDeniedException", 400, .accessDenied), ("AccessDeniedException", 403, .accessDenied),
        ("OptInRequired", 403, .accessDenied),
        ("UnrecognizedClientException", 400, .notAuthenticated), ("InvalidClientTokenId", 403, .notAuthenticated),
        ("InvalidSignatureException", 400, .notAuthenticated), ("SignatureDoesNotMatch", 403, .notAuthenticated),
        ("IncompleteSignatureException", 400, .notAuthenticated),
        ("MissingAuthenticationTokenException", 403, .notAuthenticated),
        ("RequestExpired", 400, .notAuthenticated), ("ValidationException", 400, .service),
        ("SerializationException", 400, .service),
        ("UnknownOperationException", 404, .service), ("NewException", 400, .service), ("NewException", 403, .service),
    ]

    @Test("exactly one request, the right status, and all that AWS said", arguments: table)
    func fatal(_ type: String, _ http: Int, _ status: Status) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Answers.refusal(type, status: http))
        let failure = try scene.failure()
        #expect(failure.error.status == status && failure.error.status.action == .terminate)
        #expect(scene.machine.count(Route.metering()) == 1 && failure.report.attempts == 1)
        #expect(
            failure.error.awsType == type && failure.error.httpStatus == http
                && failure.error.requestID == "request-of-\(type)")
        #expect(failure.error.message.contains(type) && failure.error.message.contains("said by the test"))
        #expect(!failure.error.fix.isEmpty)
        #expect(failure.report.region?.name.text == "eu-west-3" && failure.report.credentialsSource == .ecsTaskRole)
        #expect(scene.machine.pauses.isEmpty)
    }

    // awsJson1.1: the type is in the body or a header, with or without a namespace and a URL behind it.
    @Test(
        "the type is found wherever AWS writes it",
        arguments: [
            (#"{"__type":"CustomerNotEntitledException","Message":"no"}"#, nil),
            (
                #"{"__type":"com.amazonaws.marketplace.metering.v20160114#CustomerNotEntitledException"}"#,
                nil
            ),
            ("{}", "CustomerNotEntitledException"),
            ("", "CustomerNotEntitledException:http://internal.amazon.com/coral/com.amazonaws/"),
            (#"{"code":"CustomerNotEntitledException"}"#, nil),
        ])
    func typeSpelling(_ body: String, _ header: String?) throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.metering(), Answers.error(400, body, header.map { [HTTPHeader("x-amzn-errortype", $0)] } ?? []))
        let error = try scene.failure().error
        #expect(error.status == .customerNotEntitled && error.awsType == "CustomerNotEntitledException")
    }

    @Test(
        "an answer that is not RegisterUsage's is fatal: something else answers in AWS's place",
        arguments: [
            (200, ""), (200, "OK"), (200, "{}"), (200, #"{"Signature":""}"#), (200, #"{"Signature":7}"#),
            (200, #"{"Signature":"a","Signature":"b"}"#),
            (201, "{}"), (204, ""), (301, ""), (302, "<html>login</html>"), (307, ""), (400, "<html>"),
            (403, "Forbidden"), (404, ""), (407, ""),
            (413, ""),
        ])
    func notRegisterUsage(_ http: Int, _ body: String) throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.metering(), Answers.error(http, body, [HTTPHeader("Location", "https://elsewhere.example/")]))
        let error = try scene.failure().error
        #expect(error.status == .badResponse && error.httpStatus == http)
        #expect(scene.machine.routes == [Route.taskCredentials, Route.metering()])
    }

    @Test(
        "a connection that cannot be trusted, or an answer that is no HTTP, is fatal",
        arguments: [
            (TransportFailure.Kind.tls, Status.tls), (.badResponse, .badResponse), (.outOfMemory, .outOfMemory),
            (.internal, .internal),
        ])
    func transport(_ kind: TransportFailure.Kind, _ status: Status) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), .fail(kind))
        let failure = try scene.failure()
        #expect(failure.error.status == status && failure.error.httpStatus == 0)
        #expect(scene.machine.count(Route.metering()) == 1)
    }

    @Test("a fatal error after passing ones ends it at once")
    func afterRetries() throws {
        let scene = Scene.task()
        scene.machine.on(
            Route.metering(), Answers.throttled, .fail(.network), Answers.refusal("CustomerNotEntitledException"))
        let failure = try scene.failure()
        #expect(failure.error.status == .customerNotEntitled && failure.report.attempts == 3)
    }
}

// "Errors come only on the first call of a task": what is wrong with the call itself must never reach AWS.
@Suite("Call: refused before any request") struct RefusedBeforeTests {
    @Test(
        "product codes: AWS's pattern and length",
        arguments: [
            ("", Status.invalidArgument), ("a b", .invalidArgument), ("ü", .invalidArgument), ("a\n", .invalidArgument),
            ("code#1", .invalidArgument),
            (String(repeating: "a", count: 256), .invalidArgument), (String(repeating: "a", count: 255), .ok),
            ("-aZ09/=:_.@", .ok),
        ])
    func productCode(_ code: String, _ status: Status) throws {
        let scene = Scene.task()
        #expect(scene.outcome(of: try scene.client(), code).status == status)
        #expect(scene.machine.routes.isEmpty == (status != .ok))
    }

    // "You must maintain a list of trusted product codes", and free ones must not stand in for paid ones:
    // https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
    @Test(
        "trusted product codes",
        arguments: [
            ("paid", false, Status.ok), ("paid", true, .ok), ("free", false, .untrustedProduct), ("free", true, .ok),
            ("other", false, .untrustedProduct),
            ("other", true, .untrustedProduct), ("PAID", false, .untrustedProduct), ("pai", false, .untrustedProduct),
        ])
    func trusted(_ code: String, _ acceptsFree: Bool, _ status: Status) throws {
        var scene = Scene.task()
        try scene.options.products.add("paid", .paid)
        try scene.options.products.add("free", .free)
        scene.options.products.acceptsFree = acceptsFree
        let outcome = scene.outcome(of: try scene.client(), code)
        #expect(outcome.status == status)
        #expect(scene.machine.routes.isEmpty == (status != .ok))
        if case .success(let registration) = outcome {
            #expect(registration.productKind == (code == "free" ? .free : .paid))
        }
    }

    @Test(
        "nonces: 1 to 255 bytes of text",
        arguments: [
            ("", Status.invalidArgument), (String(repeating: "n", count: 256), .invalidArgument),
            (String(repeating: "ü", count: 128), .invalidArgument),
            ("a\nb", .invalidArgument), ("a\u{0}b", .invalidArgument), (String(repeating: "n", count: 255), .ok),
            ("n", .ok), ("größer als 0", .ok),
        ])
    func nonce(_ nonce: String, _ status: Status) throws {
        let scene = Scene.task()
        #expect(scene.outcome(of: try scene.client(), nonce: nonce).status == status)
        #expect(scene.machine.routes.isEmpty == (status != .ok))
    }
}
