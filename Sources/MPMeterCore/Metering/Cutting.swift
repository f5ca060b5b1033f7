// Decides, each time that something is to be sent: which usage is sealed into records, which goes to another hour, and
// which is held. It sees values alone; whoever calls it writes the changes down in one transaction, before any of the
// records is sent.

public struct Cutting: Sendable {
    /// AWS's time as far as it is known, in seconds since 1970 UTC.
    public var now: Int64
    public var identity: UsageIdentity
    /// Seals the current hour too: this process ends.
    public var isFinal = false
    /// Bills whole units alone, and carries the rest.
    public var isWhole = false
    /// Holds what comes too late and was never sent, instead of billing it in the current hour.
    public var holdsLate = false
    /// The journal has lost its past: what is in it may have been sent. All of it is held.
    public var isCopy = false

    public init(at now: Int64, for identity: UsageIdentity) {
        self.now = min(max(now, 0), UsageHour.lastMoment)
        self.identity = identity
    }

    /// The changes, in order; afterwards `books` is as they leave it. `token` answers a client token that was never
    /// used, or nil.
    public func cut(_ books: inout Books, token: () -> String?) throws(MeterError) -> [BookChange] {
        var step = CutStep(cutting: self, books: books)
        if isCopy {
            step.holdAll()
        } else {
            step.judgeRecords()
            step.judgeUsage()
            try step.seal(token)
        }
        let current = UsageHour(containing: now)
        if books.identity.map({ $0 != identity }) ?? true || books.since.map({ $0 > current }) ?? true {
            let since = min(books.since ?? current, current)
            step.changes.append(.identify(identity, since: since))
            step.books.identity = identity
            step.books.since = since
        }
        books = step.books
        return step.changes
    }

    /// The change for a record that AWS refuses for its hour: its usage goes to the first open one after it.
    public func undo(_ record: UsageRecord, _ books: inout Books) -> [BookChange] {
        var step = CutStep(cutting: self, books: books)
        step.books.records.removeAll { $0.id == record.id }
        step.unseal(record)
        books = step.books
        return step.changes
    }
}

private struct CutStep {
    let cutting: Cutting
    var books: Books
    var changes: [BookChange] = []

    init(cutting: Cutting, books: Books) {
        self.cutting = cutting
        self.books = books
    }

    private var current: UsageHour { UsageHour(containing: cutting.now) }

    private func isClosed(_ dimension: String, _ hour: UsageHour) -> Bool {
        let key = RecordKey(cutting.identity, dimension, hour)
        return books.closed.contains { $0.isSame(as: key) }
    }

    /// The first hour from the current one on that takes more of this dimension.
    private func openHour(_ dimension: String) -> UsageHour {
        var hour = current
        while isClosed(dimension, hour), hour.next > hour { hour = hour.next }
        return hour
    }

    mutating func holdAll() {
        changes += books.records.map { .hold($0, .copy) } + books.usage.map { .holdUsage($0, .copy) }
        books.records = []
        books.usage = []
    }

    /// What of the records can still be sent stays; the others are undone or held.
    mutating func judgeRecords() {
        let all = books.records
        books.records = []
        for record in all {
            let isOwn = record.key.identity == cutting.identity
            let isLate = UsageHour.isTooLate(record.timestamp, at: cutting.now)
            switch record.state {
            case _ where isOwn && !isLate: books.records.append(record)
            case .unknown: changes.append(.hold(record, isOwn ? .tooLateUnknown : .otherPod))
            case .sealed where isOwn && cutting.holdsLate: changes.append(.hold(record, .late))
            case .sealed: unseal(record)
            }
        }
    }

    mutating func unseal(_ record: UsageRecord) {
        books.closed.removeAll { $0.isSame(as: record.key) }
        var hour = openHour(record.key.dimension)
        func usage(_ part: UsageAllocation) -> OpenUsage {
            OpenUsage(hour: hour, dimension: record.key.dimension, tags: part.tags, quantity: part.quantity)
        }
        while !record.allocations.allSatisfy({ books.canAdd(usage($0)) }), hour.next > hour { hour = hour.next }
        for part in record.allocations {
            books.add(usage(part))
        }
        changes.append(.unseal(record, to: hour))
    }

