// Decides what is added to a remedy where boto3, in the same container, reads another setting than this library does.

internal import MPMeterCore
internal import MPMeterTransport

extension Call {
    /// Nothing, or sentences with a space before each.
    func hints(_ failure: TransportFailure, throughProxy: Bool) -> String {
        var hints = ""
        if failure.lacksAuthority, environment[.AWS_CA_BUNDLE] == nil, environment[.REQUESTS_CA_BUNDLE] != nil {
            hints += " REQUESTS_CA_BUNDLE is set, and is not read here: name its file in AWS_CA_BUNDLE."
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
}
