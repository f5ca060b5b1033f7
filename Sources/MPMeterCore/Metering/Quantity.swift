// Decides what a quantity of usage is: a decimal of at most ten digits and six places, kept exactly, as a count of
// millionths. There is no floating point anywhere, and no sum wraps around.

public struct Quantity: Equatable, Comparable, Sendable {
    /// From 0 to `most`.
    public let millionths: Int64

    public static var zero: Quantity { Quantity(unchecked: 0) }
    /// 9999999999.999999: what UsageQuantityAsDecimal can hold.
    public static var most: Quantity { Quantity(unchecked: 9_999_999_999_999_999) }
    static let millionthsOfOne: Int64 = 1_000_000

    private init(unchecked millionths: Int64) { self.millionths = millionths }

    /// nil outside 0 to `most`.
    public init?(millionths: Int64) {
        guard millionths >= 0, millionths <= Quantity.most.millionths else { return nil }
        self.millionths = millionths
    }

    /// AWS's pattern: `^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.count <= 10, let units = whole.decimalValue,
            whole.count == 1 || whole.first != UInt8(ascii: "0")
        else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            guard parts[1].count <= 6, let digits = parts[1].decimalValue else { return nil }
            fraction = digits
            for _ in parts[1].count..<6 { fraction *= 10 }
        }
        // Ten digits and six places fit.
        self.init(millionths: units * Quantity.millionthsOfOne + fraction)
    }

    static func parse(_ text: String) throws(MeterError) -> Quantity {
        guard let quantity = Quantity(text) else {
            throw MeterError(
                .invalidArgument,
                "The quantity is not a decimal of at most ten digits and six places: \(text.quotable(limit: 40))",
                fix: "Write it like 17 or 0.25: no sign, no exponent, no leading zero, at most 9999999999.999999.")
        }
        return quantity
    }

    public static func < (a: Quantity, b: Quantity) -> Bool { a.millionths < b.millionths }

    /// nil past `most`.
    public func adding(_ other: Quantity) -> Quantity? { Quantity(millionths: millionths + other.millionths) }

    /// nil below 0.
    public func subtracting(_ other: Quantity) -> Quantity? { Quantity(millionths: millionths - other.millionths) }

    public var isWhole: Bool { millionths % Quantity.millionthsOfOne == 0 }

    /// Without what follows the point.
    public var wholePart: Quantity { Quantity(unchecked: millionths - millionths % Quantity.millionthsOfOne) }

    /// As UsageQuantity, if it fits there.
    public var integer: Int64? {
        let units = millionths / Quantity.millionthsOfOne
        return isWhole && units <= 2_147_483_647 ? units : nil
    }

    /// Without zeros at the end: "17", "0.25".
    public var text: String { Quantity.text(ofMillionths: millionths) }

    /// The same for a sum of many quantities, which may be past `most`.
    public static func text(ofMillionths millionths: Int64) -> String {
        let units = millionths / millionthsOfOne
        var fraction = (millionths % millionthsOfOne).magnitude
        guard fraction != 0 else { return "\(units)" }
        var width = 6
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        let digits = "\(fraction)"
        return "\(units)." + String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
    }
}
