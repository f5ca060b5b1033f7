// Decides what is said of proxies, and puts what stood in the way of a connection into a sentence that names the cause.

internal import MPMeterCore
internal import MPMeterTransport

/// Why a connection did not come about, for a person.
struct Obstacle {
    var seen: String
    var advice: String
    var isProxy = false
}

extension Examination {
    /// The proxy for calls to AWS: who names it, and its host and port; user and password never show.
    private var proxy: (variable: String, setting: Result<Proxy, MeterError>)? {
        call.proxySetting.map { setting in
            do throws(MeterError) {
                return (
                    setting.variable.rawValue,
                    .success(try Proxy.parse(setting.text, setting.variable.rawValue, P.URLs.self))
                )
            } catch {
                return (setting.variable.rawValue, .failure(error))
            }
        }
    }

    func goesThroughProxy(_ url: URLParts) -> Bool {
        call.proxySetting != nil && url.isHTTPS && !url.isLoopback && exception(for: url) == nil
    }

    /// The entry of NO_PROXY by which `url` is reached without the proxy that is set.
    func exception(for url: URLParts) -> String? {
        call.proxySetting == nil ? nil : call.proxyExceptions.entry(for: url)
    }

    /// What the settings say, and whether a proxy that no request went through is there.
    func examineProxySettings(reachedDirectly: Bool = false) {
        guard outcome(.proxy) == nil else { return }
        let lacking = unexceptedAddresses
        if !lacking.variables.isEmpty, !lacking.addresses.isEmpty {
            return warn(
                .proxy,
                """
                \(lacking.variables) is set, and NO_PROXY does not contain \(lacking.addresses): the SDKs would ask \
                the \
                proxy for metadata and credentials
                """,
                "Add \(lacking.addresses) to NO_PROXY. This library never asks a proxy for them.")
        }
        guard let proxy else {
            let plain = environment[.HTTP_PROXY] ?? environment[.http_proxy]
            return pass(
                .proxy,
                plain == nil
                    ? "none is set" : "none is set for HTTPS, by which AWS is called: HTTP_PROXY does not count")
        }
        let found: Proxy
        do throws(MeterError) { found = try proxy.setting.get() } catch {
            return warn(.proxy, error.message, error.fix)
        }
        let url = found.url
        let seen = "\(proxy.variable)=\(found.authority)"
        guard reachedDirectly else { return pass(.proxy, seen) }
        let request = HTTPRequest(.GET, url, to: .metadata)
        if url.isHTTPS { return pass(.proxy, "\(seen), which the endpoint here does not need") }
        if (try? call.exchange(request, "the proxy", within: 3000)) == nil,
            call.lastFailure.map({ Self.isUnreachable($0) }) ?? false
        {
            warn(
                .proxy, "\(seen) does not answer; the endpoint here is reached without it, but AWS's own would not be",
                "Correct \(proxy.variable), or unset it.")
        } else {
            pass(.proxy, "\(seen) is there; the endpoint here is reached without it")
        }
    }

    private static func isUnreachable(_ failure: TransportFailure) -> Bool {
        switch failure.kind {
        case .network, .timedOut: true
        default: false
        }
    }

    /// The variables by which other programs send plain HTTP to a proxy, and the metadata addresses of this platform
    /// that NO_PROXY leaves out.
    private var unexceptedAddresses: (variables: String, addresses: String) {
        let variables = [Variable.HTTP_PROXY, .http_proxy, .ALL_PROXY, .all_proxy].filter { environment[$0] != nil }.map
        { $0.rawValue }
        let needed: [String]
        switch call.report.platform ?? .none {
        case .ecs, .fargate: needed = ["169.254.170.2"]
        case .eks: needed = ContainerCredentials.isConfigured(environment) ? ["169.254.170.23"] : []
        case .ec2: needed = ["169.254.169.254"]
        case .none: needed = []
        }
        let lacking = needed.filter { call.proxyExceptions.entry(host: $0, port: 80) == nil }
        return (variables.joined(separator: ", "), lacking.joined(separator: ", "))
    }

