// What holds for everything that leaves the parsers, whatever went in.

import MPMeterCore

/// No control character, which could begin another header.
func isOneLine(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

func check(_ error: MeterError) {
    expect(error.status != .ok && error.status != .internal, "a bad answer is told as one")
    let texts = [error.message, error.fix, error.awsType ?? "", error.requestID ?? ""]
    expect(texts.allSatisfy { isOneLine($0) }, "a stranger's text is quoted without control characters")
}

func check(_ credentials: Credentials) {
    expect(isOneLine(credentials.accessKeyID), "an access key fits into a header")
    expect(isOneLine(credentials.sessionToken?.reveal() ?? ""), "a session token fits into a header")
    _ = credentials.areFresh(at: Timestamp(1_893_456_000))
}

func check(_ request: HTTPRequest) {
    for header in request.headers { expect(isOneLine(header.name) && isOneLine(header.value), "a header is one line") }
    expect(isOneLine(request.url.text), "a URL is one line")
    let isSecret =
        request.audience == .service || request.headers.contains { $0.name.isSameIgnoringCase(as: "Authorization") }
    let isLinkLocal = request.url.host.startsWith("169.254.170.") || request.url.host.isSame(as: "fd00:ec2::23")
    expect(
        !isSecret || request.url.isHTTPS || request.url.isLoopback || isLinkLocal,
        "a secret does not cross a network in the clear")
}
