// Decides how much of an answer is kept: head and body up to a limit each; more ends the transfer.

internal import MPMeterCore

final class AnswerBuffer {
    var limit = 0
    private(set) var headers: [HTTPHeader] = []
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private var headBytes = 0

    /// libcurl's callback, for head and body alike: the count of bytes taken, where any other than all ends the
    /// transfer.
    static func receive(
        _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ append: (AnswerBuffer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context else { return 0 }
        let (length, overflow) = size.multipliedReportingOverflow(by: count)
        guard !overflow else { return 0 }
        let buffer = Unmanaged<AnswerBuffer>.fromOpaque(context).takeUnretainedValue()
        return append(buffer, UnsafeRawBufferPointer(start: bytes, count: length)) ? length : -1
    }

    func append(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= limit - body.count else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    func append(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
        headBytes += bytes.count
        guard headBytes <= limit else {
            isTooLarge = true
            return false
        }
        // A status line begins a new head: that of the final answer, after a 100 Continue.
        if bytes.starts(with: "HTTP/".utf8) { headers.removeAll() }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let name = String(utf8: bytes[..<colon]),
            let value = String(utf8: bytes[(colon + 1)...])
        else { return true }
        headers.append(HTTPHeader(name.trimmed, value.trimmed))
        return true
    }
}
