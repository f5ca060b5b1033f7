// Decides that what must not be seen is not shown. The bytes are overwritten when their memory is freed: the library's
// allocator does that for every block (Sources/CMPMeterSystem/host_guard.c).

/// Text that appears in no log, error or description.
public struct Secret: Sendable {
    private let text: String

    public init(_ text: String) { self.text = text }

    /// The text itself, for the one place that needs it.
    public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "(secret)" }
    public var debugDescription: String { description }
}

#if !hasFeature(Embedded)
extension Secret: CustomReflectable {
    public var customMirror: Mirror { Mirror(self, children: []) }
}
#endif
