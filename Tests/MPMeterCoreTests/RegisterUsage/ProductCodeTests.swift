// What a product code and a nonce are, and which codes the vendor trusts.
// https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html

import MPMeterCore
import MPMeterSystem
import Testing

@Suite struct ProductCodeTests {
    /// ProductCode: length 1 to 255, pattern `^[-a-zA-Z0-9/=:_.@]*$`.
    @Test(arguments: [
        "4w1vgsrkqdkypbz43g7qkk4uz", "a", "-", "prod/free=1:2_3.4@5", "ABCxyz019", String(repeating: "a", count: 255),
    ])
    func valid(_ code: String) { #expect(ProductCode.isValid(code)) }

    @Test(arguments: [
        "", " ", "a b", "a\n", "a\u{0}", "a+b", "a,b", "a\"b", "a\\b", "a#b", "a~b", "a%2Fb", "prodé", "prode\u{301}",
        "ａ", "аbc", "a\u{200B}", "\u{212A}",
        String(repeating: "a", count: 256),
    ])
    func invalid(_ code: String) { #expect(!ProductCode.isValid(code)) }

    @Test func everyByteOfThePattern() {
        let pattern = Set("-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/=:_.@".utf8)
        for byte in UInt8(0)...0x7F {
            #expect(
                ProductCode.isValid("x" + String(decoding: [byte], as: UTF8.self)) == pattern.contains(byte), "\(byte)")
        }
    }
}

/// "You must maintain a list of trusted product codes", and free codes must not stand in for paid ones:
/// https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
@Suite struct TrustedProductsTests {
    private func list(acceptsFree: Bool = false) throws -> TrustedProducts {
        var products = TrustedProducts()
        try products.add("paid", .paid)
        try products.add("free", .free)
        products.acceptsFree = acceptsFree
        return products
    }

    @Test func withoutAListTheCallersCodeIsTheVendors() throws {
        #expect(try TrustedProducts().kind(of: "anything") == .paid)
        #expect(thrown { try TrustedProducts().kind(of: "any thing") }?.status == .invalidArgument)
    }

    @Test func withAListOnlyItsPaidCodesRegister() throws {
        #expect(try list().kind(of: "paid") == .paid)
        #expect(thrown { try list().kind(of: "free") }?.status == .untrustedProduct)
        #expect(try list(acceptsFree: true).kind(of: "free") == .free)
        #expect(try list(acceptsFree: true).kind(of: "paid") == .paid)
    }

    @Test(arguments: ["other", "PAID", "paid2", "pai", "paid."]) func otherCodesAreUntrusted(_ code: String) {
        #expect(thrown { try list(acceptsFree: true).kind(of: code) }?.status == .untrustedProduct)
    }

    @Test(arguments: ["", "paid ", "\npaid"]) func whatIsNoCodeIsAnArgument(_ code: String) {
        #expect(thrown { try list().kind(of: code) }?.status == .invalidArgument)
        var products = TrustedProducts()
        #expect(thrown { try products.add(code, .paid) }?.status == .invalidArgument)
    }

    /// A code that is paid and free at once would be a way around the rule.
    @Test(arguments: [ProductKind.paid, .free]) func aCodeIsTrustedOnce(_ kind: ProductKind) throws {
        var products = try list()
        #expect(thrown { try products.add("paid", kind) }?.status == .invalidArgument)
        #expect(try products.kind(of: "paid") == .paid)
    }

    /// A list that holds free codes alone is still a list.
    @Test func aListOfFreeCodesTrustsNoPaidOne() throws {
        var products = TrustedProducts()
        try products.add("free", .free)
        #expect(thrown { try products.kind(of: "other") }?.status == .untrustedProduct)
    }
}

@Suite struct NonceTests {
    /// Nonce: at most 255 characters; an empty one would prove nothing.
    @Test(arguments: [
        "a", " ", "3c0b6f2e-8d6b-4b7e-9a52-5f3d1a7c9e10", "\"\\/", "é", "日本", String(repeating: "a", count: 255),
        String(repeating: "é", count: 127),
    ])
    func valid(_ nonce: String) throws { try Nonce.check(nonce) }

    @Test(arguments: [
        "", "\n", "a\r\nb", "a\tb", "a\u{0}", "\u{1B}[0m", "\u{7F}", String(repeating: "a", count: 256),
        String(repeating: "é", count: 128),
    ])
    func invalid(_ nonce: String) { #expect(thrown { try Nonce.check(nonce) }?.status == .invalidArgument) }

    /// 256 random bits: AWS's token has no expiry, so a nonce may never come twice.
    @Test func fresh() throws {
        #expect(Nonce.randomBytes == 32)
        #expect(Nonce.fresh(from: [0x00, 0x9F, 0xFF]) == "009fff")
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let nonce = Nonce.fresh(from: try #require(Randomness.bytes(Nonce.randomBytes)))
            #expect(nonce.utf8.count == 64)
            try Nonce.check(nonce)
            seen.insert(nonce)
        }
        #expect(seen.count == 1000)
    }
}
