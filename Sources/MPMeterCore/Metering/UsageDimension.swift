// Decides what the name of a dimension may be. MeterUsage takes 1 to 255 characters; a listing allows 15 of letters,
// digits and underscore.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_MeterUsage.html

public enum UsageDimension {
    /// Whether MeterUsage takes it. Control characters are left out: no listing has them, and they would spoil every
    /// report.
    public static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Whether a listing in AWS Marketplace can have it.
    public static func canBeListed(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 15
            && name.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || $0 == UInt8(ascii: "_") }
    }

    static func check(_ name: String) throws(MeterError) {
        guard isValid(name) else {
            throw MeterError(
                .invalidArgument, "The dimension is not 1 to 255 bytes of printable text: \(name.quotable(limit: 40))",
                fix: "Use the API name of a dimension from the AWS Marketplace Management Portal.")
        }
    }
}
