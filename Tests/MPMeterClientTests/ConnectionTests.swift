// Holds where AWS's services are looked for, and what the transport is told: proxies, roots, patience.

import MPMeterClient
import MPMeterCore
import MPMeterTransport
import Testing

@Suite("Connections: endpoints") struct EndpointTests {
    private func register(_ environment: [Variable: String], verified: Bool = true) throws -> (
        Scene, Result<Registration, Failure>
    ) {
        var scene = Scene.task(environment.merging([.AWS_REGION: "eu-west-3"]) { old, _ in old })
        if !verified { scene.options.unverifiedKeyVersion = 1 }
        for url in [
            "https://metering.marketplace-fips.us-east-1.amazonaws.com/",
            "https://metering-marketplace.eu-west-3.api.aws/",
            "https://metering-marketplace.eusc-de-east-1.amazonaws.eu/", "http://localhost:8000/",
            "https://double.example/base",
        ] { scene.machine.on("POST \(url)", Marketplace.accepts()) }
        return (scene, scene.outcome(of: try scene.client()))
    }

    @Test(
        "AWS's rules, with FIPS and dual-stack from the environment",
        arguments: [
            ([:], "https://metering.marketplace.eu-west-3.amazonaws.com/"),
            ([.AWS_USE_DUALSTACK_ENDPOINT: "true"], "https://metering-marketplace.eu-west-3.api.aws/"),
            (
                [.AWS_USE_FIPS_ENDPOINT: "TRUE", .AWS_REGION: "us-east-1"],
                "https://metering.marketplace-fips.us-east-1.amazonaws.com/"
            ),
            ([Variable.AWS_REGION: "eusc-de-east-1"], "https://metering-marketplace.eusc-de-east-1.amazonaws.eu/"),
        ])
    func rules(_ environment: [Variable: String], _ url: String) throws {
        let (scene, outcome) = try register(environment)
        #expect(outcome.status == .ok)
        #expect(scene.machine.routes.last == "POST \(url)")
    }

