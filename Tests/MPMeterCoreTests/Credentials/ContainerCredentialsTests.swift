// Tests/Vectors/credentials/container.json, and how the endpoint is asked.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html

import MPMeterCore
import MPMeterJSON
import Testing

@Suite struct ContainerCredentialsTests {
    @Test func everyCaseIsThere() {
        #expect(CredentialCase.container.count == 100)
        #expect(CredentialCase.container.filter { $0.expect != nil }.count == 20)
    }

    @Test(arguments: CredentialCase.container) func credentials(_ test: CredentialCase) {
        for source in [CredentialsSource.ecsTaskRole, .eksPodIdentity] {
            test.check(source) { try ContainerCredentials.credentials(in: test.response, source: source, Jansson.self) }
        }
    }

    /// The agent's own words are told, in either case of the member: {"code":…,"message":…}.
    @Test(arguments: [
        (#"{"code":"NoIdInRequest","message":"no id"}"#, "no id"), (#"{"Message":"no id"}"#, "no id"),
        (#"{"code":"InvalidId"}"#, "InvalidId"),
        ("{}", "HTTP 400"), ("not JSON", "HTTP 400"),
    ])
    func refusalsAreTold(_ body: String, _ told: String) {
        let error = thrown {
            try ContainerCredentials.credentials(
                in: HTTPResponse(status: 400, body: Array(body.utf8)), source: .ecsTaskRole, Jansson.self)
        }
        #expect(error?.status == .credentialsRejected)
        #expect(error?.httpStatus == 400)
        #expect(error?.message.contains(told) == true)
    }

    /// What passes by itself is to be asked again (interface: `retry`).
    @Test(arguments: [
        (429, Status.serviceUnavailable), (500, .serviceUnavailable), (503, .serviceUnavailable),
        (404, .credentialsRejected), (302, .credentialsRejected),
    ])
    func statusOfRefusals(_ http: Int, _ expected: Status) {
        #expect(
            Status {
                _ = try ContainerCredentials.credentials(
                    in: HTTPResponse(status: http), source: .ecsTaskRole, Jansson.self)
            } == expected)
    }

    @Suite struct AuthorizationTests {
        private let url = URLParts(scheme: "http", host: "169.254.170.23", path: "/v1/credentials")

        @Test func withoutATokenNoneIsSent() throws {
            let request = try ContainerCredentials.request(url, authorization: nil)
            #expect(request.method == .GET)
            #expect(request.audience == .metadata)
            #expect(!request.headers.contains { $0.name == "Authorization" })
        }

        /// "The value … is sent as the Authorization header", as it stands.
        @Test(arguments: ["token", "Basic dXNlcjpwYXNz", "eyJhbGciOiJSUzI1NiJ9.e30.AA", "~!@#$%^&*()_+"])
        func isSentAsItStands(_ token: String) throws {
            let headers = try ContainerCredentials.request(url, authorization: token).headers
            #expect(headers.filter { $0.name == "Authorization" }.map(\.value) == [token])
        }

        /// RFC 9110 section 5.5: a line end would begin another header. The token is not repeated in the error.
        @Test(arguments: [
            "", "a\r\nX-Other: b", "a\nb", "a\rb", "a\n", "a\u{0}b", "a\tb", "a\u{7F}b", "tökén", "a\u{85}b",
            "a\u{2028}b",
        ])
        func isRefused(_ token: String) {
            let error = thrown { try ContainerCredentials.request(url, authorization: token) }
            #expect(error?.status == .credentialsRejected)
            if !token.isEmpty { #expect(error?.message.contains(token) == false) }
        }
    }

    /// Which role stands behind the endpoint decides what the operator is told.
    @Test(
        arguments: [
            (
                [.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1"], "169.254.170.2",
                CredentialsSource.ecsTaskRole
            ),
            (
                [.AWS_CONTAINER_CREDENTIALS_FULL_URI: "-", .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/t"],
                "169.254.170.23", .eksPodIdentity
            ),
            ([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "-"], "fd00:ec2::23", .eksPodIdentity),
            (
                [.AWS_CONTAINER_CREDENTIALS_FULL_URI: "-", .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/t"], "127.0.0.1",
                .eksPodIdentity
            ),
            (
                [.AWS_CONTAINER_CREDENTIALS_FULL_URI: "-", .AWS_CONTAINER_AUTHORIZATION_TOKEN: "t"], "127.0.0.1",
                .ecsTaskRole
            ),
            ([.AWS_CONTAINER_CREDENTIALS_FULL_URI: "-"], "169.254.170.2", .ecsTaskRole),
            (
                [
                    .AWS_CONTAINER_CREDENTIALS_FULL_URI: "-", .AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/t",
                    .AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
                ], "127.0.0.1",
                .ecsTaskRole
            ),
        ] as [([Variable: String], String, CredentialsSource)])
    func sources(_ environment: [Variable: String], _ host: String, _ expected: CredentialsSource) {
        let url = URLParts(scheme: "http", host: host, isIPv6: host.contains(":"))
        #expect(ContainerCredentials.source(Environment(environment), url) == expected)
    }
}
