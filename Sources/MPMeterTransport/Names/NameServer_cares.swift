// Decides how one DNS server is asked: by c-ares, over a channel of its own, each question for one kind of address.

internal import CCares
internal import MPMeterCore

/// IPv4 or IPv6.
enum AddressFamily: Int32, CaseIterable {
    case v4 = 2
    case v6 = 10

    /// The record that holds such addresses (RFC 1035, RFC 3596).
    var recordType: Int32 { self == .v4 ? 1 : 28 }
}

/// What a server said to one question.
enum NameAnswer {
    /// As text, those of IPv6 in brackets.
    case addresses([String])
    /// There is such a name, without addresses of that family.
    case none
    case noSuchName
    /// The server cannot say: SERVFAIL, REFUSED, nobody there, no answer.
    case failed(String)
}

final class NameServer {
    let title: String
    private let channel: OpaquePointer

    /// Where answers arrive. It is called from within `process` and `deinit`.
    final class Question {
        let family: AddressFamily
        let server: Int
        let lookup: NameLookup

        init(_ family: AddressFamily, _ server: Int, _ lookup: NameLookup) {
            self.family = family
            self.server = server
            self.lookup = lookup
        }
    }

    /// `word` of resolv.conf as glibc takes it, or nil if it is not an address.
    static func address(_ word: String) -> String? {
        var text = [CChar](repeating: 0, count: Int(CCares_server_size))
        guard ResolverSettings.mayBeAddress(word), CCares_server(word, &text) == 1 else { return nil }
        return String(utf8: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    /// nil if it cannot be asked: an interface that is not there, no memory. `title` is what people are told. Inside
    /// `ForkGuard`, like all of it.
    static func open(_ address: String, _ title: String, usesTCP: Bool) -> NameServer? {
        guard let channel = CCares_open(address, usesTCP ? 1 : 0) else { return nil }
        return NameServer(title, channel)
    }

    private init(_ title: String, _ channel: OpaquePointer) {
        self.title = title
        self.channel = channel
    }

    /// Forgets what was asked.
    func cancel() { ares_cancel(channel) }

    func close() { ares_destroy(channel) }

    /// What /etc/hosts says of a name (hosts(5)).
    func addressesInFile(of name: String) -> [String] {
        AddressFamily.allCases.flatMap { family -> [String] in
            var host: UnsafeMutablePointer<hostent>?
            guard CCares_outcome_of(ares_gethostbyname_file(channel, name, family.rawValue, &host)) == .success,
                let host
            else { return [] }
            defer { ares_free_hostent(host) }
            return Self.addresses(host)
        }
    }

    func ask(_ name: String, _ question: Question) {
        let context = Unmanaged.passRetained(question).toOpaque()
        ares_query(
            channel, name, 1, question.family.recordType,
            { context, status, _, bytes, count in
                guard let context else { return }
                let question = Unmanaged<Question>.fromOpaque(context).takeRetainedValue()
                // The channel is being closed.
                if CCares_outcome_of(status) == .given_up { return }
                question.lookup.receive(NameServer.answer(status, bytes, count, question.family), question)
            }, context)
    }

    func watch(_ places: UnsafeMutablePointer<pollfd>) -> Int32 { CCares_watch(channel, places) }

    func process(_ places: UnsafePointer<pollfd>, _ count: Int32) { CCares_process(channel, places, count) }

    private static func answer(
        _ status: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32, _ family: AddressFamily
    ) -> NameAnswer {
        var status = status
        var host: UnsafeMutablePointer<hostent>?
        if CCares_outcome_of(status) == .success {
            status =
                family == .v4
                ? ares_parse_a_reply(bytes, count, &host, nil, nil)
                : ares_parse_aaaa_reply(bytes, count, &host, nil, nil)
        }
        defer { if let host { ares_free_hostent(host) } }
        switch CCares_outcome_of(status) {
        case .success:
            let found = host.map { addresses($0) } ?? []
            return found.isEmpty ? .none : .addresses(found)
        case .no_data: return isReferral(bytes, count) ? .failed("answers for names of its own alone") : .none
        case .no_such_name: return .noSuchName
        case .server_failure: return .failed("answers SERVFAIL")
        case .refused: return .failed("refuses to answer")
        case .not_understood: return .failed("does not understand the question")
        case .not_reached:
            return .failed(
                "cannot be reached: there is no route, or nothing listens there (UDP; TCP for long answers)")
        case .silent: return .failed("does not answer")
        case .given_up, .other: return .failed("answers something that is not DNS")
        }
    }

    /// Whether a server that looks up nothing for others (no authority, no recursion; RFC 1035 section 4.1.1) sends the
    /// asker elsewhere. glibc asks the next server then.
    private static func isReferral(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Bool {
        guard let bytes, count >= 12 else { return false }
        let isAuthority = bytes[2] & 0x04 != 0
        let recurses = bytes[3] & 0x80 != 0
        let hasAdditional = bytes[10] | bytes[11] != 0
        return !isAuthority && !recurses && !hasAdditional
    }

    /// At most eight: more than that are not tried anyway.
    static func addresses(_ host: UnsafeMutablePointer<hostent>) -> [String] {
        var text = [CChar](repeating: 0, count: 64)
        var found: [String] = []
        for index in 0..<Int32(8) {
            guard CCares_address(host, index, &text) == 1,
                let address = String(utf8: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
            else { break }
            found.append(address)
        }
        return found
    }
}
