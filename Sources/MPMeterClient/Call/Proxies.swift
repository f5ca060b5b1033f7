// Decides which calls go through a proxy: those to AWS over HTTPS, if HTTPS_PROXY names one and NO_PROXY does not
// except the host. Metadata never do.

internal import MPMeterCore
internal import MPMeterTransport

extension Call {
    /// The setting, as it stands in the environment.
    var proxySetting: (variable: Variable, text: String)? {
        for variable in [Variable.HTTPS_PROXY, .https_proxy] {
            if let text = environment[variable] { return (variable, text) }
        }
        return nil
    }

    var proxyExceptions: ProxyExceptions { ProxyExceptions(environment[.NO_PROXY] ?? environment[.no_proxy]) }

    /// The proxy that `request` goes through; throws if the setting is not one.
    func proxy(for request: HTTPRequest) throws(MeterError) -> Proxy? {
        let url = request.url
        guard request.audience == .service, url.isHTTPS, !url.isLoopback, let setting = proxySetting,
            proxyExceptions.entry(for: url) == nil
        else { return nil }
        return try Proxy.parse(setting.text, setting.variable.rawValue, P.URLs.self)
    }

    /// What keeps the proxy from passing anything on, and what to do; nil if it is not the proxy that stands in the
    /// way.
    static func trouble(with proxy: Proxy, _ variable: String, _ failure: TransportFailure, _ place: String)
        -> (seen: String, advice: String)?
    {
        let setting = "\(variable)=\(proxy.authority)"
        let advice = "Correct \(variable), or unset it; or add \(place) to NO_PROXY."
        let isPlain = ["wrong version number", "http request", "packet length too long", "unknown protocol"].contains {
            failure.reason.contains(bytesOf: $0)
        }
        switch (failure.obstacle, failure.kind) {
        case (_, .tls) where isPlain && proxy.url.isHTTPS:
            return (
                "the proxy \(setting) does not speak TLS, which https:// in \(variable) asks of it: \(failure.reason)",
                "Write http:// in \(variable): the call to AWS inside is encrypted all the same."
            )
        case (.proxyCertificate(let flaw), _):
            return (
                "the certificate of the proxy \(setting) itself \(Certificates.finding(flaw)): \(failure.reason)",
                Certificates.fix(flaw, proxy.url)
                    ?? "Name in AWS_CA_BUNDLE a PEM file with the certificate of the proxy's authority."
            )
        case (_, .tls) where isPlain:
            return (
                """
                what comes through the proxy \(setting) is not TLS: the proxy answers CONNECT, and then something else \
                than \(place) does
                """,
                "Let the proxy pass on \(place) unchanged, or add \(place) to NO_PROXY."
            )
        case (.proxyEnded, .network):
            return (
                "the proxy \(setting) ends the connection before it answers CONNECT",
                """
                Check that \(proxy.authority) is the proxy's address, that the proxy lets this container in, and \
                whether it wants TLS (https:// in \(variable)); or add \(place) to NO_PROXY.
                """
            )
        case (.proxyName, _):
            return ("the name of the proxy \(setting) cannot be resolved: \(failure.reason)", advice)
        case (.connection, _), (.connectionWithoutIPv4, _):
            return ("the proxy \(setting) refuses the connection or has no route: \(failure.reason)", advice)
        case (.unknown, .network):
            return (
                "the connection to \(place) through the proxy \(setting) broke: \(failure.reason)",
                "Check that the proxy passes on \(place) unchanged and for long enough; or add \(place) to NO_PROXY."
            )
        case (.unknown, .timedOut), (.handshake, _), (.response, _):
            return ("no answer from \(place) through the proxy \(setting): \(failure.reason)", advice)
        default: return nil
        }
    }

    /// What a proxy's refusal to connect means: another try would be refused too, unless the proxy itself is in
    /// trouble.
    static func refusal(by proxy: Proxy, _ variable: String, _ status: Int, _ place: String, _ host: String)
        -> MeterError
    {
        let said = """
            \(place) could not be reached: the proxy \(proxy.authority) (\(variable)) answers HTTP \(status) to CONNECT
            """
        switch status {
        case ..<300:
            return MeterError(
                .badResponse,
                "\(place) could not be reached: the proxy \(proxy.authority) (\(variable)) answers CONNECT, "
                    + "but not with HTTP",
                fix: "Check that \(variable) names an HTTP proxy, or add \(host) to NO_PROXY.")
        case 407 where proxy.user == nil:
            return MeterError(
                .badResponse, "\(said): it asks for a user name and password",
                fix: """
                    Give \(variable) the user name and password that the proxy asks for \
                    (http://user:password@host:port), or add \(host) to NO_PROXY. Only Basic authentication is \
                    supported.
                    """,
                httpStatus: status)
        case 407:
            return MeterError(
                .badResponse, "\(said): it does not accept the user name and password in \(variable)",
                fix: """
                    Correct the user name and password in \(variable), or add \(host) to NO_PROXY. Only Basic \
                    authentication is supported.
                    """,
                httpStatus: status)
        case 408, 429, 500...:
            var error = MeterError(
                .network, said,
                fix: """
                    Check that the proxy is up and that it can resolve and reach \(host); or add \(host) to NO_PROXY.
                    """,
                httpStatus: status)
            // What proxies answer when DNS has no such name.
            error.isNotThere = (502...504).contains(status)
            return error
        default:
            return MeterError(
                .badResponse, said, fix: "Let the proxy pass CONNECT to \(host):443, or add \(host) to NO_PROXY.",
                httpStatus: status)
        }
    }
}
