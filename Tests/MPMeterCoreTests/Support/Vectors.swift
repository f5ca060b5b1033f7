// Decides how the files of Tests/Vectors are read. A file that is missing or cannot be decoded gives no cases, and each
// suite expects the number that it knows: a file that vanished cannot look green.

import Foundation

enum Vectors {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "Vectors")

    static func load<Case: Decodable>(_ path: String) -> [Case] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode([Case].self, from: Data(contentsOf: folder.appendingPathComponent(path)))
        } catch {
            print("\(path): \(error)")
            return []
        }
    }

    static func bytes(_ path: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appendingPathComponent(path))).map(Array.init) ?? []
    }

    /// Text, or bytes in base64, as a case has them.
    static func bytes(_ text: String?, orBase64 base64: String?) -> [UInt8] {
        if let base64 { return Data(base64Encoded: base64).map(Array.init) ?? [] }
        return Array((text ?? "").utf8)
    }
}
