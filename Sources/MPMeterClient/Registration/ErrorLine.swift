// Decides what a failure is as one line of a log: all that a support desk asks for, whoever wrote the message.

public import MPMeterCore

public enum ErrorLine {
    /// `STATUS (action): message. Fix: … [key=value …]`, without a line end or another control character.
    public static func text(_ error: MeterError, _ report: Report) -> String {
        var line = "\(error.status.name) (\(error.status.action.name)): \(ended(error.message))"
        if !error.fix.isEmpty { line += " Fix: \(ended(error.fix))" }
        line += " ["
        for (key, value) in OutcomeJSON.known(error, report) { line += "\(key)=\(quoted(value)) " }
        if error.httpStatus != 0 { line += "http_status=\(error.httpStatus) " }
        line += "attempts=\(report.attempts) elapsed_ms=\(report.elapsed)]"
        return onOneLine(line)
    }

    /// As a sentence.
    private static func ended(_ text: String) -> String {
        switch text.unicodeScalars.last {
        case ".", "!", "?", "…": text
        default: text + "."
        }
    }

    /// A value that a reader could not tell from the rest stands in quotes.
    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy {
            $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "=")
        }
        return isPlain && !value.isEmpty ? value : "\"\(value)\""
    }

    /// Line ends and what else would move a terminal's cursor become spaces: the message may quote a server.
    private static func onOneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: line.append(" ")
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}
