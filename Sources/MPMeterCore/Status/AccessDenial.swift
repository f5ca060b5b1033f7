// Decides which policy stood in the way, by the words of AWS's refusal: where it is not the role's own, changing that
// mends nothing. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html

enum AccessDenial {
    /// What to do if `message` names a policy other than the one that everybody looks at first; nil if it names none,
    /// or says that the role's own policy, or its trust policy, does not allow `action`.
    static func fix(_ message: String, action: String) -> String? {
        func names(_ policy: String) -> Bool { message.lowercasedASCII.contains(bytesOf: policy) }
        let isDenied = names("explicit deny")
        let change = isDenied ? "must not deny \(action)" : "must allow \(action)"
        if names("service control policy") {
            return """
                A service control policy (SCP) of AWS Organizations \(change) for this account: ask who administers \
                the organization. The role's own policy is not the obstacle.
                """
        }
        if names("resource control policy") {
            return """
                A resource control policy (RCP) of AWS Organizations \(change): ask who administers the organization. \
                The role's own policy is not the obstacle.
                """
        }
        if names("vpc endpoint policy") {
            return """
                The policy of the VPC endpoint that the call goes through \(change) for this role. The role's own \
                policy is not the obstacle.
                """
        }
        if names("permissions boundary") {
            return "The role's permissions boundary \(change). The role's own policy is not the obstacle."
        }
        if names("session policy") {
            return """
                The session policy that the role was assumed with \(change). The role's own policy is not the obstacle.
                """
        }
        if names("identity-based policy"), isDenied {
            return """
                Remove the statement with \"Effect\": \"Deny\" that covers \(action) from the role's policies: \
                allowing it once more does not help.
                """
        }
        return nil
    }
}
