// How moments are read and written, with Foundation as the judge.
// RFC 3339 section 5.6; RFC 9110 section 5.6.7;
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import Foundation
import MPMeterCore
import Testing

@Suite struct TimestampTests {
    /// Every 17 hours and some seconds from 1970 to 2110: each day of the year, each hour, each leap year, and 2100,
    /// which is none.
    @Test func foundationAgrees() throws {
        let iso = ISO8601DateFormatter()
        let http = DateFormatter()
        http.locale = Locale(identifier: "en_US_POSIX")
        http.timeZone = TimeZone(secondsFromGMT: 0)
        http.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        var count = 0
        for seconds in stride(from: Int64(0), to: 4_418_064_000, by: 61_979 * 7) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = iso.string(from: date)
            let moment = Timestamp(seconds)
            #expect(Timestamp(iso8601: text) == moment, "\(text)")
            #expect(moment.basicFormat == text.filter { $0 != "-" && $0 != ":" }, "\(text)")
            #expect(moment.basicDate == text.prefix(10).filter { $0 != "-" }, "\(text)")
            #expect(Timestamp(httpDate: http.string(from: date)) == moment, "\(text)")
            count += 1
        }
        #expect(count > 10_000)
    }

    /// The ends of years and of Februaries, to the second.
    @Test func yearEndsAndLeapDays() throws {
        let iso = ISO8601DateFormatter()
        for year in Array(1970...2110) + [2199, 2200, 2399, 2400, 2401, 9998] {
            for day in ["02-28T23:59:59", "03-01T00:00:00", "12-31T23:59:59", "01-01T00:00:00"] {
                let text = "\(year)-\(day)Z"
                let seconds = Int64(try #require(iso.date(from: text)).timeIntervalSince1970)
                #expect(Timestamp(iso8601: text)?.seconds == seconds, "\(text)")
                #expect(Timestamp(seconds).basicFormat == text.filter { $0 != "-" && $0 != ":" })
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            #expect((Timestamp(iso8601: "\(year)-02-29T00:00:00Z") != nil) == isLeap, "\(year)")
        }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2001-09-09T01:46:40Z", 1_000_000_000),
            ("2038-01-19T03:14:08Z", 2_147_483_648), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("2026-11-23T11:30:00.123Z", 1_795_433_400), ("2026-11-23T11:30:00.123456789Z", 1_795_433_400),
            ("2026-11-23T11:30:00.999Z", 1_795_433_400),
            ("2026-11-23T11:30:00+00:00", 1_795_433_400), ("2026-11-23T11:30:00-00:00", 1_795_433_400),
            ("2026-11-23T12:30:00+01:00", 1_795_433_400),
            ("2026-11-23T06:00:00-05:30", 1_795_433_400), ("2026-11-24T01:29:00+13:59", 1_795_433_400),
            ("2026-11-23T12:30:00.5+01:00", 1_795_433_400),
            ("2026-11-23T12:30:00+0100", 1_795_433_400), ("1990-12-31T23:59:60Z", 662_688_000),
            ("1970-01-01T00:00:00+23:59", -86_340),
        ] as [(String, Int64)])
    func iso8601(_ text: String, _ seconds: Int64) { #expect(Timestamp(iso8601: text)?.seconds == seconds) }

    @Test(arguments: [
        "", "Z", "2026", "2026-11-23", "2026-11-23T11:30Z", "2026-11-23T11:30:00", "2026-11-23T11:30:00 Z",
        "2026-11-23T11:30:00ZZ", "2026-11-23T11:30:00Zx",
        " 2026-11-23T11:30:00Z", "2026-11-23T11:30:00Z\n", "2026-11-23x11:30:00Z", "2026/11/23T11:30:00Z",
        "2026-11-23T11.30.00Z", "20261123T113000Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-06-31T00:00:00Z", "2026-09-31T00:00:00Z", "2026-11-31T00:00:00Z",
        "2100-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "+026-01-01T00:00:00Z", "-026-01-01T00:00:00Z",
        "2026-+1-01T00:00:00Z", "2026-01-01T00:00:0 Z",
        "12026-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.5.5Z",
        "2026-01-01T00:00:00+", "2026-01-01T00:00:00+1", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+00:60",
        "2026-01-01T00:00:00+001:00", "2026-01-01T00:00:00+01:00Z", "2026-01-01T00:00:00*01:00",
        "2026-01-01T00:00:00+0:100", "2026-01-01T00:00:00+:0100",
        "2026-01-01T00:00:00+0100:", "2026-01-01T00:00:00+0:1:0:0", "２026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.0000000000000000000000000Z",
    ])
    func noMoment(_ text: String) { #expect(Timestamp(iso8601: text) == nil) }

    /// RFC 9110 section 5.6.7: IMF-fixdate, which is what a server must send.
    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 12:34:56 GMT", 1_709_210_096),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] as [(String, Int64)])
    func httpDate(_ text: String, _ seconds: Int64) {
        #expect(Timestamp(httpDate: text)?.seconds == seconds)
        #expect(HTTPResponse(status: 200, headers: [HTTPHeader("date", text)]).date?.seconds == seconds)
    }

    @Test(arguments: [
        "", "GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 gmt", "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, 06 Nov  1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08:49:37:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Thu, 31 Nov 1994 08:49:37 GMT",
        "Wed, 29 Feb 2023 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +0000", "2026-11-23T11:30:00Z",
    ])
    func noHTTPDate(_ text: String) { #expect(Timestamp(httpDate: text) == nil) }

    @Test func momentsBefore1970AreWritten() {
        #expect(Timestamp(-1).basicFormat == "19691231T235959Z")
        #expect(Timestamp(-86_400).basicFormat == "19691231T000000Z")
        #expect(Timestamp(-86_401).basicFormat == "19691230T235959Z")
        #expect(Timestamp(-2_208_988_800).basicFormat == "19000101T000000Z")
    }

    @Test func momentsAreOrdered() {
        #expect(Timestamp(1) < Timestamp(2))
        #expect(Timestamp(2) == Timestamp(2))
    }
}
