// Decides what a product code is, and which of them the vendor trusts. "You must maintain a list of trusted product
// codes", and free ones must not stand in for paid ones:
// https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html

public enum ProductCode {
    /// AWS's pattern and length (RegisterUsage, ProductCode), but that an empty code is no code.
    public static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || "-/=:_.@".utf8.contains($0) }
    }

    public static func check(_ text: String) throws(MeterError) {
        guard isValid(text) else {
            throw MeterError(
                .invalidArgument,
                text.isEmpty
                    ? "The product code is empty"
                    : "The product code is not 1 to 255 characters of [-a-zA-Z0-9/=:_.@]: \(text.quotable(limit: 40))",
                fix: "Use the product code from the AWS Marketplace Management Portal.")
        }
    }
}

public enum ProductKind: Int32, Sendable {
    case paid = 0
    case free = 1
}

/// The codes that the vendor compiled in. Without any, the caller's code is the vendor's own.
public struct TrustedProducts: Sendable {
    private var products: [(code: String, kind: ProductKind)] = []
    /// Whether a free product may register.
    public var acceptsFree = false

    public init() {}

    public mutating func add(_ code: String, _ kind: ProductKind) throws(MeterError) {
        try ProductCode.check(code)
        guard !products.contains(where: { $0.code.isSame(as: code) }) else {
            throw MeterError(.invalidArgument, "The product code \(code) is trusted twice")
        }
        products.append((code, kind))
    }

    /// What the list says of the code; nil if it does not say.
    public func listedKind(of code: String) -> ProductKind? { products.first { $0.code.isSame(as: code) }?.kind }

    /// What the code stands for; throws unless it may register.
    public func kind(of code: String) throws(MeterError) -> ProductKind {
        try ProductCode.check(code)
        guard !products.isEmpty else { return .paid }
        guard let product = products.first(where: { $0.code.isSame(as: code) }) else {
            throw MeterError(
                .untrustedProduct, "The product code \(code) is not in the vendor's list of trusted product codes")
        }
        guard product.kind == .paid || acceptsFree else {
            throw MeterError(
                .untrustedProduct,
                "The product code \(code) belongs to a free product, and this program needs a paid one",
                fix: "Use the product code of the paid product.")
        }
        return product.kind
    }
}
