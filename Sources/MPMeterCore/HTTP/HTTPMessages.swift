// Decides what a request and an answer are, for every service alike.

public struct HTTPHeader: Sendable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Who is asked, which decides proxy, patience and trust.
public enum Audience: Sendable {
    /// A service on the host's own link: never through a proxy, and answering at once or not at all.
    case metadata
    /// AWS itself.
    case service
}

public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable {
        case GET, PUT, POST
    }

    public var method: Method
    public var url: URLParts
    public var headers: [HTTPHeader]
    public var body: [UInt8]
    public var audience: Audience

    public init(
        _ method: Method, _ url: URLParts, headers: [HTTPHeader] = [], body: [UInt8] = [], to audience: Audience
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.audience = audience
    }
}

public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [HTTPHeader]
    public var body: [UInt8]

    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header of that name, in any case (RFC 9110 section 5.1).
    public func header(_ name: String) -> String? { headers.first { $0.name.isSameIgnoringCase(as: name) }?.value }

    public var isSuccess: Bool { status >= 200 && status < 300 }

    /// The server's clock, if it says.
    public var date: Timestamp? { header("Date").flatMap { Timestamp(httpDate: $0) } }
}
