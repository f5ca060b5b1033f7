// Decides how moments are written and read: seconds since 1970 UTC inside; ISO 8601 and HTTP dates outside. No locale,
// no time zone.

/// A moment in seconds since 1970-01-01 00:00:00 UTC.
public struct Timestamp: Equatable, Comparable, Sendable {
    public var seconds: Int64
    public init(_ seconds: Int64) { self.seconds = seconds }
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }
}

extension Timestamp {
    /// `20150830T123600Z`, as SigV4 wants it.
    public var basicFormat: String {
        let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
        let time = seconds - days * 86400
        let (year, month, day) = Self.civil(days)
        return Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2) + "T" + Self.padded(time / 3600, 2)
            + Self.padded(time / 60 % 60, 2) + Self.padded(time % 60, 2) + "Z"
    }

    /// `2015-08-30T12:36:00Z`: ISO 8601, for people.
    public var extendedFormat: String {
        let text = basicFormat.bytes
        func part(_ range: Range<Int>) -> String {
            String(utf8: text.prefix(range.upperBound).dropFirst(range.lowerBound)) ?? ""
        }
        return part(0..<4) + "-" + part(4..<6) + "-" + part(6..<8) + "T" + part(9..<11) + ":" + part(11..<13) + ":"
            + part(13..<15)
            + "Z"
    }

    /// `20150830`.
    public var basicDate: String { String(utf8: basicFormat.utf8.prefix(8)) ?? "" }

    /// Reads ISO 8601 as AWS writes it: `2026-11-23T11:30:00Z`, with a fraction or an offset at will.
    public init?(iso8601 text: String) {
        let s = text.bytes
        guard s.count >= 20, s.count <= 40, s[4] == UInt8(ascii: "-"), s[7] == UInt8(ascii: "-"),
            s[10] == UInt8(ascii: "T") || s[10] == UInt8(ascii: " "), s[13] == UInt8(ascii: ":"),
            s[16] == UInt8(ascii: ":"),
            let base = Self(
                year: s[0..<4].decimalValue, month: s[5..<7].decimalValue, day: s[8..<10].decimalValue,
                hour: s[11..<13].decimalValue,
                minute: s[14..<16].decimalValue, second: s[17..<19].decimalValue)
        else { return nil }
        var rest = s[19...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = rest.prefix { $0.isDigitASCII }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
        }
        if rest.elementsEqual("Z".utf8) {
            self = base
            return
        }
        // ±hh:mm or ±hhmm
        guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = Array(rest.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 4, let hours = digits[0..<2].decimalValue, let minutes = digits[2..<4].decimalValue,
            hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 3600 + minutes * 60
        self.seconds = base.seconds + (sign == UInt8(ascii: "+") ? -offset : offset)
    }

    /// Reads a Date header: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    public init?(httpDate text: String) {
        let parts = text.fields(separatedBy: UInt8(ascii: " "))
        guard parts.count == 6, parts[5].isSame(as: "GMT") else { return nil }
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = parts[4].fields(separatedBy: UInt8(ascii: ":"))
        guard clock.count == 3, let month = names.firstIndex(where: { $0.isSame(as: parts[2]) }),
            let moment = Self(
                year: parts[3].utf8.decimalValue, month: Int64(month) + 1, day: parts[1].utf8.decimalValue,
                hour: clock[0].utf8.decimalValue, minute: clock[1].utf8.decimalValue, second: clock[2].utf8.decimalValue
            )
        else { return nil }
        self = moment
    }

    private init?(year: Int64?, month: Int64?, day: Int64?, hour: Int64?, minute: Int64?, second: Int64?) {
        guard let year, let month, let day, let hour, let minute, let second, year >= 1970, year <= 9999, month >= 1,
            month <= 12, day >= 1,
            day <= 31, hour <= 23, minute <= 59, second <= 60
        else { return nil }
        // Days before the civil date, with the year starting in March so that the leap day is its last.
        let y = month <= 2 ? year - 1 : year
        let m = (month + 9) % 12
        let dayOfYear = (153 * m + 2) / 5 + day - 1
        let days = y * 365 + y / 4 - y / 100 + y / 400 + dayOfYear - 719468
        // 31 April and 29 February of a common year come back as another day.
        guard Self.civil(days) == (year, month, day) else { return nil }
        seconds = days * 86400 + hour * 3600 + minute * 60 + second
    }

    /// The civil date of a day counted from 1970-01-01.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719468
        let era = (z >= 0 ? z : z - 146096) / 146097
        let dayOfEra = z - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let month = m < 10 ? m + 3 : m - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * m + 2) / 5 + 1)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = "\(value)"
        return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
