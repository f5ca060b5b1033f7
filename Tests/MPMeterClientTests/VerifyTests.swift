// Holds how a stored token is verified, offline.

import MPMeterClient
import MPMeterCore
import Testing

// "Sends nothing, reads no file": mpmeter.h, mpmeter_verify.
@Suite("Verify") struct VerifyTests {
    private func scene() -> Scene {
        var scene = Scene()
        scene.options.publicKeys = [(1, TestKey.rsa2048.publicPEM), (2, TestKey.rsa3072.publicPEM)]
        return scene
    }

    private func outcome(
        _ scene: Scene, _ token: String, product: String = Scene.product, version: Int32? = nil, nonce: String = "n"
    ) throws -> Result<Registration, Failure> {
        let client = try scene.client()
        let outcome: Result<Registration, Failure>
        do {
            outcome = .success(try client.verify(token, productCode: product, publicKeyVersion: version, nonce: nonce))
        } catch {
            outcome = .failure(error)
        }
        scene.expectNoSecret(in: outcome)
        #expect(scene.machine.routes.isEmpty && scene.machine.reads.isEmpty && scene.machine.pauses.isEmpty)
        return outcome
    }

    private static func token(_ key: TestKey, _ version: Int, product: String = Scene.product, nonce: String = "n")
        -> String
    {
        Token.sign(Token.payload(product: product, version: version, nonce: nonce), by: key)
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        let token: String
        var product = Scene.product
        var version: Int32?
        var nonce = "n"
        let status: Status
        var found: Int32 = 0
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "any version, signed with the first key", token: token(.rsa2048, 1), status: .ok, found: 1),
        Case(name: "any version, signed with the second", token: token(.rsa3072, 2), status: .ok, found: 2),
        Case(name: "the version asked for", token: token(.rsa3072, 2), version: 2, status: .ok, found: 2),
        Case(name: "another version asked for", token: token(.rsa3072, 2), version: 1, status: .tokenSignature),
        Case(name: "a version without a key", token: token(.rsa2048, 1), version: 3, status: .publicKey),
        Case(name: "a genuine token that names another version", token: token(.rsa2048, 2), status: .tokenClaims),
        Case(name: "the same, that version asked for", token: token(.rsa2048, 2), version: 1, status: .tokenClaims),
        Case(name: "no key's", token: token(.other, 1), status: .tokenSignature),
        Case(name: "no key's, the version asked for", token: token(.other, 2), version: 2, status: .tokenSignature),
        Case(name: "another product's", token: token(.rsa2048, 1, product: "product-2"), status: .tokenClaims),
        Case(
            name: "another product's, second key", token: token(.rsa3072, 2, product: "product-2"), status: .tokenClaims
        ),
        Case(name: "another nonce's", token: token(.rsa2048, 1, nonce: "m"), status: .tokenClaims),
        Case(
            name: "nonce of another Unicode form", token: token(.rsa2048, 1, nonce: "e\u{301}"), nonce: "é",
            status: .tokenClaims),
        Case(name: "not a token", token: "token", status: .tokenMalformed),
        Case(name: "empty", token: "", status: .tokenMalformed),
        Case(name: "white space behind it", token: token(.rsa2048, 1) + "\n", status: .tokenMalformed),
        Case(name: "too long", token: String(repeating: "a", count: 16385), status: .tokenMalformed),
        Case(
            name: "RS256", token: Token.sign("{}", header: #"{"alg":"RS256"}"#, by: .rsa2048), status: .tokenAlgorithm),
        Case(name: "not a product code", token: token(.rsa2048, 1), product: "a b", status: .invalidArgument),
        Case(name: "no nonce", token: token(.rsa2048, 1), nonce: "", status: .invalidArgument),
    ]

    @Test("versions, keys, product and nonce", arguments: cases)
    func table(_ example: Case) throws {
        let outcome = try outcome(
            scene(), example.token, product: example.product, version: example.version, nonce: example.nonce)
        #expect(outcome.status == example.status)
        if case .success(let registration) = outcome {
            #expect(registration.publicKeyVersion == example.found && registration.isVerified)
        }
    }

    // "Its Region, sources, platform and request id are NULL, its attempts 0."
    @Test("what a verified token tells")
    func told() throws {
        let token = Self.token(.rsa2048, 1)
        let registration = try outcome(scene(), token).get()
        #expect(
            registration.productCode == Scene.product && registration.nonce == "n" && registration.signature == token)
        #expect(
            registration.issuedAt?.seconds == FakeMachine.firstSecond && registration.requestID == nil
                && registration.publicKeyRotation == nil)
        let report = registration.report
        #expect(
            report.region == nil && report.credentialsSource == nil && report.platform == nil && report.attempts == 0)
    }

    // "Only its public keys count: the trusted list does not."
    @Test("the trusted list does not count")
    func trusted() throws {
        var scene = scene()
        try scene.options.products.add("other", .paid)
        #expect(try outcome(scene, Self.token(.rsa2048, 1)).status == .ok)
    }

    // mpmeter.h, mpmeter_registration_product_kind: a vendor who decides by it must not let a free product through.
    @Test("what the trusted list says of the code is told")
    func kind() throws {
        var scene = scene()
        try scene.options.products.add(Scene.product, .free)
        #expect(try outcome(scene, Self.token(.rsa2048, 1)).get().productKind == .free)
    }

    @Test("one key under two versions verifies for both", arguments: [1, 2])
    func oneKeyTwice(_ version: Int) throws {
        var scene = scene()
        scene.options.publicKeys = [(1, TestKey.rsa2048.publicPEM), (2, TestKey.rsa2048.publicPEM)]
        #expect(try outcome(scene, Self.token(.rsa2048, version)).get().publicKeyVersion == Int32(version))
    }

    @Test("a client that registers without verification still verifies with the keys that it has")
    func unverifiedClient() throws {
        var scene = scene()
        scene.options.unverifiedKeyVersion = 1
        #expect(try outcome(scene, Self.token(.rsa2048, 1)).status == .ok)
        #expect(try outcome(scene, Self.token(.other, 1)).status == .tokenSignature)
        scene.options.publicKeys = []
        #expect(try outcome(scene, Self.token(.rsa2048, 1)).status == .publicKey)
    }

    @Test("a registration's own signature verifies, and only as what it was")
    func stored() throws {
        let scene = Scene.task()
        let registration = try scene.register()
        let client = try scene.client()
        let again = try client.verify(
            registration.signature, productCode: Scene.product, publicKeyVersion: 1, nonce: registration.nonce)
        #expect(again.isVerified && again.nonce == registration.nonce)
        #expect(throws: Failure.self) {
            try client.verify(
                registration.signature, productCode: "product-2", publicKeyVersion: 1, nonce: registration.nonce)
        }
    }
}
