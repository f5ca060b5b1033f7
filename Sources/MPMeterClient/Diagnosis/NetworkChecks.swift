// Decides what is said of the way to AWS: CA certificates, the endpoint, and the clock that its servers tell. Proxies
// are in ProxyChecks.swift.

internal import MPMeterCore
internal import MPMeterTransport

extension Examination {
    func examineNetwork() throws(MeterError) {
        guard let region else {
            let cause = failed(among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata) ?? .region
            examineRoots(isNeeded: true)
            examineProxySettings()
            return skip(.endpoint, after: cause)
        }
        let endpoint: URLParts
        switch try attempt({ () throws(MeterError) in
            try call.meteringEndpoint(in: region, isVerified: options.isVerified)
        }) {
        case .success(let url): endpoint = url
        case .failure(let error):
            examineRoots(isNeeded: false)
            examineProxySettings()
            return fail(.endpoint, error)
        }
        let sts = WebIdentity.isConfigured(environment) ? try? call.stsEndpoint(in: region) : nil
        examineRoots(isNeeded: endpoint.isHTTPS || sts?.isHTTPS ?? false)
        guard outcome(.caRoots) != .fail else {
            examineProxySettings()
            return skip(.endpoint, after: .caRoots)
        }
        let answer = try timed(.endpoint) { () throws(MeterError) in try probe(endpoint) }
        switch answer {
        case .success(let response):
            examineProxySettings(reachedDirectly: !goesThroughProxy(endpoint) && exception(for: endpoint) == nil)
            describe(response, endpoint)
        case .failure(let error):
            let obstacle = explain(
                error, HTTPRequest(.GET, endpoint, to: .service), .AWS_ENDPOINT_URL_MARKETPLACE_METERING)
            if obstacle.isProxy {
                fail(.proxy, error.status, obstacle.seen, obstacle.advice)
                skip(.endpoint, after: .proxy)
            } else {
                examineProxySettings()
                if let found = call.report.region, found.name == region,
                    let explained = ListedRegion.explained(error, found, options.regionPolicy)
                {
                    fail(.endpoint, explained)
                } else {
                    fail(.endpoint, error.status, obstacle.seen, obstacle.advice)
                }
            }
        }
    }

    private func examineRoots(isNeeded: Bool) {
        do throws(MeterError) {
            switch try call.trustedRoots() {
            case .amazon(let system?): pass(.caRoots, "Amazon's roots, which are built in, and \(system)")
            case .amazon(nil):
                pass(
                    .caRoots,
                    """
                    Amazon's roots, which are built in; there is no CA bundle in this image, and AWS's endpoints need \
                    none
                    """
                )
            case .bundle(let path):
                let bytes = (try? machine.readFile(path, limit: CABundle.limit)) ?? []
                let marks = ["-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----"]
                guard marks.contains(where: { bytes.firstIndex(of: $0.bytes) != nil }) else {
                    throw MeterError(
                        .tls, "the CA bundle \(path.quotable()) holds no certificate",
                        fix: """
                            Correct the variable that names it, AWS_CA_BUNDLE or SSL_CERT_FILE, or unset it: Amazon's \
                            roots are built in.
                            """
                    )
                }
                pass(.caRoots, "those in \(path.quotable()) alone")
            }
        } catch {
            // An endpoint on this machine, without TLS, does without.
            if isNeeded { fail(.caRoots, error) } else { warn(.caRoots, error.message, error.fix) }
        }
    }

    /// Asks nothing of the endpoint: no operation, no signature. AWS refuses that, which is an answer.
    private func probe(_ endpoint: URLParts) throws(MeterError) -> Result<HTTPResponse, MeterError> {
        try attempt { () throws(MeterError) in
            try call.within(Self.servicePatience) { () throws(MeterError) in
                try call.exchange(
                    HTTPRequest(.GET, endpoint, to: .service), "AWS Marketplace Metering", within: Self.servicePatience)
            }
        }
    }

