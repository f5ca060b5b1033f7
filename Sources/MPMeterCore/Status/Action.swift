// Decides what a container can do about a status. Which status asks for which is in the table of Status.

/// What a container does about a status. AWS asks it to stop on every error but throttling:
/// https://docs.aws.amazon.com/marketplace/latest/userguide/container-metering-registerusage.html
public enum Action: Int32, CaseIterable, Sendable {
    case proceed = 0
    case retry = 1
    case terminate = 2

    public var name: StaticString {
        switch self {
        case .proceed: "proceed"
        case .retry: "retry"
        case .terminate: "terminate"
        }
    }
}