    @Test(
        "a redirected endpoint is honoured when the answer is verified; the service's own variable comes first",
        arguments: [
            ([.AWS_ENDPOINT_URL: "http://localhost:8000"], "http://localhost:8000/"),
            ([.AWS_ENDPOINT_URL_MARKETPLACE_METERING: "https://double.example/base"], "https://double.example/base"),
            (
                [
                    .AWS_ENDPOINT_URL: "https://other.example",
                    .AWS_ENDPOINT_URL_MARKETPLACE_METERING: "http://localhost:8000/",
                ], "http://localhost:8000/"
            ),
            (
                [.AWS_ENDPOINT_URL: "http://localhost:8000", .AWS_ENDPOINT_URL_MARKETPLACE_METERING: ""],
                "http://localhost:8000/"
            ),
            (
                [Variable.AWS_ENDPOINT_URL: "http://localhost:8000", .AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true"],
                "https://metering.marketplace.eu-west-3.amazonaws.com/"
            ),
        ])
    func redirected(_ environment: [Variable: String], _ url: String) throws {
        let (scene, outcome) = try register(environment)
        #expect(outcome.status == .ok)
        #expect(scene.machine.routes.last == "POST \(url)")
    }

    // "The buyer could otherwise point the product at a server of their own". mpmeter.h: "A redirected metering
    // endpoint … is then ignored".
    @Test(
        "a redirected endpoint is ignored when the answer is not verified",
        arguments: [Variable.AWS_ENDPOINT_URL, .AWS_ENDPOINT_URL_MARKETPLACE_METERING],
        ["http://localhost:8000", "https://double.example/base", "http://attacker.example", "no URL"])
    func ignored(_ variable: Variable, _ url: String) throws {
        let (scene, outcome) = try register([variable: url], verified: false)
        #expect(outcome.status == .ok)
        #expect(scene.machine.routes.last == Route.metering())
        #expect(scene.journal.warnings.contains { $0.contains("endpoint") })
    }

    @Test(
        "an endpoint that would get the signature in the clear, or is no URL, is refused before any request to it",
        arguments: [
            "http://attacker.example", "http://10.0.0.1:8000", "ftp://localhost", "localhost:8000",
            "https://double.example/?a=b", "https://double.example/#a",
        ])
    func refused(_ url: String) throws {
        let (scene, outcome) = try register([.AWS_ENDPOINT_URL_MARKETPLACE_METERING: url])
        #expect(outcome.status == .invalidArgument)
        #expect(!scene.machine.routes.contains { $0.hasPrefix("POST") })
    }

    // API_marketplace-metering_RegisterUsage; awsJson1.1.
    @Test("the request")
    func request() throws {
        let (scene, _) = try register([:])
        let exchange = try #require(scene.machine.exchanges.last)
        #expect(exchange.header("Content-Type") == "application/x-amz-json-1.1")
        #expect(exchange.header("X-Amz-Target") == "AWSMPMeteringService.RegisterUsage")
        #expect(exchange.header("X-Amz-Date") == "20260101T000000Z")
        let nonce = Marketplace.nonce(exchange.request)
        #expect(exchange.body == #"{"ProductCode": "product-1", "PublicKeyVersion": 1, "Nonce": "\#(nonce)"}"#)
    }
}

@Suite("Connections: proxy, roots and patience") struct ConnectionTests {
    // "HTTPS_PROXY, NO_PROXY (for AWS calls, never for metadata addresses)".
    @Test(
        "calls to AWS go through the proxy unless NO_PROXY excepts them, and metadata never do",
        arguments: [
            ([:], nil as String?), ([.HTTPS_PROXY: "http://proxy:3128"], "proxy:3128"),
            ([.https_proxy: "lower", .no_proxy: ".internal"], "lower:80"),
            (
                [.HTTPS_PROXY: "http://upper:3128", .https_proxy: "http://lower:3128", .NO_PROXY: "a", .no_proxy: "*"],
                "upper:3128"
            ),
            ([.HTTPS_PROXY: "https://proxy", .NO_PROXY: " *.amazonaws.com\n"], nil),
            ([Variable.HTTPS_PROXY: "", .NO_PROXY: ""], nil),
        ])
    func proxy(_ environment: [Variable: String], _ proxy: String?) throws {
        for scene in [Scene.task(environment), .pod(environment)] {
            _ = try scene.register()
            for exchange in scene.machine.exchanges where exchange.request.audience == .service {
                #expect(exchange.settings.proxy?.authority == proxy)
            }
            for exchange in scene.machine.exchanges {
                if exchange.request.audience == .metadata { #expect(exchange.settings.proxy == nil) }
                #expect(exchange.request.audience == (exchange.request.url.isHTTPS ? .service : .metadata))
            }
        }
    }

    // slim and distroless images.
    static let choices: [([Variable: String], [String], TrustedRoots)] = [
        ([:], ["/etc/ssl/certs/ca-certificates.crt"], .amazon(andSystem: "/etc/ssl/certs/ca-certificates.crt")),
        ([:], [], .amazon(andSystem: nil)),
        ([:], ["/etc/pki/tls/certs/ca-bundle.crt"], .amazon(andSystem: "/etc/pki/tls/certs/ca-bundle.crt")),
        ([.SSL_CERT_FILE: "/b"], ["/etc/ssl/certs/ca-certificates.crt", "/b"], .bundle("/b")),
        ([.AWS_CA_BUNDLE: "/a", .SSL_CERT_FILE: "/b"], ["/a", "/b"], .bundle("/a")),
        ([.AWS_CA_BUNDLE: "", .SSL_CERT_FILE: ""], ["/etc/ssl/cert.pem"], .amazon(andSystem: "/etc/ssl/cert.pem")),
    ]

    @Test(
        "the roots: AWS_CA_BUNDLE alone, SSL_CERT_FILE alone, else Amazon's and the distribution's own",
        arguments: choices)
    func roots(_ environment: [Variable: String], _ files: [String], _ roots: TrustedRoots) throws {
        let scene = Scene.task(environment.merging([.AWS_REGION: "eu-west-3"]) { $1 })
        scene.machine.removeFiles()
        for file in files { scene.machine.file(file, .text("")) }
        _ = try scene.register()
        #expect(scene.machine.exchanges.last?.settings.roots == roots)
    }

    @Test(
        "not the roots that were asked for: TLS, before any request to AWS",
        arguments: [
            ([Variable.AWS_CA_BUNDLE: "/none"], ["/etc/ssl/certs/ca-certificates.crt"]),
            ([Variable.SSL_CERT_FILE: "/none"], ["/etc/ssl/certs/ca-certificates.crt"]),
        ])
    func rootsThatCannotBeRead(_ environment: [Variable: String], _ files: [String]) throws {
        let scene = Scene.task(environment.merging([.AWS_REGION: "eu-west-3"]) { $1 })
        scene.machine.removeFiles()
        for file in files { scene.machine.file(file, .text("")) }
        let error = try scene.failure().error
        #expect(error.status == .tls && !error.fix.isEmpty)
        #expect(scene.machine.routes == [Route.taskCredentials])
    }

    @Test("AWS sees the vendor's name for the product, metadata and proxies do not")
    func appID() throws {
        for scene in [Scene.task([:]), .pod([:]), .instance()] {
            var scene = scene
            scene.options.appID = "acme#1"
            _ = try scene.register()
            for exchange in scene.machine.exchanges {
                let isService = exchange.request.audience == .service
                let named = exchange.request.headers.filter { $0.name == "User-Agent" }.map { $0.value }
                #expect(named == (isService ? ["libmpmeter app/acme#1"] : []))
                // What libcurl says where the request has no such header, and what it tells a proxy.
                #expect(exchange.settings.userAgent == "libmpmeter")
            }
        }
    }

    @Test("metadata have seconds, AWS has more, and every answer is capped")
    func patience() throws {
        for scene in [Scene.task([:]), .pod([:]), .instance()] {
            _ = try scene.register()
            for exchange in scene.machine.exchanges {
                let isMetadata = exchange.request.audience == .metadata
                #expect(exchange.until - exchange.moment <= (isMetadata ? 2000 : 40_000))
                #expect(exchange.connectWithin <= (isMetadata ? 2000 : 40_000))
                #expect(
                    exchange.settings.responseLimit <= (exchange.route == Route.taskMetadata ? 2 << 20 : 65536)
                        && exchange.settings.userAgent == "libmpmeter")
            }
        }
    }
}
