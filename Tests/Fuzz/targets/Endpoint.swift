// Region names, and the endpoints that are made of them.

import MPMeterCore
import MPMeterTransport

func fuzz(_ input: [UInt8]) {
    guard let text = input.text, let region = RegionName(text) else { return }
    _ = region.offersRegisterUsage
    for kinds in 0..<4 {
        for url in [
            Endpoint.metering(in: region, EndpointKinds(rawValue: UInt32(kinds))),
            Endpoint.sts(in: region, EndpointKinds(rawValue: UInt32(kinds))),
        ] {
            let read = CurlURL.parse(url.text)
            expect(read?.isHTTPS ?? false, "an endpoint is an https URL")
            expect(read?.host.isSame(as: url.host) ?? false, "an endpoint's host is what libcurl takes it for")
            expect(
                url.host.fields(separatedBy: UInt8(ascii: ".")).contains { $0.isSame(as: text) },
                "the Region is a label of its own")
        }
    }
}
