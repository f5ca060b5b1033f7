// Decides how text crosses the border: in as a copy, if it is valid UTF-8; out as NUL-terminated bytes that their
// parent owns.

internal import CMPMeter
internal import MPMeterCore

/// NUL-terminated UTF-8 that lives as long as this object. Text from outside has no NUL inside: every parser refuses
/// it.
final class CText {
    let pointer: UnsafePointer<CChar>
    private let storage: UnsafeMutablePointer<CChar>

    init(_ text: String) {
        storage = CText.copy(text)
        pointer = UnsafePointer(storage)
    }

    /// Not a failable initialiser: Embedded Swift does not free the object that one gives up.
    static func optional(_ text: String?) -> CText? { text.map { CText($0) } }

    deinit { storage.deallocate() }

    /// A copy for the caller to free.
    static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        var text = text
        return text.withUTF8 { bytes in
            let storage = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            UnsafeMutableRawBufferPointer(start: storage, count: bytes.count).copyMemory(
                from: UnsafeRawBufferPointer(bytes))
            storage[bytes.count] = 0
            return storage
        }
    }
}

/// The text behind a C string; nil for NULL and for anything but UTF-8.
func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer else { return nil }
    return String(validatingCString: pointer)
}

/// A constant's bytes, which live for ever.
func constant(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

@implementation @_cdecl("mpmeter_string_free")
public func mpmeter_string_free(_ string: UnsafeMutablePointer<CChar>!) { string?.deallocate() }
