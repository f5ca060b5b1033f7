// Moments in text: ISO 8601, and the Date header.

import MPMeterCore

func fuzz(_ input: [UInt8]) {
    guard let text = input.text else { return }
    for moment in [Timestamp(iso8601: text), Timestamp(httpDate: text)] {
        guard let moment else { continue }
        expect(
            moment.seconds >= -86400 && moment.seconds <= 253_402_387_200,
            "a moment lies between 1970 and 9999, give or take an offset")
        let basic = moment.basicFormat.bytes
        guard moment.seconds >= 0, basic.count == 16, let b = basic.text?.utf8 else { continue }
        let fields = [(0, 4, "-"), (4, 6, "-"), (6, 8, ""), (8, 11, ":"), (11, 13, ":"), (13, 16, "")]
        let extended = fields.map { from, to, mark in (String(utf8: b.dropFirst(from).prefix(to - from)) ?? "") + mark }
            .joined(separator: "")
        expect(Timestamp(iso8601: extended) == moment, "a moment survives being written and read")
    }
}
