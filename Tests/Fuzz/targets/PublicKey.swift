// The vendor's public key, in every form in which it may be handed over.

import MPMeterCore
import MPMeterCrypto

func fuzz(_ input: [UInt8]) {
    if let text = input.text, let pem = try? PublicKeyText.pem(text) { read(pem) }
    read(input)
}

private func read(_ pem: [UInt8]) {
    guard let key = try? OpenSSL.publicKey(pem: pem, bits: 1024...16384) else { return }
    let signature = [UInt8](repeating: 7, count: 256)
    let isValid = try? OpenSSL.isValidPS256(signature, of: pem, by: key)
    expect(isValid != true, "a made-up signature is not genuine")
}
