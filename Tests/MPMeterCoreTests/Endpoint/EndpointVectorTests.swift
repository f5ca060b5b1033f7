// Tests/Vectors/endpoints/cases.json: every Region of botocore's lists and some that AWS may add, with every kind of
// endpoint, for both services, against botocore's resolver.

import MPMeterTransport
import Testing

@testable import MPMeterCore

struct EndpointCase: Decodable, Sendable, CustomTestStringConvertible {
    let name, region, kind, partition, dnsSuffix, dualstackDnsSuffix: String
    let fips, dualstack, meteringListed: Bool
    let meteringUrl, meteringError, stsUrl, stsError: String?
    var testDescription: String { name }

    static let all: [EndpointCase] = Vectors.load("endpoints/cases.json")

    var kinds: EndpointKinds { EndpointKinds(rawValue: (fips ? 1 : 0) | (dualstack ? 2 : 0)) }
}

@Suite struct EndpointVectorTests {
    @Test func everyCaseIsThere() {
        #expect(EndpointCase.all.count == 308)
        // 77 names, each with four combinations.
        #expect(Set(EndpointCase.all.map(\.region)).count == 77)
        #expect(EndpointCase.all.filter { $0.kind == "pseudo" }.count == 28)
        #expect(EndpointCase.all.allSatisfy { $0.meteringError == nil && $0.stsError == nil })
    }

    @Test(arguments: EndpointCase.all) func partition(_ test: EndpointCase) throws {
        let partition = Partition(of: try #require(RegionName(test.region)))
        #expect("\(partition.id)" == test.partition)
        #expect("\(partition.dnsSuffix)" == test.dnsSuffix)
        #expect("\(partition.dualStackDNSSuffix)" == test.dualstackDnsSuffix)
    }

    @Test(arguments: EndpointCase.all) func metering(_ test: EndpointCase) throws {
        let url = Endpoint.metering(in: try #require(RegionName(test.region)), test.kinds)
        #expect(url.text == (test.meteringUrl ?? "") + "/")
        // The transport's parser agrees about every part of what was put together.
        #expect(CurlURL.parse(url.text)?.host == url.host)
    }

    /// But for the pseudo Regions, which are no Regions (Tests/Vectors/endpoints/README.md): the rules send
    /// `aws-global` to the global endpoint.
    @Test(arguments: EndpointCase.all.filter { $0.kind != "pseudo" }) func sts(_ test: EndpointCase) throws {
        let url = Endpoint.sts(in: try #require(RegionName(test.region)), test.kinds)
        #expect(url.text == (test.stsUrl ?? "") + "/")
        #expect(CurlURL.parse(url.text)?.host == url.host)
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html: the global endpoint is
    /// us-east-1's.
    @Test func stsIsNeverTheGlobalOne() throws {
        for test in EndpointCase.all {
            let host = Endpoint.sts(in: try #require(RegionName(test.region)), test.kinds).host
            #expect(host != "sts.amazonaws.com")
            #expect(host.contains("." + test.region + "."))
        }
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html: the switches are "true" in any case, and
    /// nothing else.
    @Test(arguments: [
        ("true", true), ("True", true), ("TRUE", true), ("false", false), ("1", false), ("yes", false), ("", false),
        (" true", false),
    ])
    func switches(_ value: String, _ isOn: Bool) {
        #expect(EndpointKinds(Environment([.AWS_USE_FIPS_ENDPOINT: value])) == (isOn ? .fips : []))
        #expect(EndpointKinds(Environment([.AWS_USE_DUALSTACK_ENDPOINT: value])) == (isOn ? .dualStack : []))
        let both = EndpointKinds(Environment([.AWS_USE_FIPS_ENDPOINT: value, .AWS_USE_DUALSTACK_ENDPOINT: value]))
        #expect(both == (isOn ? [.fips, .dualStack] : []))
    }
}