    /// Usage that cannot be billed in its own hour goes to the current one.
    mutating func judgeUsage() {
        // Of the hours before it came, a newcomer knows nothing: they may be another pod's.
        let since = books.identity.map { $0 == cutting.identity } ?? true ? nil : books.since ?? current
        let all = books.usage
        for usage in all {
            let isNewcomer = since.map { usage.hour < $0 } ?? false
            let open = openHour(usage.dimension)
            let isLate = UsageHour.isTooLate(usage.hour.lastSecond, at: cutting.now)
            if isLate && cutting.holdsLate && !isNewcomer {
                books.remove(usage)
                changes.append(.holdUsage(usage, .late))
            } else if usage.hour != open,
                usage.hour > open || isLate || isNewcomer || isClosed(usage.dimension, usage.hour)
            {
                move(usage, to: open)
            }
        }
    }

    private mutating func move(_ usage: OpenUsage, to hour: UsageHour) {
        guard usage.hour != hour else { return }
        // Together they may be more than a quantity can be: then it waits where it is.
        var moved = usage
        moved.hour = hour
        guard books.canAdd(moved) else { return }
        books.remove(usage)
        books.add(moved)
        changes.append(.move(usage, to: hour))
    }

    mutating func seal(_ token: () -> String?) throws(MeterError) {
        var done: [(UsageHour, String)] = []
        let all = books.usage.sorted { $0.hour < $1.hour }
        for first in all where first.hour < current || cutting.isFinal && first.hour == current {
            guard !done.contains(where: { $0.0 == first.hour && $0.1.isSame(as: first.dimension) }) else { continue }
            done.append((first.hour, first.dimension))
            guard !isClosed(first.dimension, first.hour) else { continue }
            try seal(first.hour, first.dimension, token)
        }
    }

    /// What fits into one record is sealed; the rest goes to a later hour.
    private mutating func seal(_ hour: UsageHour, _ dimension: String, _ token: () -> String?) throws(MeterError) {
        var keys = TagKeys()
        var parts: [UsageAllocation] = []
        var sum = Quantity.zero
        for usage in books.usage where usage.hour == hour && usage.dimension.isSame(as: dimension) {
            let quantity = cutting.isWhole ? usage.quantity.wholePart : usage.quantity
            guard quantity > .zero, parts.count < UsageTags.mostSets, let more = sum.adding(quantity),
                keys.take(usage.tags)
            else { continue }
            sum = more
            parts.append(UsageAllocation(usage.tags, quantity))
        }
        if sum > .zero {
            guard let token = token() else { throw .withoutRandomBytes }
            // The last second keeps the record acceptable for longest; in the hour that is not over, a moment that
            // AWS's clock has surely passed.
            let timestamp = min(hour.lastSecond, max(hour.start, cutting.now - 300))
            let key = RecordKey(cutting.identity, dimension, hour)
            let record = UsageRecord(
                id: 0, key: key, timestamp: timestamp, clientToken: token, allocations: parts, state: .sealed)
            for part in parts {
                books.take(OpenUsage(hour: hour, dimension: dimension, tags: part.tags, quantity: part.quantity))
            }
            books.records.append(record)
            books.closed.append(key)
            changes.append(.seal(record))
        }
        let open = openHour(dimension)
        for rest in books.usage where rest.hour == hour && rest.dimension.isSame(as: dimension) { move(rest, to: open) }
    }
}

extension Books {
    private func index(_ hour: UsageHour, _ dimension: String, _ tags: UsageTags) -> Int? {
        usage.firstIndex { $0.hour == hour && $0.tags == tags && $0.dimension.isSame(as: dimension) }
    }

    func canAdd(_ more: OpenUsage) -> Bool {
        guard let at = index(more.hour, more.dimension, more.tags) else { return true }
        return usage[at].quantity.adding(more.quantity) != nil
    }

    mutating func add(_ more: OpenUsage) {
        if let at = index(more.hour, more.dimension, more.tags), let sum = usage[at].quantity.adding(more.quantity) {
            usage[at].quantity = sum
        } else {
            usage.append(more)
        }
    }

    mutating func remove(_ gone: OpenUsage) {
        guard let at = index(gone.hour, gone.dimension, gone.tags) else { return }
        usage.remove(at: at)
    }

    /// Takes a quantity out of what is open there.
    mutating func take(_ part: OpenUsage) {
        guard let at = index(part.hour, part.dimension, part.tags),
            let left = usage[at].quantity.subtracting(part.quantity)
        else { return }
        if left == .zero { usage.remove(at: at) } else { usage[at].quantity = left }
    }
}
