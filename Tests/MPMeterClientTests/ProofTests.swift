// Holds that an answer without a proof is no success, whoever sends it.

import MPMeterClient
import MPMeterCore
import Testing

@Suite("Proof: what an answer must be") struct ProofTests {
    /// The token that the answer to a request carries.
    typealias Forgery = @Sendable (HTTPRequest) -> String

    struct Case: CustomTestStringConvertible {
        let name: String
        let status: Status
        let token: Forgery
        var testDescription: String { name }
    }

    private static func claims(_ product: String = Scene.product, _ version: Int = 1, nonce: String? = nil) -> Forgery {
        {
            Token.sign(
                Token.payload(product: product, version: version, nonce: nonce ?? Marketplace.nonce($0)), by: .rsa2048)
        }
    }

    private static func header(_ header: String) -> Forgery {
        { Token.sign(Marketplace.payload($0), header: header, by: .rsa2048) }
    }

    static let forgeries = [
        Case(name: "signed with another key", status: .tokenSignature) {
            Token.sign(Marketplace.payload($0), by: .other)
        },
        Case(name: "signed with a shorter key", status: .tokenSignature) {
            Token.sign(Marketplace.payload($0), by: .rsa1024)
        },
        Case(name: "payload changed after signing", status: .tokenSignature) {
            let parts = claims("other")($0).split(separator: ".")
            return "\(parts[0]).\(Token.base64url(Array(Marketplace.payload($0).utf8))).\(parts[2])"
        },
        Case(name: "no signature", status: .tokenSignature) {
            Token.sign(Marketplace.payload($0), by: .rsa2048).split(separator: ".").prefix(2).joined(separator: ".")
                + "."
        },
        Case(
            name: "replayed, with an earlier nonce", status: .tokenClaims,
            token: claims(nonce: String(repeating: "0", count: 64))),
        Case(name: "another product's", status: .tokenClaims, token: claims("product-2")),
        Case(name: "a product that begins with ours", status: .tokenClaims, token: claims("product-12")),
        Case(name: "another key version's", status: .tokenClaims, token: claims(Scene.product, 2)),
        Case(name: "without claims", status: .tokenClaims) { _ in Token.sign("{}", by: .rsa2048) },
        // RFC 8725, section 3.1: the algorithm is the verifier's choice.
        Case(name: "alg none", status: .tokenAlgorithm, token: header(#"{"alg":"none"}"#)),
        Case(name: "alg RS256", status: .tokenAlgorithm, token: header(#"{"alg":"RS256"}"#)),
        Case(name: "alg HS256", status: .tokenAlgorithm, token: header(#"{"alg":"HS256"}"#)),
        Case(name: "alg PS512", status: .tokenAlgorithm, token: header(#"{"alg":"PS512"}"#)),
        Case(name: "crit", status: .tokenAlgorithm, token: header(#"{"alg":"PS256","crit":["exp"]}"#)),
        Case(name: "no JWT", status: .tokenMalformed) { _ in "registered" },
        Case(name: "white space around it", status: .tokenMalformed) {
            Token.sign(Marketplace.payload($0), by: .rsa2048) + " "
        },
    ]

    @Test("a forged, replayed or foreign answer is fatal, after one request", arguments: forgeries)
    func forged(_ example: Case) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering()) { request, _ in Marketplace.accepted(example.token(request)) }
        let failure = try scene.failure()
        #expect(failure.error.status == example.status && failure.error.status.action == .terminate)
        #expect(scene.machine.count(Route.metering()) == 1 && failure.report.attempts == 1)
        #expect(failure.error.requestID == "request-1")
    }

    @Test("and is not remembered: the next call asks again, and believes only a proof", arguments: forgeries)
    func notRemembered(_ example: Case) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering()) { request, count in
            count < 3
                ? Marketplace.accepted(example.token(request))
                : Marketplace.accepted(Token.sign(Marketplace.payload(request), by: .rsa2048))
        }
        let client = try scene.client()
        #expect(scene.outcome(of: client).status == example.status)
        #expect(scene.outcome(of: client).status == example.status)
        #expect(try scene.outcome(of: client).get().isVerified)
        #expect(scene.machine.count(Route.metering()) == 3)
    }

    @Test("an earlier answer for the same product is a replay, even a genuine one")
    func replayed() throws {
        let first = Scene.task()
        let genuine = try first.register().signature
        let second = Scene.task()
        second.machine.on(Route.metering()) { _, _ in Marketplace.accepted(genuine) }
        // The other machine draws other random numbers.
        #expect(second.outcome(of: try second.client(), nonce: "another").status == .tokenClaims)
    }

    // AWS's document and AWS's code spell the claims differently, and upbound reads the version as a number.
    @Test(
        "both spellings, a version in digits, unknown claims and nulls are AWS's own",
        arguments: [
            #"{"productCode":"product-1","publicKeyVersion":1,"nonce":"n"}"#,
            #"{"ProductCode":"product-1","PublicKeyVersion":"1","Nonce":"n"}"#,
            #"{"productCode":"product-1","ProductCode":"product-1","publicKeyVersion":"1","nonce":"n","#
                + #""PublicKeyRotationTimestamp":null,"x":[]}"#,
        ])
    func spellings(_ payload: String) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Marketplace.accepted(Token.sign(payload, by: .rsa2048)))
        #expect(try scene.register(nonce: "n").isVerified)
    }

    @Test("what an accepted registration tells")
    func accepted() throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Marketplace.accepts(after: Answers.throttled))
        let registration = try scene.register(nonce: "my nonce")
        #expect(
            registration.productCode == Scene.product && registration.productKind == .paid
                && registration.publicKeyVersion == 1)
        #expect(registration.nonce == "my nonce" && registration.isVerified && registration.publicKeyRotation == nil)
        #expect(registration.issuedAt?.seconds == FakeMachine.firstSecond && registration.requestID == "request-1")
        #expect(registration.signature.split(separator: ".").count == 3)
        #expect(registration.report.attempts == 2 && registration.report.elapsed == scene.machine.elapsed)
        #expect(registration.report.platform == .ecs && registration.report.region?.source == .AWS_REGION)
    }

    // "PublicKeyRotationTimestamp: only included when public key version has expired".
    @Test(
        "a rotation is handed on and logged as a warning; null is none",
        arguments: [
            (#""2026-03-01T00:00:00Z""#, "2026-03-01T00:00:00Z" as String?), ("1772323200", "1772323200"),
            ("1.7723232E9", "1772323200"), ("null", nil),
        ])
    func rotation(_ json: String, _ expected: String?) throws {
        let scene = Scene.task()
        scene.machine.on(Route.metering(), Marketplace.accepts(rotation: json))
        #expect(try scene.register().publicKeyRotation == expected)
        let warnings = scene.journal.warnings
        #expect(warnings.count == (expected == nil ? 0 : 1))
        if let expected {
            #expect(warnings.first?.contains(expected) == true && warnings.first?.contains("version 1") == true)
        }
    }
}

// "Verification is the default; to go without takes an explicit option."
@Suite("Proof: going without") struct UnverifiedTests {
    @Test("accepted without a key, and told so", arguments: [1, 7])
    func unverified(_ version: Int32) throws {
        var scene = Scene.task()
        scene.options.publicKeys = []
        scene.options.unverifiedKeyVersion = version
        scene.machine.on(Route.metering(), Marketplace.accepts(.other))
        let registration = try scene.register()
        #expect(!registration.isVerified && registration.publicKeyVersion == version && registration.issuedAt == nil)
        #expect(!registration.signature.isEmpty)
        #expect(scene.machine.exchanges(Route.metering()).map { Marketplace.version($0.request) } == [Int(version)])
    }

    @Test("keys that were added give their versions to ask for, in their order")
    func versionsOfKeys() throws {
        var scene = Scene.task()
        scene.options.publicKeys = [(2, TestKey.rsa2048.publicPEM), (1, TestKey.rsa3072.publicPEM)]
        scene.options.unverifiedKeyVersion = 9
        scene.machine.on(
            Route.metering(), Marketplace.accepts(after: Answers.refusal("InvalidPublicKeyVersionException")))
        #expect(try scene.register().publicKeyVersion == 1)
        #expect(scene.machine.exchanges(Route.metering()).map { Marketplace.version($0.request) } == [2, 1])
    }

    @Test("no key and no such option: no client")
    func noKey() throws {
        var scene = Scene.task()
        scene.options.publicKeys = []
        let error = #expect(throws: MeterError.self) { try scene.client() }
        #expect(error?.status == .publicKey)
    }

    @Test(
        "key sizes: 2048 bits and more, 1024 when the vendor says so",
        arguments: [
            (TestKey.rsa1024, 2048, false), (.rsa1024, 1024, true), (.rsa2048, 2048, true), (.rsa3072, 2048, true),
            (.rsa2048, 3072, false),
        ])
    func keySize(_ key: TestKey, _ minimum: Int, _ isAccepted: Bool) throws {
        var scene = Scene.task()
        scene.options.publicKeys = [(1, key.publicPEM)]
        scene.options.minimumKeyBits = minimum
        scene.machine.on(Route.metering(), Marketplace.accepts(key))
        if isAccepted {
            #expect(try scene.register().isVerified)
        } else {
            #expect(#expect(throws: MeterError.self) { try scene.client() }?.status == .publicKey)
        }
    }
}
