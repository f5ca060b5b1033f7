// Tests/Vectors/credentials/shared-file.json, and which file and profile are read.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html

import MPMeterCore
import Testing

@Suite struct SharedCredentialsFileTests {
    @Test func everyCaseIsThere() {
        #expect(CredentialCase.sharedFile.count == 37)
        #expect(CredentialCase.sharedFile.filter { $0.expect != nil }.count == 24)
    }

    @Test(arguments: CredentialCase.sharedFile) func credentials(_ test: CredentialCase) {
        test.check(.sharedCredentialsFile) {
            try SharedCredentialsFile.credentials(in: test.input ?? "", profile: test.profile ?? "")
        }
    }

    /// AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials; "~/" is the home folder.
    @Test(
        arguments: [
            ([:], nil, false), ([.HOME: "/root"], "/root/.aws/credentials", false),
            ([.HOME: "/root", .AWS_PROFILE: "a"], "/root/.aws/credentials", true),
            ([.AWS_SHARED_CREDENTIALS_FILE: "/keys"], "/keys", true),
            ([.HOME: "/root", .AWS_SHARED_CREDENTIALS_FILE: "/keys"], "/keys", true),
            ([.HOME: "/root", .AWS_SHARED_CREDENTIALS_FILE: "~/keys"], "/root/keys", true),
            ([.AWS_SHARED_CREDENTIALS_FILE: "~/keys"], "~/keys", true),
            ([.HOME: "/root", .AWS_SHARED_CREDENTIALS_FILE: "~other/keys"], "~other/keys", true),
            ([.HOME: ""], nil, false),
        ] as [([Variable: String], String?, Bool)])
    func paths(_ environment: [Variable: String], _ path: String?, _ isExplicit: Bool) throws {
        let found = try SharedCredentialsFile.path(Environment(environment))
        #expect(found?.path == path)
        #expect((found?.isExplicit ?? false) == isExplicit)
    }

    @Test func profiles() throws {
        #expect(try SharedCredentialsFile.profile(Environment([:])) == "default")
        #expect(try SharedCredentialsFile.profile(Environment([.AWS_PROFILE: ""])) == "default")
        #expect(try SharedCredentialsFile.profile(Environment([.AWS_PROFILE: "dev"])) == "dev")
    }

    /// "é" of one scalar and "é" of two are two profiles.
    @Test func profilesAreComparedByBytes() throws {
        let file = "[caf\u{E9}]\naws_access_key_id=A\naws_secret_access_key=B\n"
        #expect(try SharedCredentialsFile.credentials(in: file, profile: "caf\u{E9}")?.accessKeyID == "A")
        #expect(try SharedCredentialsFile.credentials(in: file, profile: "cafe\u{301}") == nil)
    }

    /// No key of the file is repeated in an error.
    @Test func errorsHoldNoKey() {
        let error = thrown {
            try SharedCredentialsFile.credentials(
                in: "[default]\naws_access_key_id=AKID\naws_secret_access_key=SE CRET\n", profile: "default")
        }
        #expect(error?.status == .credentialsRejected)
        #expect(error?.message.contains("CRET") == false)
    }
}
