// URLs from the environment, as they are, and where the library accepts them for what.

import MPMeterCore
import MPMeterTransport

func fuzz(_ input: [UInt8]) {
    guard let text = input.text else { return }
    if let url = CurlURL.parse(text) { checkRoundTrip(url) }
    let relative = Environment { $0 == .AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ? text : nil }
    if let url = try? ContainerCredentials.url(relative, CurlURL.self) {
        checkRoundTrip(url)
        expect(url.host.isSame(as: "169.254.170.2"), "a relative URI stays with the ECS agent")
    }
    let full = Environment { $0 == .AWS_CONTAINER_CREDENTIALS_FULL_URI ? text : nil }
    if let url = try? ContainerCredentials.url(full, CurlURL.self),
        let request = try? ContainerCredentials.request(url, authorization: text)
    {
        check(request)
    }
    let override = Environment { $0 == .AWS_ENDPOINT_URL_STS ? text : nil }
    if let url = try? EndpointOverride.url(.AWS_ENDPOINT_URL_STS, override, CurlURL.self) {
        check(WebIdentity.request(endpoint: url, roleARN: text, sessionName: text, token: text))
    }
}

private func checkRoundTrip(_ url: URLParts) {
    let again = CurlURL.parse(url.text)
    expect(again?.text.isSame(as: url.text) ?? false, "what was checked is what is contacted")
    expect(again?.host.isSame(as: url.host) ?? false, "what was checked is who is contacted")
    expect(CurlURL.parse(url.appending("/task").text) != nil, "a URL stays one with a longer path")
}
