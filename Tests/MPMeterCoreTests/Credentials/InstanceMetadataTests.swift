// Tests/Vectors/credentials/instance-metadata.json, and how EC2 instance metadata is asked.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html

import MPMeterCore
import MPMeterJSON
import MPMeterTransport
import Testing

struct InstanceMetadataCase: Decodable, Sendable, CustomTestStringConvertible {
    /// Credentials, or a name.
    enum Expected: Decodable, Sendable {
        case name(String), credentials
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let name = try? value.decode(String.self) { self = .name(name) } else { self = .credentials }
        }
    }

    let name, source, document: String
    let input, inputBase64: String?
    let httpStatus: Int
    let expect: Expected?
    var testDescription: String { "\(name) (\(source))" }

    static let all: [InstanceMetadataCase] = Vectors.load("credentials/instance-metadata.json")
    static func of(_ document: String) -> [InstanceMetadataCase] { all.filter { $0.document == document } }

    /// The same file, read for its credentials.
    static let credentials: [CredentialCase] = {
        struct Document: Decodable { let document: String }
        struct Either: Decodable {
            let value: CredentialCase?
            init(from decoder: any Decoder) throws {
                value = try Document(from: decoder).document == "role-credentials" ? CredentialCase(from: decoder) : nil
            }
        }
        let either: [Either] = Vectors.load("credentials/instance-metadata.json")
        return either.compactMap(\.value)
    }()

    var response: HTTPResponse { HTTPResponse(status: httpStatus, body: Vectors.bytes(input, orBase64: inputBase64)) }
    var expectedName: String? { if case .name(let name) = expect { name } else { nil } }
}

@Suite struct InstanceMetadataTests {
    @Test func everyCaseIsThere() {
        #expect(InstanceMetadataCase.all.count == 45)
        #expect(InstanceMetadataCase.credentials.count == 22)
        #expect(InstanceMetadataCase.of("region").count == 13)
        #expect(InstanceMetadataCase.of("role-name").count == 10)
    }

    @Test(arguments: InstanceMetadataCase.credentials) func credentials(_ test: CredentialCase) {
        test.check(.ec2InstanceRole) { try InstanceMetadata.credentials(in: test.response, Jansson.self) }
    }

    @Test(arguments: InstanceMetadataCase.of("region")) func region(_ test: InstanceMetadataCase) {
        #expect(InstanceMetadata.region(in: test.response)?.text == test.expectedName)
    }

    @Test(arguments: InstanceMetadataCase.of("role-name")) func roleName(_ test: InstanceMetadataCase) {
        let expected = test.expectedName.map {
            "/latest/meta-data/iam/security-credentials/" + PercentEncoding.encode($0)
        }
        #expect(InstanceMetadata.rolePath(in: test.response) == expected)
    }

    /// AWS_EC2_METADATA_DISABLED: "true", in any case.
    @Test(arguments: [("true", false), ("TRUE", false), ("false", true), ("1", true), ("", true)]) func isEnabled(
        _ value: String, _ expected: Bool
    ) {
        #expect(InstanceMetadata.isEnabled(Environment([.AWS_EC2_METADATA_DISABLED: value])) == expected)
    }

    /// The endpoint's variable overrides the mode's
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html).
    @Test(
        arguments: [
            ([:], "http://169.254.169.254/"),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6"], "http://[fd00:ec2::254]/"),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "ipv6"], "http://[fd00:ec2::254]/"),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv4"], "http://169.254.169.254/"),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1338"], "http://127.0.0.1:1338/"),
            (
                [
                    .AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://[::1]/base/",
                    .AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6",
                ], "http://[::1]/base/"
            ),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT: ""], "http://169.254.169.254/"),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT: "nonsense"], nil),
            ([.AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://user@127.0.0.1"], nil),
        ] as [([Variable: String], String?)])
    func endpoints(_ environment: [Variable: String], _ expected: String?) throws {
        #expect(try InstanceMetadata.endpoint(Environment(environment), CurlURL.self)?.text == expected)
    }

    @Test func version2AsksForASessionFirst() throws {
        let endpoint = try #require(try InstanceMetadata.endpoint(Environment([:]), CurlURL.self))
        let put = InstanceMetadata.tokenRequest(endpoint)
        #expect(
            put.method == .PUT && put.url.text == "http://169.254.169.254/latest/api/token" && put.audience == .metadata
        )
        #expect(put.headers.map { "\($0.name): \($0.value)" } == ["x-aws-ec2-metadata-token-ttl-seconds: 21600"])
        let get = InstanceMetadata.request(endpoint, InstanceMetadata.regionPath, .version2(token: Secret("TOKEN==")))
        #expect(
            get.method == .GET && get.url.text == "http://169.254.169.254/latest/meta-data/placement/region"
                && get.audience == .metadata)
        #expect(get.headers.map { "\($0.name): \($0.value)" } == ["x-aws-ec2-metadata-token: TOKEN=="])
        #expect(InstanceMetadata.request(endpoint, InstanceMetadata.regionPath, .version1).headers.isEmpty)
    }

    /// Version 1 only where the server says that it has no version 2, and never where that is switched off.
    @Test(arguments: [
        (200, "TOKEN==", "", "2"), (200, "", "", "closed"), (200, "a\r\nX: b", "", "closed"),
        (200, "a b", "", "closed"), (200, "ä", "", "closed"),
        (200, String(repeating: "a", count: 1024), "", "2"), (200, String(repeating: "a", count: 1025), "", "closed"),
        (400, "", "", "1"), (404, "", "", "1"),
        (405, "", "", "1"), (404, "", "true", "closed"), (404, "", "TRUE", "closed"), (404, "", "false", "1"),
        (401, "", "", "1"), (403, "", "", "closed"),
        (500, "", "", "closed"), (503, "", "", "closed"), (301, "", "", "closed"), (204, "", "", "closed"),
    ])
    func sessions(_ status: Int, _ body: String, _ disabled: String, _ expected: String) {
        let session = InstanceMetadata.session(
            HTTPResponse(status: status, body: Array(body.utf8)), Environment([.AWS_EC2_METADATA_V1_DISABLED: disabled])
        )
        switch session {
        case .version2(let token): #expect(expected == "2" && token.reveal() == body)
        case .version1: #expect(expected == "1")
        case .closed(let why): #expect(expected == "closed" && !why.isEmpty)
        }
    }
}
