// The table of statuses: mpmeter_status_… and mpmeter_action_name.

public import CMPMeter
internal import MPMeterCore

@implementation @_cdecl("mpmeter_status_name")
public func mpmeter_status_name(_ status: mpmeter_status) -> UnsafePointer<CChar>! {
    constant(Status(rawValue: status)?.name ?? "MPMETER_E_UNKNOWN")
}

@implementation @_cdecl("mpmeter_status_action")
public func mpmeter_status_action(_ status: mpmeter_status) -> mpmeter_action {
    (Status(rawValue: status)?.action ?? .terminate).rawValue
}

@implementation @_cdecl("mpmeter_status_message")
public func mpmeter_status_message(_ status: mpmeter_status) -> UnsafePointer<CChar>! {
    constant(Status(rawValue: status)?.message ?? "This number is no status of this release.")
}

@implementation @_cdecl("mpmeter_status_fix")
public func mpmeter_status_fix(_ status: mpmeter_status) -> UnsafePointer<CChar>! {
    constant(Status(rawValue: status)?.fix ?? "Use a release of the library that knows it.")
}

@implementation @_cdecl("mpmeter_status_count")
public func mpmeter_status_count() -> Int32 { Int32(Status.allCases.count) }

@implementation @_cdecl("mpmeter_status_at")
public func mpmeter_status_at(_ index: Int32) -> mpmeter_status {
    let all = Status.allCases
    return all.indices.contains(Int(index)) ? all[Int(index)].code : Status.internal.code
}

@implementation @_cdecl("mpmeter_action_name")
public func mpmeter_action_name(_ action: mpmeter_action) -> UnsafePointer<CChar>! {
    constant((Action(rawValue: action) ?? .terminate).name)
}
