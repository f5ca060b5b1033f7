// Tests/Vectors/endpoints/regions.json: what is the name of a Region; and which of them offer RegisterUsage.

import Testing

@testable import MPMeterCore

struct RegionCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let text, textBase64: String?
    let valid, hostLabel: Bool
    var testDescription: String { name }

    static let all: [RegionCase] = Vectors.load("endpoints/regions.json")
    /// nil for bytes that are no text: those stop before the core.
    var input: String? { String(utf8: Vectors.bytes(text, orBase64: textBase64)) }
}

@Suite struct RegionNameTests {
    @Test func everyCaseIsThere() {
        #expect(RegionCase.all.count == 148)
        #expect(RegionCase.all.filter(\.valid).count == 70)
    }

    /// A pseudo Region of the SDKs' tables has a name and is not one: every source of Regions refuses it.
    @Test(arguments: RegionCase.all) func names(_ test: RegionCase) {
        let name = test.input.flatMap { RegionName($0) }
        #expect((name.map { !$0.isPseudo } ?? false) == test.valid)
        if let name { #expect(name.text.isSame(as: test.input ?? "")) }
    }

    /// RFC 1123 section 2.1: whatever passes, pseudo or not, is one label of a host name, so that nothing can change
    /// the host.
    @Test(arguments: RegionCase.all) func whatPassesIsAHostLabel(_ test: RegionCase) {
        guard let name = test.input.flatMap({ RegionName($0) }) else { return }
        #expect(test.hostLabel)
        #expect(name.text.utf8.allSatisfy { $0.isLowercaseASCII || $0.isDigitASCII || $0 == UInt8(ascii: "-") })
    }

    @Test func namesAreComparedByBytes() throws {
        #expect(RegionName("eu-west-3") == RegionName("eu-west-3"))
        #expect(RegionName("eu-west-3") != RegionName("eu-west-2"))
    }

    @Test(arguments: ["aws-global", "aws-cn-global", "aws-us-gov-global", "aws-iso-global"]) func pseudoRegionsAreTold(
        _ text: String
    ) throws {
        #expect(try #require(RegionName(text)).isPseudo)
    }

    /// "Integrating Paid Container Software": all Regions but Hong Kong, Bahrain, Beijing and Ningxia; GovCloud has no
    /// RegisterUsage. A Region that the document does not know is tried.
    @Test(arguments: [
        ("us-east-1", true), ("eu-west-3", true), ("ap-southeast-99", true), ("mx-central-1", true),
        ("eusc-de-east-1", true), ("ap-east-2", true),
        ("ap-east-1", false), ("me-south-1", false), ("cn-north-1", false), ("cn-northwest-1", false),
        ("us-gov-east-1", false),
        ("us-gov-west-1", false),
    ])
    func registerUsageIsOffered(_ text: String, _ expected: Bool) throws {
        #expect(try #require(RegionName(text)).offersRegisterUsage == expected)
    }

    /// Sources as include/mpmeter.h names them (mpmeter_region_source).
    @Test func sourcesAreNamedAsInTheHeader() {
        let sources: [RegionSource] = [
            .AWS_REGION, .AWS_DEFAULT_REGION, .ecsTaskMetadata, .eksWebIdentityToken, .ec2InstanceMetadata,
        ]
        #expect(
            sources.map(\.rawValue) == [
                "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token",
                "ec2-instance-metadata",
            ])
    }
}
