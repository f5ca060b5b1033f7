// Decides what is to be done where the way out of the container is closed, in the words of a registration and of a
// diagnosis alike.

internal import MPMeterCore
internal import MPMeterTransport

extension Call {
    /// nil where the obstacle is no matter of the way out.
    func egress(_ failure: TransportFailure, to url: URLParts) -> String? {
        var known: String?
        var isOfName = false
        switch (failure.obstacle, failure.kind) {
        case (.handshake, _): known = Remedy.ofLostHandshake(url)
        case (.response, _):
            known = """
                The connection works, but the request gets no answer: start the container again later, or check what \
                answers in AWS's place.
                """
        case (.name, _), (.noSuchName, _): isOfName = true
        case (.connection, _), (_, .timedOut): break
        default: return nil
        }
        var advice = known ?? wayOut(url)
        if let variable = redirection(to: url) {
            advice += " Or unset \(variable.rawValue), if it is not meant to lead there."
        } else if isOfName, !EndpointKinds(environment).isEmpty {
            advice +=
                " AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT is set: not every Region has such an endpoint."
        }
        if known == nil, environment[.HTTP_PROXY] != nil, proxySetting == nil {
            advice += " HTTP_PROXY is set, but calls to AWS are HTTPS: set HTTPS_PROXY."
        }
        return advice
    }

    private func wayOut(_ url: URLParts) -> String {
        let excepted = exceptedBy(url).map { entry, variable, setting in
            """
            Take \(entry.quotable(limit: 80)) out of \(variable.rawValue): it keeps the call from \(setting.rawValue), \
            and the direct way is closed. Or let
            """
        }
        return (excepted ?? "Let")
            + " the container reach \(url.authority): DNS, a route (NAT gateway or proxy), and a security group "
            + "and network ACL that let TCP \(url.port == nil ? "443" : "to this port") out."
    }

    /// The entry of NO_PROXY by which `url` is reached without the proxy that is set, and both variables.
    private func exceptedBy(_ url: URLParts) -> (String, Variable, Variable)? {
        guard let setting = proxySetting, let entry = proxyExceptions.entry(for: url) else { return nil }
        return (entry, environment[.NO_PROXY] == nil ? .no_proxy : .NO_PROXY, setting.variable)
    }

    /// The variable that leads there in the place of AWS's own endpoint.
    private func redirection(to url: URLParts) -> Variable? {
        for variable in [Variable.AWS_ENDPOINT_URL_MARKETPLACE_METERING, .AWS_ENDPOINT_URL_STS] {
            guard let found = try? EndpointOverride.url(variable, environment, P.URLs.self),
                found.authority.isSame(as: url.authority)
            else { continue }
            return environment[variable] == nil ? .AWS_ENDPOINT_URL : variable
        }
        return nil
    }
}