    private func describe(_ response: HTTPResponse, _ endpoint: URLParts) {
        let isPage = response.header("Content-Type")?.lowercasedASCII.startsWith("text/html") ?? false
        let override = endpointVariable(.AWS_ENDPOINT_URL_MARKETPLACE_METERING).map { " (\($0))" } ?? ""
        let place = "\(endpoint.authority)\(override)"
        switch response.status {
        case 500, 502, 503, 504:
            fail(
                .endpoint, .serviceUnavailable,
                "\(place) answers HTTP \(response.status)\(isPage ? " with a web page" : "")",
                """
                Start the container again later; see the AWS Health Dashboard, and check what answers in AWS's place: \
                a proxy or a load balancer.
                """
            )
        case _ where response.status < 400 && (response.status >= 300 || isPage):
            fail(
                .endpoint, .badResponse,
                """
                \(place) answers HTTP \(response.status)\(isPage ? " with a web page" : " and leads elsewhere"), as \
                AWS does not
                """,
                "Check what answers in AWS's place: a captive portal, a proxy or a wrong endpoint setting.")
        case 403 where isPage && !override.isEmpty:
            fail(
                .endpoint, .badResponse, "\(place) answers HTTP 403 with a web page, as AWS does not",
                """
                Check what answers there: a proxy, a firewall or a load balancer. Unset the variable if it is not \
                meant to lead there.
                """
            )
        default:
            if !override.isEmpty, !endpoint.isLoopback, endpoint.regionOfAWS == nil {
                warn(
                    .endpoint, "\(place) answers: it is not AWS's own endpoint",
                    "Unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_MARKETPLACE_METERING in production.")
            } else {
                pass(.endpoint, "\(place) answers\(endpoint.isHTTPS ? " over TLS" : "")")
            }
        }
    }

    /// The variable that redirects a service, if one does.
    func endpointVariable(_ variable: Variable) -> String? {
        guard EndpointOverride.isConfigured(variable, environment) else { return nil }
        return (environment[variable] == nil ? Variable.AWS_ENDPOINT_URL : variable).rawValue
    }

    func examineClock() {
        guard let clock = call.clock else { return skip(.clock, "no server told its time") }
        let distance = Self.duration(clock.offset.magnitude)
        let side = clock.offset > 0 ? "behind" : "ahead of"
        if clock.offset.magnitude <= 60, let odd = call.clocks.odd {
            let odds = """
                \(odd.name) tells a time that is \(Self.duration(odd.offset.magnitude)) \
                \(odd.offset > 0 ? "ahead of" : "behind") it
                """
            return warn(
                .clock, "this machine's clock is within \(distance) of the clock of \(clock.name), but \(odds)",
                """
                Check what answers in the place of \(odd.name): a proxy that hands out old answers, or a server with a \
                wrong clock. This machine's clock seems right.
                """
            )
        }
        let advice = """
            Set the host's clock (chronyd, or the Amazon Time Sync Service at 169.254.169.123): AWS refuses signatures \
            that are more than five minutes off. This library then signs again with AWS's time; other programs in the \
            container may fail.
            """
        switch clock.offset.magnitude {
        case 0..<60: pass(.clock, "within \(distance) of the clock of \(clock.name)")
        default: warn(.clock, "this machine's clock is \(distance) \(side) that of \(clock.name)", advice)
        }
    }

    /// Whether AWS would refuse a signature of this clock's time.
    var hasWrongClock: Bool { (call.clock?.offset.magnitude ?? 0) > 300 }

    /// How far two moments, one of them a stranger's, lie apart.
    static func seconds(from early: Int64, to late: Int64) -> UInt64 {
        let (difference, overflow) = late.subtractingReportingOverflow(early)
        return overflow ? .max : difference.magnitude
    }

    /// "3 h 5 min", "40 s".
    static func duration(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: "\(seconds / 86400) days"
        }
    }
}
