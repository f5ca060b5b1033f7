// Tests/Vectors/credentials/issuer.json: which Region the issuer of an EKS web-identity token names.
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html

import Foundation
import MPMeterJSON
import MPMeterTransport
import Testing

@testable import MPMeterCore

struct IssuerCase: Decodable, Sendable, CustomTestStringConvertible {
    let name, source, input: String
    let expect: String?
    var testDescription: String { name }
    static let all: [IssuerCase] = Vectors.load("credentials/issuer.json")
}

@Suite struct TokenIssuerTests {
    @Test func everyCaseIsThere() {
        #expect(IssuerCase.all.count == 62)
        #expect(IssuerCase.all.filter { $0.expect != nil }.count == 8)
    }

    @Test(arguments: IssuerCase.all) func region(_ test: IssuerCase) {
        #expect(TokenIssuer.region(ofToken: test.input, Jansson.self, CurlURL.self)?.text == test.expect)
    }

    private func token(_ issuer: String) -> String {
        let payload = Data((try? JSONEncoder().encode(["iss": issuer])) ?? Data()).base64EncodedString()
        return "e30."
            + payload.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").filter {
                $0 != "="
            } + ".AA"
    }

    /// The host is exact for every partition that has one: the Region's own suffix, and nothing around it.
    @Test(arguments: EndpointCase.all.filter { !$0.fips && !$0.dualstack && ["known", "future"].contains($0.kind) })
    func everyPartition(_ test: EndpointCase) {
        for host in ["oidc.eks.\(test.region).\(test.dnsSuffix)", "oidc-eks.\(test.region).\(test.dualstackDnsSuffix)"]
        {
            func region(_ issuer: String) -> String? {
                TokenIssuer.region(ofToken: token(issuer), Jansson.self, CurlURL.self)?.text
            }
            #expect(region("https://\(host)/id/EXAMPLE") == test.region)
            #expect(region("https://\(host)./id/EXAMPLE") == nil)
            #expect(region("https://\(host).example/id/EXAMPLE") == nil)
            #expect(region("https://\(host):8443/id/EXAMPLE") == nil)
            #expect(region("https://\(host)/") == nil)
            #expect(region("http://\(host)/id/EXAMPLE") == nil)
        }
    }

    /// The token file may end in a line end; that is no part of the token.
    @Test func whiteSpaceAroundTheTokenIsLeftOut() {
        let text = token("https://oidc.eks.eu-west-3.amazonaws.com/id/EXAMPLE")
        #expect(TokenIssuer.region(ofToken: "\n" + text + " \r\n", Jansson.self, CurlURL.self)?.text == "eu-west-3")
    }
}
