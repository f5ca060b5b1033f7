// Decides how the pod's service account token is exchanged for credentials at the Region's STS.

internal import MPMeterCore

extension Call {
    /// The pod's token, read anew each time: the kubelet rotates it.
    func webIdentityToken() throws(MeterError) -> String {
        let token = try secretFile(
            try environment.value(.AWS_WEB_IDENTITY_TOKEN_FILE) ?? "", .AWS_WEB_IDENTITY_TOKEN_FILE
        ).trimmed
        keepSecret(token)
        return token
    }

    func webIdentityCredentials(_ region: RegionName) throws(MeterError) -> Credentials {
        let role = try WebIdentity.roleARN(environment)
        let endpoint = try stsEndpoint(in: region)
        let session = try environment.value(.AWS_ROLE_SESSION_NAME) ?? "mpmeter-\(machine.unixSeconds)"
        var tries = 3
        while true {
            let request = WebIdentity.request(
                endpoint: endpoint, roleARN: role, sessionName: session, token: try webIdentityToken())
            let response = try exchange(request, "STS", within: Call<P>.servicePatience)
            do {
                return try WebIdentity.credentials(in: response, P.JSON.self)
            } catch {
                tries -= 1
                // With the deadline that near, what STS said is worth more than that time is up.
                guard tries > 0, WebIdentity.isWorthAnotherTry(error), machine.monotonic + 1000 < deadline else {
                    throw error
                }
                log(.info, "\(shown(error).message); asking again")
                try pause(1000)
            }
        }
    }
}
