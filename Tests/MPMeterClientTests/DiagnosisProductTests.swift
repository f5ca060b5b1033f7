// Holds what the doctor says of product codes, public keys and static keys.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import MPMeterTransport
import Testing

@Suite("Diagnosis: keys and products") struct DiagnosisProductTests {
    @Test(
        "a product code that a buyer can change, and one that is none",
        arguments: [
            ([Scene.product], "HOME=/root\0CODE=\(Scene.product)\0", CheckOutcome.warn, "environment variable CODE"),
            ([Scene.product], "MPMETER_SANDBOX_PRODUCT_CODE=\(Scene.product)\0", .pass, "paid"),
            ([Scene.product], "CODE=\(Scene.product)s\0", .pass, "paid"),
            (["prod-abcdefghij123"], "", .warn, "product's ID"),
            (["0a1b2c3d-0000-1111-2222-0123456789ab"], "", .warn, "product's ID"),
            (["arn:aws:aws-marketplace:us-east-1:111122223333:x"], "", .warn, "product's ARN"),
            (["keys/a.pem"], "", .warn, "looks like a path"),
            (["4w1vgsrkqdkypbz43g7qkk4uz", "second"], "", .pass, "second: paid"), ([], "", .skipped, "none was given"),
            (["a b"], "", .fail, "a b"),
        ])
    func products(_ codes: [String], _ environ: String, _ outcome: CheckOutcome, _ seen: String) throws {
        let scene = Scene.task()
        scene.runs(environ: environ)
        let found = try scene.diagnosis(codes)[.productCode]
        #expect(found.outcome == outcome && found.seen.contains(seen), "\(found)")
    }

    @Test("a list of trusted codes makes the environment no matter")
    func trusted() throws {
        var scene = Scene.task()
        scene.runs(environ: "CODE=\(Scene.product)\0")
        try scene.options.products.add(Scene.product, .paid)
        #expect(try scene.diagnosis()[.productCode].outcome == .pass)
    }

    @Test(
        "the public keys",
        arguments: [
            ([TestKey.rsa2048.publicPEM], CheckOutcome.pass, "RSA, 2048 bits"),
            (["-----BEGIN RSA PRIVATE KEY-----"], .fail, "version 1"),
            (
                [TestKey.rsa2048.publicPEM, "nonsense"], .fail,
                "version 2: it is not a PEM"
            ), ([], .skipped, "none was given"),
        ])
    func keys(_ keys: [String], _ outcome: CheckOutcome, _ seen: String) throws {
        var scene = Scene.task()
        scene.options.publicKeys = keys.enumerated().map { (Int32($0.offset + 1), $0.element) }
        let found = try scene.diagnosis()[.publicKey]
        #expect(found.outcome == outcome && found.seen.contains(seen), "\(found)")
    }

    @Test("static keys beside a role are a warning: the SDKs would take them", arguments: [true, false])
    func keysBesideRole(_ isFile: Bool) throws {
        var scene = Scene.task()
        if isFile {
            scene.environment[.HOME] = "/root"
            scene.machine.file(
                "/root/.aws/credentials",
                .text("[default]\naws_access_key_id=AKIAIMAGEIMAGE\naws_secret_access_key=\(Secrets.secretKey)"))
        } else {
            scene.environment[.AWS_ACCESS_KEY_ID] = "AKIALAPTOPLAPTOPLAPT"
            scene.environment[.AWS_SECRET_ACCESS_KEY] = Secrets.secretKey
        }
        let found = try scene.diagnosis()[.staticKeys]
        #expect(
            found.outcome == .warn
                && found.seen.contains(isFile ? "/root/.aws/credentials" : "AWS_ACCESS_KEY_ID (AKIA...LAPT)"))
    }

    @Test("what failed on the way to AWS does not fail again at STS")
    func consequence() throws {
        let scene = Scene.pod()
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/", .obstacle(.tls, .certificate(.issuer), "x"))
        scene.machine.on(Route.sts(), .obstacle(.tls, .certificate(.issuer), "x"))
        let found = try scene.diagnosis()
        #expect(found.failures == [.endpoint] && found[.credentials].seen.contains("\"Endpoint\" failed"))
    }
}
