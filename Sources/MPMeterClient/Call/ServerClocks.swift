// Decides whose Date tells what time it is. One server may hand out an old one; what shares this machine's clock tells
// nothing about it.

internal import MPMeterCore

struct ServerClocks {
    struct Reading {
        /// Seconds that it is ahead of this machine's.
        var offset: Int64
        var name: String
        /// Whether it is a clock of its own. An agent on this host shows the host's.
        var isIndependent: Bool
    }

    private var readings: [Reading] = []

    /// An answer that has been in a cache, or came through something that may have one, has the Date of its making (RFC
    /// 9111 section 5.1).
    mutating func note(_ response: HTTPResponse, at now: Int64, _ name: String, isIndependent: Bool) {
        guard let theirs = response.date, response.header("Age") == nil, response.header("Via") == nil else { return }
        let reading = Reading(offset: theirs.seconds - now, name: name, isIndependent: isIndependent)
        guard let known = readings.firstIndex(where: { $0.name.isSame(as: name) }) else {
            return readings.append(reading)
        }
        if reading.offset.magnitude > readings[known].offset.magnitude { readings[known] = reading }
    }

    private var witnesses: [Reading] {
        let independent = readings.filter { $0.isIndependent }
        return independent.isEmpty ? readings : independent
    }

    /// The one that is nearest to this machine's: two clocks agree by chance less often than one is wrong.
    var nearest: Reading? { witnesses.min { $0.offset.magnitude < $1.offset.magnitude } }

    /// The one that differs most from the nearest, if by more than a minute.
    var odd: Reading? {
        guard let nearest, let furthest = witnesses.max(by: { $0.offset.magnitude < $1.offset.magnitude }) else {
            return nil
        }
        let (difference, overflow) = furthest.offset.subtractingReportingOverflow(nearest.offset)
        return overflow || difference.magnitude > 60 ? furthest : nil
    }
}
