// Decides to which addresses a name leads, where glibc would find some: /etc/hosts, then the servers of
// /etc/resolv.conf, over the names that may be meant. On the caller's thread, with deadline and cancellation looked at
// every 50 ms.

internal import CCares
internal import MPMeterCore
internal import MPMeterSystem

enum HostNames {
    /// Whether there is nothing to ask: an address, or this machine's own name (RFC 6761 section 6.3), which libcurl
    /// knows.
    static func needsNoAnswer(_ host: String) -> Bool {
        if host.isSame(as: "localhost") || host.endsWith(".localhost") || host.utf8.contains(UInt8(ascii: ":")) {
            return true
        }
        let octets = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy { ($0.decimalValue ?? 256) <= 255 }
    }

    /// As libcurl takes them; `isProxy` is for the failure.
    static func addresses(
        of host: String, isProxy: Bool, until end: Int64, _ deadline: Int64, _ cancellation: Cancellation?
    ) throws(TransportFailure) -> [String] {
        let settings = ForkGuard.inside { ResolverSettings(resolverFile()) }
        let servers = ForkGuard.inside { Self.servers(settings) }
        defer { ForkGuard.inside { for server in servers { server.close() } } }
        guard let first = servers.first else {
            throw TransportFailure(
                .network,
                """
                no DNS server in /etc/resolv.conf can be asked: \
                \(settings.servers.joined(separator: ", ").quotable()). \
                A link-local address needs the name of an interface that exists, such as %eth0
                """,
                isProxy ? .proxyName : .name)
        }
        let known = ForkGuard.inside { first.addressesInFile(of: host) }
        if !known.isEmpty { return known }

        var verdict: NameLookup?
        for candidate in NameCandidates.of(host, settings) {
            let lookup = NameLookup(candidate, servers, from: Clock.monotonic, until: end)
            try drive(lookup, servers, deadline, cancellation)
            if !lookup.addresses.isEmpty { return lookup.addresses }
            if candidate.isSame(as: host) { verdict = lookup }
        }
        throw failure(host, verdict, isProxy)
    }

    /// The first three that are addresses, or this machine's own where none is.
    private static func servers(_ settings: ResolverSettings) -> [NameServer] {
        let addresses = settings.servers.compactMap { NameServer.address($0) }.prefix(ResolverSettings.mostServers)
        if !addresses.isEmpty {
            return addresses.compactMap { NameServer.open($0, $0, usesTCP: settings.usesTCP) }
        }
        let passedOver = settings.servers.isEmpty ? "" : ": " + settings.servers.joined(separator: ", ").quotable()
        let title = "127.0.0.1 (/etc/resolv.conf has no server's address\(passedOver))"
        return [NameServer.open("127.0.0.1", title, usesTCP: settings.usesTCP)].compactMap { $0 }
    }

    /// The beginning of /etc/resolv.conf; nothing if there is none.
    private static func resolverFile() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32768) { buffer, count in
            count = max(0, CCares_read("/etc/resolv.conf", buffer.baseAddress, buffer.count))
        }
    }

    private static func drive(
        _ lookup: NameLookup, _ servers: [NameServer], _ deadline: Int64, _ cancellation: Cancellation?
    ) throws(TransportFailure) {
        // As many as c-ares tells of, for each server.
        let room = Int(ARES_GETSOCK_MAXNUM)
        let places = UnsafeMutablePointer<pollfd>.allocate(capacity: room * max(servers.count, 1))
        defer { places.deallocate() }
        defer { ForkGuard.inside { for server in servers { server.cancel() } } }
        while !ForkGuard.inside({ lookup.step(at: Clock.monotonic) }) {
            if cancellation?.isCancelled ?? false { throw TransportFailure(.cancelled, "the call was cancelled") }
            guard Clock.monotonic < deadline else {
                throw TransportFailure(.timedOut, failure(lookup.name, lookup, false).reason, .name)
            }
            var counts: [Int32] = []
            var total = 0
            ForkGuard.inside {
                for server in servers {
                    let count = server.watch(places + total)
                    counts.append(count)
                    total += Int(count)
                }
            }
            poll(places, nfds_t(total), 50)
            ForkGuard.inside {
                var at = 0
                for (server, count) in zip(servers, counts) {
                    server.process(places + at, count)
                    at += Int(count)
                }
            }
        }
    }

    private static func failure(_ host: String, _ lookup: NameLookup?, _ isProxy: Bool) -> TransportFailure {
        if let denier = lookup?.denier {
            return TransportFailure(
                .network, "the DNS server \(denier) says that there is no name \(host)",
                isProxy ? .proxyName : .noSuchName)
        }
        let complaints = lookup?.complaints ?? []
        let why =
            complaints.isEmpty
            ? "no DNS server has an address for it" : "DNS server " + complaints.joined(separator: ", DNS server ")
        return TransportFailure(.network, "\(host) has no address: \(why)", isProxy ? .proxyName : .name)
    }

    /// Whether only IPv6 has a way out of here.
    static var hasOnlyIPv6: Bool {
        ForkGuard.inside {
            CCares_has_route(AddressFamily.v4.rawValue) == 0 && CCares_has_route(AddressFamily.v6.rawValue) == 1
        }
    }
}
