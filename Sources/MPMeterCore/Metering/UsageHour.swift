// Decides how time is cut: AWS keeps one quantity for each hour of UTC, and takes it until six hours later.

/// An hour of UTC, by the second it begins.
public struct UsageHour: Equatable, Comparable, Sendable {
    public let start: Int64

    static let length: Int64 = 3600
    /// Until when AWS takes a record: six hours, less ten minutes for clocks and queues.
    static let grace: Int64 = 6 * 3600 - 600
    /// 9999-12-31: a clock beyond it is no clock.
    public static let lastMoment: Int64 = 253_402_300_799
    public static var moments: ClosedRange<Int64> { 0...lastMoment }

    /// The hour that a moment belongs to, in seconds since 1970 UTC.
    public init(containing moment: Int64) {
        let moment = min(max(moment, 0), UsageHour.lastMoment)
        start = moment - moment % UsageHour.length
    }

    /// nil for a moment that no hour begins at.
    public init?(start: Int64) {
        self.init(containing: start)
        guard self.start == start else { return nil }
    }

    public static func < (a: UsageHour, b: UsageHour) -> Bool { a.start < b.start }

    public var end: Int64 { start + UsageHour.length }
    public var next: UsageHour { UsageHour(containing: end) }
    public var lastSecond: Int64 { end - 1 }

    /// "2026-11-26T10:00:00Z".
    public var text: String { Timestamp(start).extendedFormat }

    /// Whether a record that says `timestamp` comes too late at the moment `now`.
    public static func isTooLate(_ timestamp: Int64, at now: Int64) -> Bool { now - timestamp > grace }
}
