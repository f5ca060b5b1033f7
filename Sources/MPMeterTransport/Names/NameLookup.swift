// Decides which server is asked for a name, when, and when there is an answer to go by. Servers are asked in their
// order, the next one as soon as one refuses or has been silent for a second; each is asked again, so that one lost
// packet costs a second, and an answer to an earlier question still counts, so that a slow server works. Addresses of
// one family are not kept waiting for those of the other.

internal import MPMeterCore

final class NameLookup {
    let name: String
    private let servers: [NameServer]
    private let started: Int64
    private let end: Int64

    /// Milliseconds after which a silent server is asked again, and after which the next one is asked as well.
    private static let repeats: [Int64] = [0, 1000, 3000, 7000]
    private static let patience: Int64 = 1000
    /// Milliseconds that the other family's answer is waited for, when there are addresses of one. IPv4 is longer
    /// waited for: it is the one that most networks have.
    private static let graceForV6: Int64 = 500
    private static let graceForV4: Int64 = 1500

    private struct Family {
        var addresses: [String] = []
        var isSettled = false
    }

    private struct Server {
        var asked = 0
        var firstAsked: Int64 = 0
        var failures: [AddressFamily] = []
        var said: String?
    }

    private var v4 = Family()
    private var v6 = Family()
    private var states: [Server]
    private var firstAddresses: (moment: Int64, family: AddressFamily)?
    private var deniedAt: Int64?
    /// The server that says that there is no such name.
    private(set) var denier: String?
    /// Set by `receive`, which has no clock.
    private var hasNews = false

    init(_ name: String, _ servers: [NameServer], from now: Int64, until end: Int64) {
        self.name = name
        self.servers = servers
        started = now
        self.end = end
        states = servers.map { _ in Server() }
    }

    /// Those of IPv6 first, as RFC 6724 has it; libcurl tries both families beside each other.
    var addresses: [String] { v6.addresses + v4.addresses }

    /// What each server that gave no answer did.
    var complaints: [String] {
        zip(servers, states).compactMap { server, state in
            state.asked == 0 ? nil : "\(server.title) \(state.said ?? "does not answer")"
        }
    }

    func receive(_ answer: NameAnswer, _ question: NameServer.Question) {
        hasNews = true
        var family = question.family == .v4 ? v4 : v6
        switch answer {
        case .addresses(let found):
            if family.addresses.isEmpty { family.addresses = found }
            family.isSettled = true
        case .none: family.isSettled = true
        case .noSuchName:
            family.isSettled = true
            denier = denier ?? servers[question.server].title
        case .failed(let why):
            states[question.server].failures.append(question.family)
            states[question.server].said = why
        }
        if question.family == .v4 { v4 = family } else { v6 = family }
    }

    /// Sends what is due at that moment. Whether the lookup is over.
    func step(at now: Int64) -> Bool {
        if hasNews, firstAddresses == nil, !addresses.isEmpty {
            firstAddresses = (now, v4.addresses.isEmpty ? .v6 : .v4)
        }
        if hasNews, deniedAt == nil, denier != nil { deniedAt = now }
        hasNews = false
        if isOver(at: now) { return true }
        for index in states.indices where isDue(index, now) { ask(index, now) }
        return false
    }

    private func isOver(at now: Int64) -> Bool {
        if v4.isSettled && v6.isSettled || now >= end { return true }
        if let firstAddresses,
            now - firstAddresses.moment >= (firstAddresses.family == .v4 ? Self.graceForV6 : Self.graceForV4)
        {
            return true
        }
        if let deniedAt, now - deniedAt >= Self.graceForV4 { return true }
        // All have failed twice for every family that is open.
        return AddressFamily.allCases.allSatisfy { family in
            (family == .v4 ? v4 : v6).isSettled
                || states.allSatisfy { state in state.failures.count { $0 == family } >= 2 }
        }
    }

    private func isDue(_ index: Int, _ now: Int64) -> Bool {
        let state = states[index]
        if state.asked == 0 {
            // In their order: when those before have failed, or have been silent for a while.
            return index == 0
                || states[index - 1].asked > 0
                    && (!states[index - 1].failures.isEmpty || now - states[index - 1].firstAsked >= Self.patience)
        }
        let isWorthIt = AddressFamily.allCases.contains { family in
            !(family == .v4 ? v4 : v6).isSettled && state.failures.count { $0 == family } < 2
        }
        guard isWorthIt else { return false }
        // Whoever has failed is asked once more, when the others have been asked too.
        if !state.failures.isEmpty, state.asked < 2 { return states.allSatisfy { $0.asked > 0 } }
        return state.asked < Self.repeats.count && now - state.firstAsked >= Self.repeats[state.asked]
    }

    private func ask(_ index: Int, _ now: Int64) {
        if states[index].asked == 0 { states[index].firstAsked = now }
        states[index].asked += 1
        for family in AddressFamily.allCases where !(family == .v4 ? v4 : v6).isSettled {
            servers[index].ask(name, NameServer.Question(family, index, self))
        }
    }
}
