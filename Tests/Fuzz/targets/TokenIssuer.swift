// The EKS web-identity token: whole; and as its payload alone, so that claims need not be found in base64.

import MPMeterCore
import MPMeterJSON
import MPMeterTransport

func fuzz(_ input: [UInt8]) {
    if let token = input.text { read(token) }
    read("e30." + base64(input) + ".c2ln")
}

private func read(_ token: String) {
    guard let region = TokenIssuer.region(ofToken: token, Jansson.self, CurlURL.self) else { return }
    expect(RegionName(region.text) == region && !region.isPseudo, "an issuer's Region is one")
}

private func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0...group.count { out.append(alphabet[bits >> (18 - 6 * place) & 63]) }
    }
    expect(Base64.decodeURLSafe(out) == bytes, "base64url decodes to what was encoded")
    return String(utf8: out) ?? ""
}
