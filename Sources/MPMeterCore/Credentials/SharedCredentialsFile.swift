// Decides how the shared credentials file is read, for local development: `[profile]` sections of `key = value` lines.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html

public enum SharedCredentialsFile {
    /// The file's path, and whether somebody asked for it: a default that is missing is no error.
    public static func path(_ environment: Environment) -> (path: String, isExplicit: Bool)? {
        if let path = environment[.AWS_SHARED_CREDENTIALS_FILE] {
            guard path.startsWith("~/"), let home = environment[.HOME] else { return (path, true) }
            return (home + (String(utf8: path.utf8.dropFirst()) ?? ""), true)
        }
        return environment[.HOME].map { ($0 + "/.aws/credentials", environment[.AWS_PROFILE] != nil) }
    }

    public static func profile(_ environment: Environment) -> String { environment[.AWS_PROFILE] ?? "default" }

    /// The profile's keys; nil if the profile is not there or has none.
    public static func credentials(in text: String, profile: String) throws(MeterError) -> Credentials? {
        var isInside = false
        var found: [(name: String, value: String)] = []
        for line in text.fields(separatedBy: UInt8(ascii: "\n")) {
            // A line that begins with white space goes on with the one before it, which no credential needs.
            guard let first = line.utf8.first, !first.isWhitespaceASCII, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            if first == UInt8(ascii: "[") {
                guard let end = line.utf8.firstIndex(of: UInt8(ascii: "]")) else { isInside = false; continue }
                isInside = (String(utf8: line.utf8[..<end].dropFirst()) ?? "").trimmed.isSame(as: profile)
            } else if isInside, let cut = line.utf8.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) {
                let name = (String(utf8: line.utf8[..<cut]) ?? "").trimmed.lowercasedASCII
                found.append((name, (String(utf8: line.utf8[cut...].dropFirst()) ?? "").trimmed))
            }
        }
        func value(_ name: String) -> String? { found.last { $0.name.isSame(as: name) && !$0.value.isEmpty }?.value }
        let key = value("aws_access_key_id")
        let secret = value("aws_secret_access_key")
        guard key != nil || secret != nil else { return nil }
        guard let key, let secret,
            let credentials = Credentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: value("aws_session_token"), expiration: nil,
                source: .sharedCredentialsFile)
        else {
            throw MeterError(
                .credentialsRejected, "The profile \(profile.quotable()) of the shared credentials file has no complete pair of keys",
                fix: "Give the profile aws_access_key_id and aws_secret_access_key, or use a task role or IRSA.")
        }
        return credentials
    }
}
