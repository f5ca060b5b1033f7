// Decides what a failure means in a Region that AWS's list leaves out, under the policy `ask`: that AWS is not there,
// or says so, ends the call at once, with the list as the explanation.

internal import MPMeterCore

enum ListedRegion {
    /// Milliseconds that AWS is looked for in such a Region before its silence is taken for an answer.
    static let patience: Int64 = 60_000

    /// The error that says so; nil if it is another matter, or the Region is not on the list.
    static func explained(_ error: MeterError, _ region: Region, _ policy: RegionPolicy) -> MeterError? {
        guard policy == .ask, !region.name.offersRegisterUsage, error.isNotThere || error.saysRegionUnsupported else {
            return nil
        }
        var explained = error
        explained.status = .regionUnsupported
        explained.message = """
            RegisterUsage is not offered in \(region.name.text) (found by \(region.source.rawValue)): AWS's \
            documentation excludes the Region, and the call failed: \(error.message)
            """
        explained.fix = Status.regionUnsupported.fix.description
        explained.isFinal = true
        return explained
    }
}
