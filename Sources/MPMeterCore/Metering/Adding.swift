// Decides into which hour new usage goes, and when it is refused.

public enum Adding {
    /// The quantity that the text says; throws for one that is none, and for a dimension that is none.
    public static func amount(_ dimension: String, _ quantity: String) throws(MeterError) -> Quantity {
        try UsageDimension.check(dimension)
        return try Quantity.parse(quantity)
    }

    public static func check(dimension: String) throws(MeterError) { try UsageDimension.check(dimension) }

    public static func check(timestamp: Int64, clientToken: String?) throws(MeterError) {
        guard timestamp >= 0, timestamp <= UsageHour.lastMoment else {
            throw MeterError(
                .invalidArgument, "The timestamp is not a moment in seconds since 1970 UTC",
                fix: "Give seconds, or 0 for now.")
        }
        guard let clientToken else { return }
        guard !clientToken.isEmpty, clientToken.utf8.count <= 64,
            clientToken.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw MeterError(
                .invalidArgument, "The client token is not 1 to 64 visible characters of ASCII",
                fix: "Give a shorter one, or none.")
        }
    }

    /// The hour for usage that is added at `now`: this one, or the one after the last that was closed for the
    /// dimension. `lastClosed` is the latest hour that has a record, from this hour on; nil if there is none.
    public static func hour(at now: Int64, lastClosed: UsageHour?) -> UsageHour {
        let current = UsageHour(containing: now)
        guard let lastClosed, lastClosed >= current else { return current }
        return lastClosed.next
    }

    /// The new quantity for the set of tags; throws if the hour's record could not be sent any more. `present` is what
    /// the hour and dimension have.
    public static func quantity(
        adding quantity: Quantity, _ tags: UsageTags, to present: [UsageAllocation]
    ) throws(MeterError) -> Quantity {
        var keys = TagKeys()
        _ = keys.take(tags)
        var sum = quantity
        var own = quantity
        var isNew = true
        for part in present {
            guard keys.take(part.tags) else {
                throw MeterError(
                    .invalidArgument,
                    "With these tags this hour's usage would have more than \(UsageTags.mostKeys) different tag keys",
                    fix: "Use at most \(UsageTags.mostKeys) tag keys for all usage of a dimension.")
            }
            guard let more = sum.adding(part.quantity) else {
                throw MeterError(
                    .invalidArgument, "The quantity of this hour would be more than \(Quantity.most.text)",
                    fix: """
                        Meter in larger units: AWS takes no more than \(Quantity.most.text) for each dimension and hour.
                        """
                )
            }
            sum = more
            if part.tags == tags {
                isNew = false
                own = part.quantity.adding(quantity) ?? own
            }
        }
        guard !isNew || present.count < UsageTags.mostSets else {
            throw MeterError(
                .invalidArgument, "There are \(present.count) different sets of tags in this hour already",
                fix: "Use at most \(UsageTags.mostSets) different sets of tags for a dimension in an hour.")
        }
        return own
    }
}
