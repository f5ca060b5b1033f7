// Decides when a task or pod sends: in its own minute of the hour, so that a fleet does not ask at once. AWS grants ten
// calls a second to an account and Region; a thousand pods with eight dimensions need 800 seconds of that in each hour.

public enum SendSchedule {
    /// Seconds after the hour's end at which the first may send: clocks differ by minutes.
    static let margin: Int64 = 300
    /// Seconds over which the fleet is spread.
    public static let spread: Int64 = 2700

    /// When the next send is due, in seconds since 1970 UTC. `own` is this journal's own part of `spread`; `oldest` the
    /// oldest hour with something to send; `hasRecords` whether a record waits that has been sealed.
    public static func due(at now: Int64, own: Int64, oldest: UsageHour?, hasRecords: Bool, notBefore: Int64?) -> Int64
    {
        let own = min(max(own, 0), spread)
        let current = UsageHour(containing: now)
        // With nothing to send, it is looked at again in the next hour: others may add to this journal.
        let hour = hasRecords ? UsageHour(containing: current.start - 1) : min(oldest ?? current, current)
        var due = hour.end + margin + own
        if let notBefore { due = max(due, notBefore) }
        return due
    }
}
