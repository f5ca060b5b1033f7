// What credentials are, how long they hold, which sources AWS accepts for RegisterUsage, and the keys of the
// environment itself.

import Testing

@testable import MPMeterCore

@Suite struct CredentialsTests {
    /// "must use IRSA … EKS Pod Identity, the node role, or long-term access keys are not supported", "must use task
    /// IAM role": https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
    @Test func twoSourcesAreSupported() {
        #expect(CredentialsSource.allCases.filter { $0.fix == nil } == [.eksIRSA, .ecsTaskRole])
        for source in CredentialsSource.allCases {
            guard let fix = source.fix else { continue }
            #expect(fix.contains("IRSA"))
        }
    }

    /// In the order in which they are looked for, named as in include/mpmeter.h
    /// (mpmeter_registration_credentials_source).
    @Test func sourcesAreNamedAsInTheHeader() {
        #expect(
            CredentialsSource.allCases.map(\.rawValue) == [
                "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment", "shared-credentials-file",
                "ec2-instance-role",
            ])
    }

    private func credentials(
        _ key: String = "A", _ secret: String = "B", _ token: String? = nil, expiring: Int64? = nil
    ) -> Credentials? {
        Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: expiring.map { Timestamp($0) },
            source: .ecsTaskRole)
    }

    /// AWS refuses a request that is older than five minutes:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
    @Test(arguments: [
        (1000, 699, true), (1000, 700, false), (1000, 701, false), (1000, 1000, false), (1000, 2000, false),
        (0, 0, false),
    ])
    func areFreshUntilFiveMinutesBeforeTheyExpire(_ expiration: Int64, _ now: Int64, _ expected: Bool) throws {
        #expect(try #require(credentials(expiring: expiration)).areFresh(at: Timestamp(now)) == expected)
    }

    @Test func withoutExpirationTheyStayFresh() throws {
        #expect(try #require(credentials()).areFresh(at: Timestamp(.max)))
    }

    /// Each travels in a header or a signature: visible ASCII, and some of it (RFC 9110 section 5.5).
    @Test(arguments: ["", " ", "a b", "a\n", "a\r\nb", "\ta", "a\u{0}", "\u{7F}", "ä", "a\u{301}", "\u{FEFF}a"])
    func otherTextIsNoKey(_ text: String) {
        #expect(credentials(text) == nil)
        #expect(credentials("A", text) == nil)
        #expect(credentials("A", "B", text) == nil)
    }

    @Test func everyVisibleCharacterIsAccepted() {
        let visible = String(decoding: UInt8(0x21)...0x7E, as: UTF8.self)
        #expect(credentials(visible, visible, visible) != nil)
    }
}

@Suite struct EnvironmentCredentialsTests {
    private func credentials(_ key: String, _ secret: String, _ token: String = "") throws -> Credentials? {
        try EnvironmentCredentials.credentials(
            Environment([.AWS_ACCESS_KEY_ID: key, .AWS_SECRET_ACCESS_KEY: secret, .AWS_SESSION_TOKEN: token]))
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
    @Test func bothKeysMakeCredentials() throws {
        let found = try #require(try credentials("AKID", "SECRET", "TOKEN"))
        #expect(
            found.accessKeyID == "AKID" && found.secretAccessKey.reveal() == "SECRET"
                && found.sessionToken?.reveal() == "TOKEN")
        #expect(found.expiration == nil && found.source == .environment)
        #expect(try credentials("AKID", "SECRET")?.sessionToken == nil)
    }

    @Test func noneMakeNone() throws {
        #expect(try credentials("", "") == nil)
        #expect(try credentials("", "", "TOKEN") == nil)
    }

    /// Half a pair is a mistake to be told, not one to be passed over: the next source is another identity.
    @Test(arguments: [("AKID", ""), ("", "hush"), ("AK ID", "hush"), ("AKID", "hush\nhush")]) func halfIsAnError(
        _ key: String, _ secret: String
    ) {
        let error = thrown { try credentials(key, secret) }
        #expect(error?.status == .credentialsRejected)
        #expect(error?.message.contains("AWS_ACCESS_KEY_ID") == true)
        #expect(error.map { $0.message.contains("hush") } == false)
    }
}
