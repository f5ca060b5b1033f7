// The version of the library: mpmeter_version…. The numbers are the header's own, so that the two cannot differ.

internal import CMPMeter

@implementation @_cdecl("mpmeter_version")
public func mpmeter_version() -> UnsafePointer<CChar>! { constant(versionText) }

@implementation @_cdecl("mpmeter_version_number")
public func mpmeter_version_number() -> UInt32 { UInt32(MPMETER_VERSION_NUMBER) }

/// Tests/CABI compares it with MPMETER_VERSION.
let versionText: StaticString = "0.1.0"
