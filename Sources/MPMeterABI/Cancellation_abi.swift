// mpmeter_cancellation: stopping a call from another thread.

public import CMPMeter
internal import MPMeterCore
internal import MPMeterSystem

@implementation @_cdecl("mpmeter_cancellation_new")
public func mpmeter_cancellation_new(_ out: UnsafeMutablePointer<OpaquePointer?>!) -> mpmeter_status {
    guard let out else { return Status.invalidArgument.code }
    handOut(Cancellation(), to: out)
    return Status.ok.code
}

@implementation @_cdecl("mpmeter_cancellation_free")
public func mpmeter_cancellation_free(_ pointer: OpaquePointer!) { release(pointer, as: Cancellation.self) }

@implementation @_cdecl("mpmeter_cancellation_cancel")
public func mpmeter_cancellation_cancel(_ pointer: OpaquePointer!) { borrow(pointer, as: Cancellation.self)?.cancel() }
