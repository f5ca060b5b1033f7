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
        region = CText(report.region?.name.text)
        regionSource = CText(report.region?.source.rawValue)
        credentialsSource = CText(report.credentialsSource?.rawValue)
        platform = CText(report.platform?.rawValue)
        attempts = Int32(clamping: report.attempts)
        elapsed = report.elapsed
    }
}
