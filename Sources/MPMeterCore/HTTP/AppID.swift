// Decides what the name of a vendor's product may be, and how requests to AWS carry it: as the SDKs write the setting
// sdk_ua_app_id.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html

public enum AppID {
    /// The characters of a token (RFC 9110 section 5.6.2), and the comma, which botocore lets through. The SDKs replace
    /// any other, and warn of more than 50; here both are refused, so that CloudTrail shows what the vendor wrote.
    public static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 50
            && text.utf8.allSatisfy { $0.isLetterASCII || $0.isDigitASCII || "!#$%&'*+,-.^_`|~".utf8.contains($0) }
    }

    /// The header that takes the place of `userAgent` in a request to AWS.
    public static func header(_ id: String, after userAgent: String) -> HTTPHeader {
        HTTPHeader("User-Agent", "\(userAgent) app/\(id)")
    }
}
