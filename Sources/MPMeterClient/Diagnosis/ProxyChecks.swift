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
    private var proxy: (variable: String, url: URLParts?)? {
        let variable: Variable = environment[.HTTPS_PROXY] == nil ? .https_proxy : .HTTPS_PROXY
        return environment[variable].map { (variable.rawValue, parsed(proxy: $0)) }
    }

    private func parsed(proxy text: String) -> URLParts? {
        let rest = text.fields(separatedBy: UInt8(ascii: "@")).last ?? text
        return P.URLs.parse(rest.contains(bytesOf: "://") ? rest : "http://" + rest)
    }

    func goesThroughProxy(_ url: URLParts) -> Bool { proxy != nil && url.isHTTPS && !url.isLoopback && exception(for: url) == nil }

    private var noProxy: Variable { environment[.NO_PROXY] == nil ? .no_proxy : .NO_PROXY }

    /// The entry of NO_PROXY by which `url` is reached without the proxy that is set: a name as libcurl reads it, the host's own or a domain's above it.
    func exception(for url: URLParts) -> String? {
        guard proxy != nil, let list = environment[noProxy] else { return nil }
        if list.trimmed.isSame(as: "*") { return "*" }
        return list.fields(separatedBy: UInt8(ascii: ",")).map { $0.trimmed }.first { entry in
            let domain = (entry.startsWith(".") ? String(utf8: entry.utf8.dropFirst()) ?? "" : entry).lowercasedASCII
            return !domain.isEmpty && (url.host.isSame(as: domain) || url.host.endsWith("." + domain))
        }
    }

    /// What the settings say, and whether a proxy that no request went through is there.
    func examineProxySettings(reachedDirectly: Bool = false) {
        guard outcome(.proxy) == nil else { return }
        let lacking = unexceptedAddresses
        if !lacking.variables.isEmpty, !lacking.addresses.isEmpty {
            return warn(
                .proxy, "\(lacking.variables) is set, and NO_PROXY does not except \(lacking.addresses): the SDKs would ask the proxy for metadata and credentials",
                "Add \(lacking.addresses) to NO_PROXY. This library never asks a proxy for them.")
        }
        guard let proxy else {
            let plain = environment[.HTTP_PROXY] ?? environment[.http_proxy]
            return pass(.proxy, plain == nil ? "none is set" : "none is set for HTTPS, by which AWS is called: HTTP_PROXY does not count")
        }
        guard let url = proxy.url else {
            return warn(.proxy, "\(proxy.variable) is not the URL of a proxy", "Correct \(proxy.variable) (http://host:port), or unset it.")
        }
        let seen = "\(proxy.variable)=\(url.authority)"
        guard reachedDirectly else { return pass(.proxy, seen) }
        let request = HTTPRequest(.GET, url, to: .metadata)
        if url.isHTTPS { return pass(.proxy, "\(seen), which the endpoint here does not need") }
        if (try? call.exchange(request, "the proxy", within: 3000)) == nil, call.lastFailure.map({ Self.isUnreachable($0) }) ?? false {
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

    /// The variables by which other programs send plain HTTP to a proxy, and the metadata addresses of this platform that NO_PROXY leaves out.
    private var unexceptedAddresses: (variables: String, addresses: String) {
        let variables = [Variable.HTTP_PROXY, .http_proxy, .ALL_PROXY, .all_proxy].filter { environment[$0] != nil }.map { $0.rawValue }
        let needed: [String]
        switch call.report.platform ?? .none {
        case .ecs, .fargate: needed = ["169.254.170.2"]
        case .eks: needed = ContainerCredentials.isConfigured(environment) ? ["169.254.170.23"] : []
        case .ec2: needed = ["169.254.169.254"]
        case .none: needed = []
        }
        let exceptions = (environment[.NO_PROXY] ?? environment[.no_proxy] ?? "").fields(separatedBy: UInt8(ascii: ",")).map { $0.trimmed }
        let lacking = needed.filter { address in
            // A network in CIDR form, as Go's and Python's libraries read it, counts if it is link-local.
            !exceptions.contains { $0.isSame(as: address) || $0.isSame(as: "*") || $0.startsWith("169.254.") && $0.utf8.contains(UInt8(ascii: "/")) }
        }
        return (variables.joined(separator: ", "), lacking.joined(separator: ", "))
    }

    /// What `error`, of the exchange just made, means; `variable` is what could have led elsewhere. Looks at the certificate if that is what was refused.
    func explain(_ error: MeterError, _ request: HTTPRequest, _ variable: Variable) -> Obstacle {
        let override = endpointVariable(variable)
        let place = request.url.authority + (override.map { " (\($0))" } ?? "")
        let usual = Obstacle(seen: error.message, advice: error.fix)
        guard let failure = call.lastFailure, [.network, .tls, .deadline, .invalidArgument].contains(error.status) else { return usual }
        let throughProxy = goesThroughProxy(request.url) ? proxy : nil
        if let throughProxy, let obstacle = proxyObstacle(failure, throughProxy, place) { return obstacle }
        let excepted = exception(for: request.url).map { entry in
            "Take \(entry.quotable(limit: 80)) out of \(noProxy.rawValue): it keeps the call from \(proxy?.variable ?? "the proxy"), and the direct way is closed. "
        }
        let egress =
            (excepted.map { $0 + "Or let" } ?? "Let")
            + " the container reach \(request.url.authority): DNS, a route (NAT gateway or proxy), and a security group and network ACL that let TCP 443 out."
            + (override.map { " Or unset \($0), if it is not meant to lead there." } ?? "")
        let hint = environment[.HTTP_PROXY] != nil && proxy == nil ? " HTTP_PROXY is set, but calls to AWS are HTTPS: set HTTPS_PROXY." : ""
        switch (failure.obstacle, failure.kind) {
        case (.name, _):
            let kinds = EndpointKinds(environment)
            let fips = kinds.isEmpty ? "" : " AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT is set: not every Region has such an endpoint."
            return Obstacle(seen: "the name \(place) cannot be resolved: \(failure.reason)", advice: egress + fips + hint)
        case (.certificateDates, _):
            return Obstacle(
                seen: "the certificate of \(place) is not valid today: \(failure.reason)",
                advice: "Check this machine's clock first; if it is right, whatever answers at \(place) has an old certificate: a proxy that intercepts TLS?")
        case (.certificateName, _):
            return Obstacle(
                seen: "the certificate of \(place) is for another name: \(failure.reason)",
                advice: "Check what answers in AWS's place: a proxy that intercepts TLS, a wrong DNS entry or endpoint setting.")
        case (.certificateIssuer, _):
            let issuer = issuer(request).map { "is issued by \"\($0)\", which" } ?? "comes from an authority that"
            return Obstacle(
                seen: "the certificate of \(place) \(issuer) \(trustedRoots) not know: \(failure.reason)",
                advice: "If a proxy intercepts TLS here, except \(request.url.authority) from it, or name in AWS_CA_BUNDLE a PEM file with its CA certificate; if a variable names a "
                    + "bundle for something else, unset it: Amazon's roots are built in.")
        case (_, .tls): return Obstacle(seen: error.message, advice: error.fix)
        case (.connection, _): return Obstacle(seen: "\(place) refuses the connection or has no route: \(failure.reason)", advice: egress + hint)
        case (_, .timedOut): return Obstacle(seen: "\(place) does not answer: \(failure.reason)", advice: egress + hint)
        default: return usual
        }
    }

    private func proxyObstacle(_ failure: TransportFailure, _ proxy: (variable: String, url: URLParts?), _ place: String) -> Obstacle? {
        let setting = proxy.url.map { "\(proxy.variable)=\($0.authority)" } ?? proxy.variable
        let advice = "Correct \(proxy.variable), or unset it; or except \(place) in NO_PROXY."
        let isPlain = ["wrong version number", "http request", "packet length too long", "unknown protocol"].contains { failure.reason.contains(bytesOf: $0) }
        switch (failure.obstacle, failure.kind) {
        case (_, .tls) where isPlain && proxy.url?.isHTTPS ?? false:
            return Obstacle(
                seen: "the proxy \(setting) does not speak TLS, which https:// in \(proxy.variable) asks of it: \(failure.reason)",
                advice: "Write http:// in \(proxy.variable): the call to AWS inside is encrypted all the same.", isProxy: true)
        case (_, .proxySetting): return Obstacle(seen: "\(proxy.variable) is not the URL of a proxy", advice: "Correct \(proxy.variable) (http://host:port), or unset it.", isProxy: true)
        case (.proxyName, _): return Obstacle(seen: "the name of the proxy \(setting) cannot be resolved", advice: advice, isProxy: true)
        case (.connection, _) where proxy.url.map { failure.reason.contains(bytesOf: $0.host) } ?? false:
            return Obstacle(seen: "the proxy \(setting) refuses the connection: \(failure.reason)", advice: advice, isProxy: true)
        case (.proxyStatus(let status), _):
            let login = status == 407 ? "Give \(proxy.variable) the user name and password that the proxy asks for. " : ""
            return Obstacle(
                seen: "the proxy \(setting) answers HTTP \(status) to CONNECT \(place)", advice: "\(login)Let the proxy pass \(place):443, or except it in NO_PROXY.", isProxy: true)
        case (.unknown, .timedOut): return Obstacle(seen: "no answer from \(place) through the proxy \(setting): \(failure.reason)", advice: advice, isProxy: true)
        default: return nil
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
        guard let settings = try? call.settings(for: request.url) else { return nil }
        return machine.certificateIssuer(request, settings, connectWithin: 3000, until: min(machine.monotonic + 3000, call.deadline), call.cancellation)
    }
}
