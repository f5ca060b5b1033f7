// Decides how a test says what came of a call: `.ok`, or the status that was thrown.

import MPMeterCore
import Testing

extension Status {
    /// The status by its name in the C header.
    init?(named name: String) {
        guard let status = Self.allCases.first(where: { "\($0.name)" == name }) else { return nil }
        self = status
    }

    /// What came of `body`.
    init(of body: () throws -> Void) {
        do {
            try body()
            self = .ok
        } catch {
            self = (error as? MeterError)?.status ?? .internal
        }
    }
}

/// The error that `body` throws; records an issue if it does not.
func thrown<T>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> T) -> MeterError? {
    do {
        let value = try body()
        Issue.record("expected an error, got \(value)", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error as? MeterError
    }
}

extension Environment {
    /// An environment that holds these variables alone.
    init(_ values: [Variable: String]) { self.init { values[$0] } }
}
