// Decides what is added to a remedy where boto3, in the same container, reads another setting than this library does.

internal import MPMeterCore
internal import MPMeterTransport

extension Call {
    /// Nothing, or sentences with a space before each.
    func hints(_ failure: TransportFailure, throughProxy: Bool) -> String {
        var hints = ""
        if failure.lacksAuthority, environment[.AWS_CA_BUNDLE] == nil {
            var unread = environment[.REQUESTS_CA_BUNDLE].map { _ in "REQUESTS_CA_BUNDLE" }
            if let path = configurationWithBundle { unread = "ca_bundle in " + path.quotable() }
            if let unread { hints += " This library does not read " + unread + ": name the bundle in AWS_CA_BUNDLE." }
        }
        guard throughProxy else { return hints }
        for (upper, lower) in [(Variable.HTTPS_PROXY, Variable.https_proxy), (.NO_PROXY, .no_proxy)] {
            guard let counts = environment[upper], let other = environment[lower], !counts.isSame(as: other) else {
                continue
            }
            hints += " boto3 uses \(lower.rawValue), which is different; this library uses \(upper.rawValue)."
        }
        return hints
    }

    /// The SDKs' configuration file, if it names a CA bundle for the profile in use.
    private var configurationWithBundle: String? {
        guard let path = SharedCredentialsFile.configurationPath(environment),
            let profile = try? SharedCredentialsFile.profile(environment),
            let text = (try? machine.readFile(path, limit: 1 << 20)).flatMap({ String(utf8: $0) }),
            SharedCredentialsFile.namesBundle(in: text, profile: profile)
        else { return nil }
        return path
    }
}
