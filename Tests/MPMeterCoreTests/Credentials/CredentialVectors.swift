// Decides how the cases of Tests/Vectors/credentials are read, and how credentials are compared with what one expects.

import Testing

@testable import MPMeterCore

struct CredentialCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Expected: Decodable, Sendable {
        let accessKeyId, secretAccessKey: String
        let sessionToken: String?
        let expiration: Int64?
    }

    let name, source: String
    let input, inputBase64, profile: String?
    let httpStatus: Int?
    let expect: Expected?
    let expectError, expectCode, expectMessage, expectRequestId: String?
    var testDescription: String { "\(name) (\(source))" }

    static let container: [CredentialCase] = Vectors.load("credentials/container.json")
    static let sts: [CredentialCase] = Vectors.load("credentials/sts.json")
    static let sharedFile: [CredentialCase] = Vectors.load("credentials/shared-file.json")

    var bytes: [UInt8] { Vectors.bytes(input, orBase64: inputBase64) }
    var response: HTTPResponse { HTTPResponse(status: httpStatus ?? 200, body: bytes) }

    /// Compares what `read` answers or throws with what the case expects; answers the error.
    @discardableResult
    func check(_ source: CredentialsSource, _ read: () throws -> Credentials?) -> MeterError? {
        do {
            let credentials = try read()
            #expect(expectError == nil)
            #expect(credentials?.accessKeyID == expect?.accessKeyId)
            #expect(credentials?.secretAccessKey.reveal() == expect?.secretAccessKey)
            #expect(credentials?.sessionToken?.reveal() == expect?.sessionToken)
            #expect(credentials?.expiration?.seconds == expect?.expiration)
            if let credentials { #expect(credentials.source == source) }
            return nil
        } catch {
            let error = error as? MeterError
            #expect(error.map { "\($0.status.name)" } == expectError, "\(String(describing: error))")
            #expect(error?.message.isEmpty == false && error?.fix.isEmpty == false)
            // An error holds no secret.
            #expect(error?.message.contains("wJalrXUtn") == false)
            return error
        }
    }
}
