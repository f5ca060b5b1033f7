// Decides where RegisterUsage is sent. A redirected endpoint could be the buyer's own server: it is honoured only when
// the answer has to prove itself.

internal import MPMeterCore

extension Call {
    func meteringEndpoint(in region: RegionName, isVerified: Bool) throws(MeterError) -> URLParts {
        let variable = Variable.AWS_ENDPOINT_URL_MARKETPLACE_METERING
        if isVerified {
            if let url = try EndpointOverride.url(variable, environment, P.URLs.self) { return url }
        } else if EndpointOverride.isConfigured(variable, environment) {
            log(.warning, "the endpoint from the environment is ignored, because the answer is not verified")
        }
        return Endpoint.metering(in: region, EndpointKinds(environment))
    }

    /// The Region's own STS, or the one that the environment names.
    func stsEndpoint(in region: RegionName) throws(MeterError) -> URLParts {
        let redirected = try EndpointOverride.url(.AWS_ENDPOINT_URL_STS, environment, P.URLs.self)
        return redirected ?? Endpoint.sts(in: region, EndpointKinds(environment))
    }
}
