// Decides how the shared credentials file is read, for local development: `[profile]` sections of `key = value` lines.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html

public enum SharedCredentialsFile {
    /// The file's path, and whether somebody asked for it.
    public static func path(_ environment: Environment) throws(MeterError) -> (path: String, isExplicit: Bool)? {
        if let path = try environment.value(.AWS_SHARED_CREDENTIALS_FILE) {
            return (expanded(path, environment), true)
        }
        return environment[.HOME].map { ($0 + "/.aws/credentials", environment[.AWS_PROFILE] != nil) }
    }

    public static func profile(_ environment: Environment) throws(MeterError) -> String {
        try environment.value(.AWS_PROFILE) ?? "default"
    }

    /// The SDKs' configuration file, which is read for a message only.
    public static func configurationPath(_ environment: Environment) -> String? {
        environment[.AWS_CONFIG_FILE].map { expanded($0, environment) }
            ?? environment[.HOME].map { $0 + "/.aws/config" }
    }

    /// A "~" in front is the home folder, as in the SDKs.
    private static func expanded(_ path: String, _ environment: Environment) -> String {
        guard path.startsWith("~/"), let home = environment[.HOME] else { return path }
        return home + (String(utf8: path.utf8.dropFirst()) ?? "")
    }

    /// The profile's keys; nil if the profile is not there or has none.
    public static func credentials(in text: String, profile: String) throws(MeterError) -> Credentials? {
        let found = values(in: text, sections: [profile])
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
                .credentialsRejected,
                "The profile \(profile.showable()) of the shared credentials file has no complete pair of keys",
                fix: "Give the profile aws_access_key_id and aws_secret_access_key, or use a task role or IRSA.")
        }
        return credentials
    }

    /// By which other way the profile gets its credentials, in a credentials file or a configuration file; nil if it
    /// says of none.
    public static func otherWay(in text: String, profile: String) -> String? {
        let found = values(in: text, sections: [profile, "profile \(profile)"])
        func has(_ prefix: String) -> Bool { found.contains { $0.name.startsWith(prefix) } }
        if has("sso_") { return "IAM Identity Center (SSO)" }
        if has("credential_process") { return "a credential_process" }
        if has("role_arn") { return "another role (role_arn)" }
        return has("web_identity_token_file") ? "a web identity (web_identity_token_file)" : nil
    }

    /// Whether the profile names a CA bundle, which only the SDKs read.
    public static func namesBundle(in text: String, profile: String) -> Bool {
        values(in: text, sections: [profile, "profile \(profile)"]).contains { $0.name.isSame(as: "ca_bundle") }
    }

    /// What stands in these sections, names in small letters.
    private static func values(in text: String, sections: [String]) -> [(name: String, value: String)] {
        let text = text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? String(utf8: text.utf8.dropFirst(3)) ?? "" : text
        var isInside = false
        var found: [(name: String, value: String)] = []
        // How far the last key is indented: a line that is indented further goes on with its value, which no credential
        // needs.
        var indent: Int?
        for line in text.fields(separatedBy: UInt8(ascii: "\n")) {
            let content = line.trimmed
            guard let first = content.utf8.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else {
                continue
            }
            let depth = line.utf8.prefix { $0.isWhitespaceASCII }.count
            if let indent, depth > indent { continue }
            if first == UInt8(ascii: "["), let end = content.utf8.firstIndex(of: UInt8(ascii: "]")) {
                let name = (String(utf8: content.utf8[..<end].dropFirst()) ?? "").trimmed
                isInside = sections.contains { name.isSame(as: $0) }
                indent = nil
            } else if let cut = content.utf8.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) {
                indent = depth
                guard isInside else { continue }
                let name = (String(utf8: content.utf8[..<cut]) ?? "").trimmed.lowercasedASCII
                found.append((name, withoutComment((String(utf8: content.utf8[cut...].dropFirst()) ?? "").trimmed)))
            }
        }
        return found
    }

    /// Up to a # or ; with white space before it, which no key holds.
    private static func withoutComment(_ value: String) -> String {
        var before: UInt8 = UInt8(ascii: " ")
        for (index, byte) in zip(value.utf8.indices, value.utf8) {
            if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";"), before.isWhitespaceASCII {
                return (String(utf8: value.utf8[..<index]) ?? "").trimmed
            }
            before = byte
        }
        return value
    }
}
