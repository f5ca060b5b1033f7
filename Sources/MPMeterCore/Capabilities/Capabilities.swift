// Decides what the core asks of the outside. It does no I/O, reads no clock and calls no C: whoever uses it brings
// these.

/// SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104).
public protocol Hashing {
    static func sha256(_ message: [UInt8]) throws(MeterError) -> [UInt8]
    static func hmacSHA256(key: [UInt8], _ message: [UInt8]) throws(MeterError) -> [UInt8]
}

/// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes: JOSE's PS256 (RFC 7518 section 3.5).
public protocol SignatureVerifying {
    associatedtype PublicKey
    /// Reads one PEM public key; throws `.publicKey` for anything that is not RSA within `bits`.
    static func publicKey(pem: [UInt8], bits: ClosedRange<Int>) throws(MeterError) -> PublicKey
    /// The size of its modulus.
    static func bits(of key: PublicKey) -> Int
    /// Whether `signature` is the key holder's on `message`.
    static func isValidPS256(_ signature: [UInt8], of message: [UInt8], by key: PublicKey) throws(MeterError) -> Bool
    /// Whether the two are the same bytes, in a time that does not depend on where they differ.
    static func areSame(_ a: [UInt8], _ b: [UInt8]) -> Bool
}

/// Strict JSON (RFC 8259): duplicate keys, invalid UTF-8, U+0000 in strings, deep nesting and anything after the value
/// are refused.
public protocol JSONCoding {
    static func parse(_ text: [UInt8]) -> JSONValue?
    static func encode(_ members: [(String, JSONValue)]) throws(MeterError) -> [UInt8]
}

/// Reads a URL the way the transport will.
public protocol URLParsing {
    /// nil unless it is an absolute http or https URL without user info and fragment.
    static func parse(_ url: String) -> URLParts?
}
