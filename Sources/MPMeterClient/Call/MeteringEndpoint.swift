// Decides where RegisterUsage is sent. A redirected endpoint could be the buyer's own server: it is honoured only when
// the answer has to prove itself.

internal import MPMeterCore

extension Call {
    /// By which an endpoint is chosen.
    private static var switches: [Variable] {
        [.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, .AWS_USE_FIPS_ENDPOINT, .AWS_USE_DUALSTACK_ENDPOINT]
    }

    func meteringEndpoint(in region: RegionName, isVerified: Bool) throws(MeterError) -> URLParts {
        let variable = Variable.AWS_ENDPOINT_URL_MARKETPLACE_METERING
        try environment.check(Self.switches)
        if isVerified {
            if let url = try EndpointOverride.url(variable, environment, P.URLs.self) {
                let name = environment[variable] == nil ? Variable.AWS_ENDPOINT_URL : variable
                guard let other = url.regionOfAWS, other != region else { return url }
                throw MeterError(
                    .invalidRegion,
                    """
                    \(name.rawValue) leads to AWS's endpoint of \(other.text), \(url.authority), but this is \
                    \(region.text)
                    """,
                    fix: """
                        Unset \(name.rawValue): the library calls the endpoint of the Region that the container runs in.
                        """)
            }
        } else if EndpointOverride.isConfigured(variable, environment) {
            log(.warning, "the endpoint from the environment is ignored, because the answer is not verified")
        }
        return Endpoint.metering(in: region, EndpointKinds(environment))
    }

    /// The Region's own STS, or the one that the environment names.
    func stsEndpoint(in region: RegionName) throws(MeterError) -> URLParts {
        try environment.check(Self.switches)
        let redirected = try EndpointOverride.url(.AWS_ENDPOINT_URL_STS, environment, P.URLs.self)
        return redirected ?? Endpoint.sts(in: region, EndpointKinds(environment))
    }
}
