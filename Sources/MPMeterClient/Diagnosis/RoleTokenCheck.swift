// Decides what is said of the pod's token file: readable, a token, for STS, and still valid. Of its claims only issuer
// and expiry are shown.

internal import MPMeterCore

extension Examination {
    func examineRoleToken() {
        guard WebIdentity.isConfigured(environment) else {
            return skip(.roleToken, "AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        }
        if failed(among: .tokenIssuer) != nil { return skip(.roleToken, after: .tokenIssuer) }
        let path = environment[.AWS_WEB_IDENTITY_TOKEN_FILE]?.showablePath ?? ""
        let remount = "Let the kubelet write it: mount the service account's projected token, and start the pod again."
        let text: String
        do throws(MeterError) { text = try call.webIdentityToken() } catch {
            return fail(.roleToken, error.status, unreadable(error), error.fix)
        }
        guard let token = WebIdentityToken(text, P.JSON.self) else {
            return fail(
                .roleToken, .credentialsRejected,
                "the token file \(path) holds no service account token: not three parts, or no JSON in them", remount)
        }
        let issuer = token.issuer?.quotable() ?? "nobody"
        var now = machine.unixSeconds
        // It is STS that looks at the token's time, by its own clock: this machine's may be what is wrong.
        if hasWrongClock, untimely(token, at: now) != nil { now += call.clock?.offset ?? 0 }
        if let (seen, advice) = untimely(token, at: now) {
            return fail(.roleToken, .credentialsRejected, "the token in \(path), issued by \(issuer), \(seen)", advice)
        }
        guard token.audiences.contains(where: { $0.isSame(as: "sts.amazonaws.com") }) else {
            return fail(
                .roleToken, .credentialsRejected,
                """
                the token in \(path), issued by \(issuer), is not meant for STS: its audience is not sts.amazonaws.com
                """,
                """
                Name the token that IRSA mounts (/var/run/secrets/eks.amazonaws.com/serviceaccount/token) in \
                AWS_WEB_IDENTITY_TOKEN_FILE, or give the projected token the audience sts.amazonaws.com.
                """)
        }
        let expiry =
            token.expires.map { "it is valid for another \(Self.duration(Self.seconds(from: now, to: $0)))" }
            ?? "it does not expire"
        if let expires = token.expires, Self.seconds(from: now, to: expires) < 300 {
            return warn(
                .roleToken, "\(path), issued by \(issuer); \(expiry)",
                "Check that the kubelet rotates the token: it should have written another by now.")
        }
        pass(.roleToken, "\(path), issued by \(issuer); \(expiry)")
    }

    /// What is wrong with the token's time at that moment.
    private func untimely(_ token: WebIdentityToken, at now: Int64) -> (seen: String, advice: String)? {
        if let expires = token.expires, expires <= now {
            return (
                "expired \(Self.duration(Self.seconds(from: expires, to: now))) ago",
                """
                Start the pod again, so that the kubelet writes a new token. If the file is a copy, read the mounted \
                one: it is rotated. Check the node's clock.
                """
            )
        }
        if let notBefore = token.notBefore, notBefore > now + 300 {
            return (
                "is not valid yet, and will be in \(Self.duration(Self.seconds(from: now, to: notBefore)))",
                "Check the clock of this node: the cluster that issued the token is ahead of it."
            )
        }
        return nil
    }
}
