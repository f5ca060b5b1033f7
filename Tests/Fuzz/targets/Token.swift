// The signed response: with AWS's key; and with a verifier that believes everything, so that the claims are read too.

import MPMeterCore
import MPMeterCrypto
import MPMeterJSON

enum Credulous: SignatureVerifying {
    static func publicKey(pem: [UInt8], bits: ClosedRange<Int>) throws(MeterError) -> Bool { true }
    static func bits(of key: Bool) -> Int { 2048 }
    static func isValidPS256(_ signature: [UInt8], of message: [UInt8], by key: Bool) throws(MeterError) -> Bool { key }
    static func areSame(_ a: [UInt8], _ b: [UInt8]) -> Bool { OpenSSL.areSame(a, b) }
}

func fuzz(_ input: [UInt8]) {
    guard let text = input.text, let key = sampleKey else { return }
    let proof = ProofRequest(productCode: sampleProduct, publicKeyVersion: 1, nonce: sampleNonce)
    do { _ = try TokenVerifier<OpenSSL, Jansson>.verify(text, proves: proof, by: key) } catch { check(error) }
    guard let claims = try? TokenVerifier<Credulous, Jansson>.verify(text, proves: proof, by: true) else { return }
    expect(claims.productCode.isSame(as: sampleProduct), "an accepted token names the product")
    expect(claims.publicKeyVersion == 1, "an accepted token names the key version")
    expect(claims.nonce.isSame(as: sampleNonce), "an accepted token holds the nonce")
}
