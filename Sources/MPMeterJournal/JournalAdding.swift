// Decides how usage is added: in one transaction, which is on the disk when the call returns.

public import MPMeterCore

extension Journal {
    /// Adds `quantity`, which is not 0, to the hour that `now` (seconds since 1970 UTC, by this machine) belongs to, or
    /// to the next one that is open. `mark` is any number that no other add has.
    public func add(_ quantity: Quantity, _ dimension: String, _ tags: UsageTags, at now: Int64, mark: Int64)
        throws(MeterError)
    {
        let addition = Addition(quantity: quantity, dimension: dimension, tags: tags, now: now, mark: mark)
        let refusal: MeterError?
        do throws(MeterError) {
            refusal = try use { database throws(DatabaseFailure) in
                try database.transaction { () throws(DatabaseFailure) in try addition.make(database) }
            }
        } catch {
            // A disk that fails in the last step of a commit may have kept it: who is told that nothing was added will
            // add it again.
            if error.status != .journalBusy {
                try? use { database throws(DatabaseFailure) in
                    try database.transaction { () throws(DatabaseFailure) in try addition.undo(database) }
                }
            }
            throw error
        }
        if let refusal { throw refusal }
    }
}

private struct Addition {
    let quantity: Quantity
    let dimension: String
    let tags: UsageTags
    let now: Int64
    let mark: Int64

    /// Why it is refused, and then nothing is changed; nil if it was added.
    func make(_ database: Database) throws(DatabaseFailure) -> MeterError? {
        let offset = try database.numericSetting("clock_offset") ?? 0
        let (corrected, overflow) = now.addingReportingOverflow(offset)
        let moment = overflow ? now : corrected
        let current = UsageHour(containing: moment)
        let last = try database.number(
            "SELECT max(hour) FROM record WHERE dimension = ? AND hour >= ?",
            [.text(dimension), .number(current.start)])
        let hour = Adding.hour(at: moment, lastClosed: last.map { UsageHour(containing: $0) })
        var present: [UsageAllocation] = []
        let key: [Value] = [.text(dimension), .number(hour.start)]
        try database.run("SELECT tags, millionths, checksum FROM usage WHERE dimension = ? AND hour = ?", key) {
            (row) throws(DatabaseFailure) in
            let part = try row.allocation(0, 1)
            try row.check(2, Checksum.usage(dimension, hour, part.tags.text, part.quantity), "usage")
            present.append(part)
        }
        let sum: Quantity
        do throws(MeterError) { sum = try Adding.quantity(adding: quantity, tags, to: present) } catch { return error }
        try database.run(
            """
            INSERT OR REPLACE INTO usage (dimension, hour, tags, millionths, last_add, checksum) VALUES (?, ?, ?, ?, \
            ?, ?)
            """,
            key + [
                .text(tags.text), .number(sum.millionths), .number(mark),
                .number(Checksum.usage(dimension, hour, tags.text, sum)),
            ])
        return nil
    }

    /// Takes it out again, if it is there after all and nobody has added since.
    func undo(_ database: Database) throws(DatabaseFailure) {
        let values: [Value] = [.text(dimension), .text(tags.text), .number(mark)]
        let condition = "WHERE dimension = ? AND tags = ? AND last_add = ?"
        var found: (hour: UsageHour, sum: Quantity)?
        try database.run("SELECT hour, millionths FROM usage \(condition)", values) { (row) throws(DatabaseFailure) in
            found = (try row.hour(0), try row.quantity(1))
        }
        guard let found, let left = found.sum.subtracting(quantity) else { return }
        if left == .zero {
            try database.run("DELETE FROM usage \(condition)", values)
        } else {
            try database.run(
                "UPDATE usage SET millionths = ?, last_add = NULL, checksum = ? \(condition)",
                [.number(left.millionths), .number(Checksum.usage(dimension, found.hour, tags.text, left))] + values)
        }
    }
}

extension Row {
    func allocation(_ tags: Int32, _ millionths: Int32) throws(DatabaseFailure) -> UsageAllocation {
        UsageAllocation(try usageTags(tags), try quantity(millionths))
    }

    func quantity(_ column: Int32) throws(DatabaseFailure) -> Quantity {
        guard let quantity = number(column).flatMap({ Quantity(millionths: $0) }) else {
            throw .damaged("a quantity is out of range")
        }
        return quantity
    }

    func usageTags(_ column: Int32) throws(DatabaseFailure) -> UsageTags {
        guard let text = text(column), let tags = UsageTags(written: text) else {
            throw .damaged("tags cannot be read")
        }
        return tags
    }

    func hour(_ column: Int32) throws(DatabaseFailure) -> UsageHour {
        guard let hour = number(column).flatMap({ UsageHour(start: $0) }) else {
            throw .damaged("an hour is out of range")
        }
        return hour
    }

    func requiredText(_ column: Int32) throws(DatabaseFailure) -> String {
        guard let text = text(column) else { throw .damaged("a text is missing") }
        return text
    }
}
