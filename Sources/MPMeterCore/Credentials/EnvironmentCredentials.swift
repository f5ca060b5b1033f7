// Decides when the environment itself holds keys. They are for local development: AWS does not take RegisterUsage from
// them.

public enum EnvironmentCredentials {
    /// nil if none are set; throws if only half is.
    public static func credentials(_ environment: Environment) throws(MeterError) -> Credentials? {
        let key = try environment.value(.AWS_ACCESS_KEY_ID)
        let secret = try environment.value(.AWS_SECRET_ACCESS_KEY)
        let token = key == nil && secret == nil ? nil : try environment.value(.AWS_SESSION_TOKEN)
        guard key != nil || secret != nil else { return nil }
        guard let key, let secret,
            let credentials = Credentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: nil,
                source: .environment)
        else {
            throw MeterError(
                .credentialsRejected,
                """
                AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set, or hold characters that keys do not have
                """,
                fix: "Unset both, and let the task role or IRSA give credentials.")
        }
        return credentials
    }
}
