// Lets the bench sign as the library does: MPMeterCore's SigV4 over a RegisterUsage request, with the library's own
// cryptography and JSON.

import MPMeterCore
import MPMeterCrypto
import MPMeterJSON

/// Signs a request `count` times; returns the bytes of the last Authorization header, or -1 if something failed.
@_cdecl("bench_sign") public func sign(_ count: Int) -> Int {
    guard OpenSSL.initialize(), let region = RegionName("eu-west-3"),
        let credentials = Credentials(
            accessKeyID: "ASIABENCHBENCHBENCH1", secretAccessKey: "benchbenchbenchbenchbenchbenchbenchbench",
            sessionToken: String(repeating: "T", count: 1000), expiration: nil, source: .ecsTaskRole)
    else { return -1 }
    let proof = ProofRequest(productCode: "bench-product", publicKeyVersion: 1, nonce: "bench-1")
    let scope = SigningScope(at: Timestamp(1_893_456_000), region: region, service: RegisterUsage.signingName)
    let endpoint = Endpoint.metering(in: region, EndpointKinds(rawValue: 0))
    do {
        let request = try RegisterUsage.request(proof, endpoint: endpoint, Jansson.self)
        var length = -1
        for _ in 0..<count {
            let signed = try SigV4.sign(request, credentials, scope, OpenSSL.self)
            length = signed.headers.last?.value.utf8.count ?? -1
        }
        return length
    } catch {
        return -1
    }
}
