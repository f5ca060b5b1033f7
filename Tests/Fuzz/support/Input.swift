// Decides how a fuzz target is called, and how its input is read: bytes; text; sections between lines "---"; an HTTP
// answer.

@testable import MPMeterCore
import MPMeterCrypto
@testable import MPMeterTransport

/// What libFuzzer, or Tests/Fuzz/support/replay.c, calls for each input. Every target brings `fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    expect(OpenSSL.initialize(), "OpenSSL can be set up")
    fuzz(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// A promise that holds for every input. A broken one ends the process, as a trap does.
func expect(_ holds: Bool, _ promise: StaticString) {
    guard !holds else { return }
    for text: StaticString in ["broken promise: ", promise, "\n"] {
        _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
    }
    fatalError()
}

@_silgen_name("write") private func write(_ file: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int

extension [UInt8] {
    var text: String? { String(utf8: self) }

    /// Lines, without their ends.
    var lines: [[UInt8]] { split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) } }

    /// What stands between lines "---".
    var sections: [[UInt8]] {
        lines.split(omittingEmptySubsequences: false) { $0.elementsEqual("---".utf8) }.map {
            Array($0.joined(separator: "\n".utf8))
        }
    }

    /// A status line "200", header lines, an empty line and a body, received as libcurl hands them over.
    var response: HTTPResponse {
        let buffer = AnswerBuffer()
        buffer.limit = 65536
        var rest = self[...]
        var status: Int?
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[...end]
            rest = rest[(end + 1)...]
            guard line.count > 1 else { break }
            if status == nil {
                status = Self.number(line)
            } else {
                _ = line.withUnsafeBytes { buffer.append(headerLine: $0) }
            }
        }
        _ = rest.withUnsafeBytes { buffer.append(body: $0) }
        return HTTPResponse(status: status ?? 200, headers: buffer.headers, body: buffer.body)
    }

    /// Three digits, as libcurl accepts no others.
    private static func number(_ line: ArraySlice<UInt8>) -> Int { line.prefix(3).decimalValue.map { Int($0) } ?? 200 }
}
