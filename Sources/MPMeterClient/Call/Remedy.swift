// Decides which remedy fits a failure whose cause is known more exactly than its status says.

internal import MPMeterCore
internal import MPMeterSystem
internal import MPMeterTransport

enum Remedy {
    /// `error` with a remedy for what the transport said of the exchange with `name`; as it is if that says no more.
    static func added(to error: MeterError, _ failure: TransportFailure, _ request: HTTPRequest, _ name: String)
        -> MeterError
    {
        var error = error
        switch error.status {
        case .tls:
            // An image without a CA bundle has its own remedy already, which comes before the chain's.
            if failure.certificateFlaw == .incompleteChain, !error.fix.isSame(as: Status.tls.fix.description) { break }
            error.fix = ofTLS(failure, request) ?? error.fix
        case .network where failure.isWithoutIPv4:
            error.fix = """
                Set AWS_USE_DUALSTACK_ENDPOINT=true: only IPv6 has a route here, and \(request.url.host) has IPv4 \
                addresses only.
                """
        case .network where request.audience == .metadata:
            error.fix = """
                Check that \(name) is up on the node, and that no network policy or firewall keeps the container from \
                \(request.url.authority).
                """
        case .deadline where error.fix.isSame(as: Status.deadline.fix.description):
            error.fix = """
                Find out why \(name) does not answer (a firewall that drops packets, a proxy); then start the \
                container again, or allow a longer deadline.
                """
        default: break
        }
        return error
    }

    /// nil for an issuer that is not trusted: that is what the status's own remedy is for.
    private static func ofTLS(_ failure: TransportFailure, _ request: HTTPRequest) -> String? {
        if case .certificate(let flaw) = failure.obstacle { return Certificates.fix(flaw, request.url) }
        if failure.isOfBundle {
            return """
                Correct the file, or unset the variable that names it (AWS_CA_BUNDLE or SSL_CERT_FILE): Amazon's roots \
                are built in.
                """
        }
        return """
            Check the endpoint setting and proxies: what answers at \(request.url.authority) does not speak TLS 1.2 or \
            later as it should.
            """
    }

    /// Small packets arrive, as there is a connection; a server's certificates come in large ones.
    static func ofLostHandshake(_ url: URLParts) -> String {
        """
        Look for what drops large packets on the way to and from \(url.authority): a VPN or tunnel with a small MTU \
        (lower the container's MTU, or let ICMP "fragmentation needed" and "packet too big" through), or a firewall \
        that inspects TLS.
        """
    }

    /// For the file of a token that the platform mounts.
    static func ofTokenFile(_ failure: FileFailure, _ variable: Variable) -> String {
        if failure.isForbidden { return "Let the program's user read it (in a pod: securityContext.fsGroup)." }
        if failure.isMissing, variable == .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE {
            return "\(CredentialsSource.eksPodIdentity.fix ?? "") Do not set \(variable.rawValue) by hand."
        }
        if failure.isMissing {
            return """
                Check that the platform mounted it: on EKS annotate the service account with \
                eks.amazonaws.com/role-arn and start the pod again. Do not set \(variable.rawValue) by hand.
                """
        }
        return """
            \(variable.rawValue) has to name the token that the platform mounts: do not set it by hand, mount nothing \
            in its place, and start the pod again.
            """
    }
}
