// Decides what every failure carries from where it is seen to the caller. It holds no secret.

/// Why a call failed.
public struct MeterError: Error {
    public var status: Status
    /// What happened and where it was seen.
    public var message: String
    /// What to do about it.
    public var fix: String
    /// The HTTP status of the answer that caused it, 0 without one.
    public var httpStatus: Int
    /// The error type that AWS answered, such as `CustomerNotEntitledException`.
    public var awsType: String?
    public var requestID: String?
    /// Whether to give up although the status is one to retry: what failed has been tried again already.
    public var isFinal = false
    /// Whether there is no server of that name, as far as DNS or a proxy can tell.
    public var isNotThere = false

    public init(
        _ status: Status, _ message: String, fix: String? = nil, httpStatus: Int = 0, awsType: String? = nil,
        requestID: String? = nil
    ) {
        self.status = status
        self.message = message
        self.fix = fix ?? status.fix.description
        self.httpStatus = httpStatus
        self.awsType = awsType
        self.requestID = requestID
    }
}

extension MeterError {
    /// Nothing here works without them, and nothing that the library can do brings them.
    public static var withoutRandomBytes: MeterError {
        MeterError(
            .internal, "The kernel gives no random bytes: getrandom(2) and /dev/urandom are both out of reach",
            fix: "Allow getrandom in the container's seccomp profile, or let the container have /dev/urandom.")
    }
}

extension MeterError {
    /// The message with one full stop at its end, which AWS's own sentences have already.
    public var sentence: String { withoutFullStop + "." }
    /// The message as a part of a sentence.
    public var withoutFullStop: String {
        message.endsWith(".") ? String(utf8: message.utf8.dropLast()) ?? message : message
    }
}

extension MeterError: CustomStringConvertible {
    public var description: String { "\(status.name): \(message)" }
}
