// Decides which Region the issuer of an EKS web-identity token names. The token is read, not verified: STS does that.
// What it says is a hint that costs no request, and a wrong one gets a request refused, not a registration believed.

public enum TokenIssuer {
    /// `token` is a service account's JWT; nil unless its issuer is an EKS OIDC provider:
    /// `https://oidc.eks.{region}.amazonaws.com[.cn]/id/…` or `https://oidc-eks.{region}.api.aws/id/…`.
    public static func region<J: JSONCoding, U: URLParsing>(ofToken token: String, _: J.Type, _: U.Type) -> RegionName?
    {
        WebIdentityToken(token, J.self)?.issuer.flatMap { U.parse($0) }.flatMap { region(ofIssuer: $0) }
    }

    static func region(ofIssuer url: URLParts) -> RegionName? {
        guard url.isHTTPS, url.port == nil, !url.isIPv6, url.path.startsWith("/id/") else { return nil }
        let labels = url.host.fields(separatedBy: UInt8(ascii: "."))
        let name: RegionName?
        if url.host.startsWith("oidc.eks."), labels.count >= 5 {
            name = RegionName(labels[2])
        } else if url.host.startsWith("oidc-eks."), labels.count >= 4 {
            name = RegionName(labels[1])
        } else {
            return nil
        }
        guard let name, !name.isPseudo else { return nil }
        let partition = Partition(of: name)
        guard
            url.host.isSame(as: "oidc.eks.\(name.text).\(partition.dnsSuffix)")
                || url.host.isSame(as: "oidc-eks.\(name.text).\(partition.dualStackDNSSuffix)")
        else { return nil }
        return name
    }
}
