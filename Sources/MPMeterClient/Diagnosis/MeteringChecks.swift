// Decides what is said of metering before any usage is sent: the Region, the journal's place and content, the names of
// dimensions, what is held.

internal import MPMeterCore
internal import MPMeterJournal

/// What a diagnosis of metering is to look at.
public struct MeteringRequest: Sendable {
    /// The path of a journal, which need not be there yet.
    public var journal: String?
    public var dimensions: [String]

    public init(journal: String?, dimensions: [String]) {
        self.journal = journal
        self.dimensions = dimensions
    }
}

extension Examination {
    func examineMeteringRegion() {
        guard let region else {
            return skip(
                .meteringRegion,
                after: failed(among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata) ?? .region)
        }
        let isPod = call.report.platform == .eks
        let what = isPod ? "on Amazon EKS" : "on Amazon ECS"
        if region.offersMeterUsage(onEKS: isPod) {
            return pass(.meteringRegion, "AWS lists \(region.text) for MeterUsage \(what)")
        }
        let seen = "AWS does not list \(region.text) for MeterUsage \(what)"
        let advice =
            """
            Run it in a Region where MeterUsage is \
            offered\(isPod ? ", or on Amazon ECS, which has it in more" : ""): docs/metering.md lists them.
            """
        if options.regionPolicy == .enforce {
            fail(.meteringRegion, .regionUnsupported, seen, advice)
        } else {
            warn(.meteringRegion, "\(seen); AWS is asked all the same", advice)
        }
    }

    func examineJournal() throws(MeterError) {
        guard let path = request.metering?.journal else {
            skip(.journalPlace, "no journal was given")
            skip(.journal, "no journal was given")
            skip(.usageHeld, "no journal was given")
            return examineDimensions()
        }
        try timed(.journalPlace) { () throws(MeterError) in examinePlace(path) }
        if outcome(.journalPlace) == .fail, (try? JournalFolder.hasJournal(path)) != true {
            skip(.journal, after: .journalPlace)
        } else {
            try examineContent(path)
        }
        if let books {
            examineHeld(books)
        } else if outcome(.journal) == .pass {
            skip(.usageHeld, "there is no journal yet")
        } else {
            skip(.usageHeld, after: .journal)
        }
        examineDimensions()
    }

    private func examinePlace(_ path: String) {
        let platform = call.report.platform ?? .none
        let isContainer = platform == .ecs || platform == .fargate || platform == .eks
        do throws(MeterError) {
            switch try JournalFolder.look(at: path).verdict(isContainer: isContainer) {
            case .good(let seen): pass(.journalPlace, seen)
            case .doubtful(let seen, let advice): warn(.journalPlace, seen, advice)
            case .bad(let seen, let advice): fail(.journalPlace, .journal, seen, advice)
            }
        } catch {
            fail(.journalPlace, error)
        }
    }

    private func examineContent(_ path: String) throws(MeterError) {
        do throws(MeterError) {
            guard try JournalFolder.hasJournal(path) else {
                return pass(.journal, "there is none yet; it is made when the meter is opened")
            }
            if let file = JournalFolder.unwritable(path) {
                return fail(
                    .journal, .journal, "the file \(file.quotable(limit: 300)) cannot be written by this user",
                    "Let the container's user own the journal's files.")
            }
            let found = try Journal.open(path).report()
            books = found
            if let code = request.productCodes.first, !code.isSame(as: found.productCode) {
                return fail(
                    .journal, .invalidArgument, "it belongs to the product \(found.productCode.quotable(limit: 255))",
                    "Give each product a journal, or correct the product code.")
            }
            pass(.journal, "it is whole, with \(found.entries.count) entries")
        } catch {
            if error.status == .outOfMemory { throw error }
            fail(.journal, error)
        }
    }

    private func examineHeld(_ books: JournalReport) {
        let held = books.entries.filter { $0.state.isSame(as: "held") }
        guard let first = held.first else { return pass(.usageHeld, "none") }
        let more = held.count > 1 ? ", and \(held.count - 1) more" : ""
        warn(
            .usageHeld,
            """
            \(first.quantity.text) of \(first.dimension.quotable(limit: 60)) for \(first.hour.text)\(more): \
            \(first.why ?? "no reason")
            """,
            "\(Status.usageHeld.fix) docs/metering.md says how to settle it.")
    }

    /// Those that were given, and those of the journal that are still to be sent.
    private func examineDimensions() {
        var names = request.metering?.dimensions ?? []
        for entry in books?.entries ?? [] where !entry.state.isSame(as: "sent") && !entry.state.isSame(as: "held") {
            if !names.contains(where: { $0.isSame(as: entry.dimension) }) { names.append(entry.dimension) }
        }
        guard !names.isEmpty else { return skip(.dimensions, "none was given, and none is to be sent") }
        if let name = names.first(where: { !UsageDimension.canBeListed($0) }) {
            return fail(
                .dimensions, .invalidDimension,
                """
                "\(name.quotable(limit: 60))" cannot be the name of a dimension: a listing allows 1 to 15 letters, \
                digits and underscores
                """,
                "Use the API name of a dimension from the AWS Marketplace Management Portal, not its display name.")
        }
        let list = names.joined(separator: ", ").quotable(limit: 200)
        guard names.count <= 24 else {
            return warn(
                .dimensions, "\(list): \(names.count), and a product has 24 at most",
                "Leave out those that the listing does not have.")
        }
        pass(.dimensions, list)
    }
}
