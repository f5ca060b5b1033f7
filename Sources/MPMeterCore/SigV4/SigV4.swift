// Decides which headers a signed request carries, and puts the three stages together.

public enum SigV4 {
    /// The request with Host, X-Amz-Date, X-Amz-Security-Token (for temporary credentials) and Authorization added.
    public static func sign<H: Hashing>(
        _ request: HTTPRequest, _ credentials: Credentials, _ scope: SigningScope, _: H.Type
    ) throws(MeterError) -> HTTPRequest {
        var request = request
        if !request.headers.contains(where: { $0.name.isSameIgnoringCase(as: "Host") }) {
            request.headers.append(HTTPHeader("Host", request.url.authority))
        }
        request.headers.append(HTTPHeader("X-Amz-Date", scope.moment.basicFormat))
        if let token = credentials.sessionToken {
            request.headers.append(HTTPHeader("X-Amz-Security-Token", token.reveal()))
        }

        let canonical = try CanonicalRequest(request, H.self)
        let stringToSign = try StringToSign(canonical, scope, H.self)
        let signature = try Signature(stringToSign, scope, secret: credentials.secretAccessKey, H.self)
        let authorization = """
            AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope.text), \
            SignedHeaders=\(canonical.signedHeaders), Signature=\(signature.text)
            """
        request.headers.append(HTTPHeader("Authorization", authorization))
        return request
    }
}
