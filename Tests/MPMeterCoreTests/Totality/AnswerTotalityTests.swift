// Every answer of AWS and of the platforms' metadata services, damaged: its reader returns or throws, and throws
// nothing but what its caller knows how to handle.

import MPMeterJSON
import MPMeterTransport
import Testing

@testable import MPMeterCore

@Suite struct AnswerTotalityTests {
    static let rounds = 4000
    private let statuses = [200, 200, 200, 400, 403, 429, 500, 503]

    /// Calls `read` with each case's body damaged, under several HTTP statuses.
    private func damage(_ bodies: [[UInt8]], _ read: (HTTPResponse) throws -> Void, _ allowed: Set<Status>) {
        var round = 0
        let count = Mutations.forEach(of: bodies, rounds: Self.rounds) { (bytes: [UInt8]) in
            let response = HTTPResponse(status: statuses[round % statuses.count], body: bytes)
            round += 1
            let status = Status { try read(response) }
            #expect(allowed.contains(status), "\(status)")
        }
        #expect(count == Self.rounds)
    }

    @Test func containerCredentials() {
        damage(
            CredentialCase.container.map(\.bytes),
            { _ = try ContainerCredentials.credentials(in: $0, source: .ecsTaskRole, Jansson.self) },
            [.ok, .badResponse, .credentialsRejected, .serviceUnavailable])
    }

    @Test func webIdentity() {
        damage(
            CredentialCase.sts.map(\.bytes), { _ = try WebIdentity.credentials(in: $0, Jansson.self) },
            [.ok, .badResponse, .credentialsRejected, .serviceUnavailable, .throttled])
    }

    @Test func instanceMetadata() {
        let bodies = InstanceMetadataCase.all.map(\.response.body)
        damage(
            bodies,
            { response in
                _ = InstanceMetadata.region(in: response)
                _ = InstanceMetadata.session(response, Environment([:]))
                if let path = InstanceMetadata.rolePath(in: response) {
                    #expect(
                        path.dropFirst(InstanceMetadata.rolesPath.count).utf8.allSatisfy {
                            $0.isLetterASCII || $0.isDigitASCII || "%._-".utf8.contains($0)
                        })
                }
                _ = try InstanceMetadata.credentials(in: response, Jansson.self)
            }, [.ok, .badResponse, .credentialsRejected, .serviceUnavailable])
    }

    @Test func registerUsage() {
        let bodies = [
            #"{"Signature":"a.b.c","PublicKeyRotationTimestamp":1.7092512E9}"#,
            #"{"Signature":"a.b.c","PublicKeyRotationTimestamp":"2024-03-01T00:00:00Z"}"#,
        ]
        damage(bodies.map(\.bytes), { _ = try RegisterUsage.answer(in: $0, Jansson.self) }, [.ok, .badResponse])
    }

    /// An error never becomes success, and always says something.
    @Test func serviceErrors() {
        let bodies = [
            #"{"__type":"com.amazonaws#CustomerNotEntitledException:http://a","message":"m"}"#,
            #"{"code":"ThrottlingException","Message":"m"}"#,
        ]
        damage(
            bodies.map(\.bytes),
            { response in
                let error = ServiceError.read(response, Jansson.self)
                #expect(error.status != .ok && !error.message.isEmpty && !error.fix.isEmpty)
                throw error
            }, Set(Status.allCases).subtracting([.ok]))
    }

    /// Whatever is read for a Region can stand in a host name.
    @Test func regions() {
        let tokens = IssuerCase.all.map(\.input)
        var count = Mutations.forEach(of: tokens, rounds: Self.rounds) { (text: String) in
            if let name = TokenIssuer.region(ofToken: text, Jansson.self, CurlURL.self) { #expect(!name.isPseudo) }
        }
        let documents = TaskMetadataCase.all.map { Vectors.bytes($0.input, orBase64: $0.inputBase64) }
        count += Mutations.forEach(of: documents, rounds: Self.rounds) { (bytes: [UInt8]) in
            guard let name = TaskMetadata.region(in: bytes, Jansson.self) else { return }
            #expect(CurlURL.parse(Endpoint.metering(in: name, []).text) != nil)
        }
        count += Mutations.forEach(of: RegionCase.all.compactMap(\.input), rounds: Self.rounds) { (text: String) in
            guard let name = RegionName(text) else { return }
            for raw in UInt32(0)...3 {
                let url = Endpoint.metering(in: name, EndpointKinds(rawValue: raw))
                #expect(CurlURL.parse(url.text)?.text == url.text, "\(text)")
            }
        }
        #expect(count == 3 * Self.rounds)
    }

    @Test func sharedCredentialsFiles() {
        let count = Mutations.forEach(of: CredentialCase.sharedFile.compactMap(\.input), rounds: Self.rounds) {
            (text: String) in
            let status = Status { _ = try SharedCredentialsFile.credentials(in: text, profile: "default") }
            #expect(status == .ok || status == .credentialsRejected)
        }
        #expect(count == Self.rounds)
    }

    @Test func momentsNumbersAndEncodings() {
        let texts = [
            "2026-11-23T11:30:00.123+01:00", "2026-11-23T11:30:00Z", "Sun, 06 Nov 1994 08:49:37 GMT",
            "9223372036854775807", "Zm9vYmFy", "Zg==",
            "AWS_ECS_FARGATE", "arn:aws:ecs:eu-west-3:111122223333:task/default/1",
        ]
        let count = Mutations.forEach(of: texts, rounds: 4 * Self.rounds) { (text: String) in
            if let moment = Timestamp(iso8601: text) { #expect(moment.basicFormat.utf8.count == 16) }
            if let moment = Timestamp(httpDate: text) { #expect(moment.basicFormat.utf8.count == 16) }
            if let bytes = Base64.decodeURLSafe(text.utf8) { #expect(bytes.count == text.utf8.count * 3 / 4) }
            _ = (
                Base64.decodeStandard(text.utf8), text.utf8.decimalValue, text.trimmed, text.quotable(limit: 3),
                PercentEncoding.encode(text), TaskMetadata.region(ofARN: text)
            )
            _ = RetryPolicy().delay(
                after: 1, .throttled, elapsed: 0, random: 0,
                retryAfter: RetryPolicy.retryAfter(
                    HTTPResponse(status: 503, headers: [HTTPHeader("Retry-After", text)])))
        }
        #expect(count == 4 * Self.rounds)
    }

    @Test func xml() {
        let bodies = CredentialCase.sts.map(\.bytes).filter { $0.first == UInt8(ascii: "<") }
        let count = Mutations.forEach(of: bodies, rounds: Self.rounds) { (bytes: [UInt8]) in
            for name in ["Credentials", "AccessKeyId", "Error", "", "a>"] { _ = XMLText.element(name, in: bytes) }
            _ = XMLText.isRoot("AssumeRoleWithWebIdentityResponse", of: bytes)
        }
        #expect(count == Self.rounds)
    }
}
