// Decides how a report is kept for C: every text with its terminating NUL.

internal import MPMeterClient
internal import MPMeterCore

final class ReportText {
    let region: CText?
    let regionSource: CText?
    let credentialsSource: CText?
    let platform: CText?
    let attempts: Int32
    let elapsed: Int64

    init(_ report: Report) {
        region = CText.optional(report.region?.name.text)
        regionSource = CText.optional(report.region?.source.rawValue)
        credentialsSource = CText.optional(report.credentialsSource?.rawValue)
        platform = CText.optional(report.platform?.rawValue)
        attempts = Int32(clamping: report.attempts)
        elapsed = report.elapsed
    }
}
