// Decides how the library tells what it is doing: lines to the vendor's own log, or to nobody.

public enum LogLevel: Int32, Sendable {
    case debug = 0
    case info = 1
    case warning = 2
}

public struct Log: Sendable {
    private let least: LogLevel
    private let receive: (@Sendable (LogLevel, String) -> Void)?

    /// Nobody listens.
    public init() {
        least = .warning
        receive = nil
    }

    public init(from least: LogLevel, to receive: @escaping @Sendable (LogLevel, String) -> Void) {
        self.least = least
        self.receive = receive
    }

    /// The same log, with `begin` before each line that is handed on, and `end` after it if the host's function comes
    /// back.
    func around(_ begin: @escaping @Sendable () -> Void, _ end: @escaping @Sendable () -> Void) -> Log {
        guard let receive else { return self }
        return Log(from: least) { level, line in
            begin()
            receive(level, line)
            end()
        }
    }

    func callAsFunction(_ level: LogLevel, _ line: @autoclosure () -> String) {
        guard let receive, level.rawValue >= least.rawValue else { return }
        receive(level, line())
    }
}
