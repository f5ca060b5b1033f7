// Quantities are exact: Foundation's Decimal is the oracle.

import Foundation
import Testing

@testable import MPMeterCore

@Suite struct QuantityTests {
    @Test(arguments: [
        "0", "1", "17", "9999999999", "0.1", "0.000001", "9999999999.999999", "17.0", "17.00", "0.250000", "1.5",
        "10.000010",
    ])
    func isExact(_ text: String) throws {
        let quantity = try #require(Quantity(text))
        #expect(Decimal(quantity.millionths) == Decimal(string: text)! * 1_000_000)
        #expect(Decimal(string: quantity.text) == Decimal(string: text))
        #expect(Quantity(quantity.text) == quantity)
    }

    @Test(arguments: [
        "", "-1", "+1", "1e3", "1E3", " 1", "1 ", "01", "00", "1.", ".5", "1.2345678", "1.1234567", "12345678901",
        "1,5", "0x1", "nan", "inf",
        "1.2.3", "１", "9999999999.9999999", "99999999999999999999",
    ])
    func refusesWhatAWSDoes(_ text: String) { #expect(Quantity(text) == nil) }

    @Test func sumsAreRefusedPastTheMost() throws {
        let step = try #require(Quantity("0.000001"))
        #expect(Quantity.most.adding(step) == nil)
        #expect(Quantity.most.subtracting(step)?.adding(step) == .most)
        #expect(Quantity.zero.subtracting(step) == nil)
    }

    @Test func randomSumsAgreeWithDecimal() throws {
        var random = Splitmix(seed: 7)
        var sum = Quantity.zero
        var decimal = Decimal(0)
        for _ in 0..<2000 {
            let part = try #require(Quantity(millionths: Int64(random.next() % 2_000_000_000)))
            guard let more = sum.adding(part) else { continue }
            sum = more
            decimal += Decimal(string: part.text)!
            #expect(Decimal(string: sum.text) == decimal)
        }
    }

    @Test(arguments: [("17", 17), ("2147483647", 2_147_483_647), ("0", 0)] as [(String, Int64)])
    func wholeNumbersFitTheIntegerField(_ text: String, _ integer: Int64) {
        #expect(Quantity(text)?.integer == integer)
    }

    @Test(arguments: ["2147483648", "0.5", "9999999999"]) func othersDoNot(_ text: String) {
        #expect(Quantity(text)?.integer == nil)
    }
}

@Suite struct UsageTagsTests {
    @Test func theSameSetIsTheSameText() throws {
        let one = try UsageTags([UsageTag("b", "2"), UsageTag("a", "say \"x\"")])
        let other = try UsageTags([UsageTag("a", "say \"x\""), UsageTag("b", "2")])
        #expect(one == other)
        #expect(one.text == #"{"a":"say \"x\"","b":"2"}"#)
        #expect(UsageTags(written: one.text) == one)
        #expect(UsageTags(written: "") == UsageTags.none)
    }

    @Test(arguments: [
        "{", "{}", "[]", "{\"a\":1}", "{\"b\":\"1\",\"a\":\"2\"}", "{\"a\":\"1\"}x", "{\"a\":\"\\", "{\"a\":\"ä\"}",
    ])
    func refusesWhatItNeverWrote(_ text: String) { #expect(UsageTags(written: text) == nil) }

    @Test(arguments: [
        [("a", "")], [("", "b")], [("a\\", "b")], [("a", "b|")], [(String(repeating: "k", count: 101), "v")],
        [("k", String(repeating: "v", count: 257))], [("a", "1"), ("a", "2")],
        [("1", "1"), ("2", "1"), ("3", "1"), ("4", "1"), ("5", "1"), ("6", "1")],
    ])
    func refusesWhatAWSDoes(_ tags: [(String, String)]) {
        #expect(throws: MeterError.self) { try UsageTags(tags.map { UsageTag($0.0, $0.1) }) }
    }
}
