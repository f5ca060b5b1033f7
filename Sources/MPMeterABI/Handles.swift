// Decides how objects cross the border: as opaque pointers that own one reference, given up by the object's _free
// function.

internal import CMPMeter
internal import MPMeterCore

/// Hands `object` to the caller, who frees it.
func handOut<T: AnyObject>(_ object: T, to out: UnsafeMutablePointer<OpaquePointer?>?) {
    out?.pointee = OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

/// The object behind a pointer that `handOut` gave; nil for NULL.
func borrow<T: AnyObject>(_ pointer: OpaquePointer?, as _: T.Type) -> T? {
    guard let pointer else { return nil }
    return Unmanaged<T>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

/// Takes the caller's reference back; ignores NULL.
func release<T: AnyObject>(_ pointer: OpaquePointer?, as _: T.Type) {
    guard let pointer else { return }
    Unmanaged<T>.fromOpaque(UnsafeRawPointer(pointer)).release()
}

extension Status {
    /// The number that C sees.
    var code: mpmeter_status { rawValue }
}
