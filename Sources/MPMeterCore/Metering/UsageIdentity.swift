// Decides for whom AWS counts: one ECS task or one EKS pod. No field of MeterUsage names it, AWS knows it by the
// credentials; so each attempt is written down with the identity that it was made with, and a record of another pod's
// is never sent again as this one's.

public struct UsageIdentity: Equatable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (a: UsageIdentity, b: UsageIdentity) -> Bool { a.text.isSame(as: b.text) }

    /// By the service account token of an EKS pod; nil if the token names none.
    public static func ofPod<J: JSONCoding>(token: String, _: J.Type) -> UsageIdentity? {
        guard let claims = WebIdentityToken.claims(in: token, J.self) else { return nil }
        if let uid = claims["kubernetes.io"]?["pod"]?.text("uid") {
            return UsageIdentity("eks-pod/" + uid.quotable(limit: 120))
        }
        return claims.text("sub").map { UsageIdentity("eks-service-account/" + $0.quotable(limit: 250)) }
    }

    /// By the answer of the ECS task metadata; nil if it names no task.
    public static func ofTask(_ answer: JSONValue) -> UsageIdentity? {
        guard let arn = answer.text("TaskARN"), TaskMetadata.region(ofARN: arn) != nil else { return nil }
        return UsageIdentity("ecs-task/" + arn.quotable(limit: 250))
    }

    /// For a task without metadata: by the path of its credentials, which is its own, and whose hash tells nobody how
    /// to get them.
    public static func ofTask<H: Hashing>(credentialsPath: String, _: H.Type) throws(MeterError) -> UsageIdentity {
        UsageIdentity(
            "ecs-credentials/" + (String(utf8: try H.sha256(credentialsPath.bytes).hex.utf8.prefix(32)) ?? ""))
    }

    /// For credentials that belong to no task and no pod, which AWS refuses for a sold product: a laptop, a test.
    public static func ofHost(_ source: CredentialsSource) -> UsageIdentity { UsageIdentity("host/" + source.rawValue) }
}
