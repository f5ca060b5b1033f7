// What must not be seen is not shown, by whatever way Swift has of showing things.

import Testing

@testable import MPMeterCore

@Suite struct SecretTests {
    static let text = "wJalrXUtnFEMI"

    private func shown(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        var printed = ""
        print(value, to: &printed)
        var debugged = ""
        debugPrint(value, to: &debugged)
        var walked: [String] = []
        func walk(_ mirror: Mirror) {
            for child in mirror.children {
                walked.append("\(child.label ?? ""): \(child.value)")
                walk(Mirror(reflecting: child.value))
            }
        }
        walk(Mirror(reflecting: value))
        return [
            dumped, printed, debugged, "\(value)", String(describing: value), String(reflecting: value), "\([value])",
            "\(["k": value])",
        ] + walked
    }

    @Test func byNoWay() throws {
        let secret = Secret(Self.text)
        let credentials = try #require(
            Credentials(
                accessKeyID: "AKID", secretAccessKey: Self.text, sessionToken: Self.text, expiration: nil,
                source: .ecsTaskRole))
        let values: [Any] = [
            secret, Optional(secret) as Any, [secret], (secret, secret), credentials, [credentials],
            InstanceMetadata.Session.version2(token: secret),
        ]
        for value in values {
            for text in shown(value) { #expect(!text.contains(Self.text), "\(text)") }
        }
    }

    @Test func theOnePlaceThatNeedsItGetsIt() { #expect(Secret(Self.text).reveal() == Self.text) }

    /// An environment holds keys and tokens: it shows none of them either.
    @Test func norIsTheEnvironmentShown() {
        let environment = Environment([
            .AWS_SECRET_ACCESS_KEY: Self.text, .AWS_SESSION_TOKEN: Self.text,
            .AWS_CONTAINER_AUTHORIZATION_TOKEN: Self.text,
        ])
        for text in shown(environment) { #expect(!text.contains(Self.text), "\(text)") }
    }
}
