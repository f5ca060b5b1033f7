// Decides how the shared credentials file is read, for local development: `[profile]` sections of `key = value` lines.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html

public enum SharedCredentialsFile {
    /// The file's path, and whether somebody asked for it.
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
        // How far the last key is indented: a line that is indented further goes on with its value, which no credential needs.
        var indent: Int?
        for line in text.fields(separatedBy: UInt8(ascii: "\n")) {
            let content = line.trimmed
            guard let first = content.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            let depth = line.utf8.prefix { $0.isWhitespaceASCII }.count
            if let indent, depth > indent { continue }
            if first == UInt8(ascii: "["), let end = content.utf8.firstIndex(of: UInt8(ascii: "]")) {
                isInside = (String(utf8: content.utf8[..<end].dropFirst()) ?? "").trimmed.isSame(as: profile)
                indent = nil
            } else if let cut = content.utf8.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) {
                indent = depth
                guard isInside else { continue }
                let name = (String(utf8: content.utf8[..<cut]) ?? "").trimmed.lowercasedASCII
                found.append((name, (String(utf8: content.utf8[cut...].dropFirst()) ?? "").trimmed))
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
                .credentialsRejected, "The profile \(profile.showable()) of the shared credentials file has no complete pair of keys",
                fix: "Give the profile aws_access_key_id and aws_secret_access_key, or use a task role or IRSA.")
        }
        return credentials
    }
}