    /// What `error`, of the exchange just made, means; `variable` is what could have led elsewhere. Looks at the
    /// certificate if that is what was refused.
    func explain(_ error: MeterError, _ request: HTTPRequest, _ variable: Variable) -> Obstacle {
        let override = endpointVariable(variable)
        let place = request.url.authority + (override.map { " (\($0))" } ?? "")
        let usual = Obstacle(seen: error.message, advice: error.fix)
        // A setting that cannot be read: nothing was sent.
        if goesThroughProxy(request.url), case .failure(let refusal)? = proxy?.setting {
            return Obstacle(seen: refusal.message, advice: refusal.fix, isProxy: true)
        }
        guard let failure = call.lastFailure,
            [.network, .tls, .deadline, .invalidArgument, .badResponse].contains(error.status)
        else { return usual }
        let throughProxy = goesThroughProxy(request.url) ? proxy : nil
        if let throughProxy, let obstacle = proxyObstacle(error, failure, throughProxy, place) { return obstacle }
        let egress = call.egress(failure, to: request.url) ?? error.fix
        switch (failure.obstacle, failure.kind) {
        case (.name, _), (.noSuchName, _):
            return Obstacle(
                seen: "the name \(place) cannot be resolved: \(failure.reason)", advice: egress)
        case (.certificate(let flaw), _) where flaw != .issuer && flaw != .incompleteChain:
            return Obstacle(
                seen: "the certificate of \(place) \(Certificates.finding(flaw)): \(failure.reason)", advice: error.fix)
        case (.certificate(let flaw), _):
            let chain = flaw == .incompleteChain ? "; the server shows no intermediate certificate" : ""
            let issuer = issuer(request).map { "is issued by \"\($0)\", which" } ?? "comes from an authority that"
            return Obstacle(
                seen: "the certificate of \(place) \(issuer) \(trustedRoots) not know\(chain): \(failure.reason)",
                advice:
                    """
                    If a proxy intercepts TLS here, except \(request.url.authority) from it, or name in AWS_CA_BUNDLE \
                    a PEM file with its CA certificate; if a variable names a bundle for something else, unset it: \
                    Amazon's roots are built in.
                    """
                        + (chain.isEmpty ? "" : " Or let it show its whole chain.")
                        + call.hints(failure, throughProxy: throughProxy != nil))
        case (_, .tls): return Obstacle(seen: error.message, advice: error.fix)
        case (.connectionWithoutIPv4, _): return usual
        case (.connection, _):
            return Obstacle(
                seen: "\(place) refuses the connection or has no route: \(failure.reason)", advice: egress)
        case (_, .timedOut): return Obstacle(seen: "\(place) does not answer: \(failure.reason)", advice: egress)
        default: return usual
        }
    }

    private func proxyObstacle(
        _ error: MeterError, _ failure: TransportFailure,
        _ proxy: (variable: String, setting: Result<Proxy, MeterError>), _ place: String
    ) -> Obstacle? {
        guard case .success(let found) = proxy.setting else { return nil }
        if case .proxyStatus = failure.obstacle {
            return Obstacle(seen: error.message, advice: error.fix, isProxy: true)
        }
        return Call<P>.trouble(with: found, proxy.variable, failure, place).map {
            Obstacle(
                seen: $0.seen, advice: $0.advice + call.hints(failure, throughProxy: true), isProxy: true)
        }
    }

    /// As the subject of "does not know".
    private var trustedRoots: String {
        switch try? call.trustedRoots() {
        case .bundle(let path)?: "the CA bundle \(path.quotable()) does"
        case .amazon(let system?)?: "Amazon's roots and \(system) do"
        default: "Amazon's roots do"
        }
    }

    private func issuer(_ request: HTTPRequest) -> String? {
        guard let settings = try? call.settings(for: request) else { return nil }
        return machine.certificateIssuer(
            request, settings, connectWithin: 3000, until: min(machine.monotonic + 3000, call.deadline),
            call.cancellation)
    }
}
