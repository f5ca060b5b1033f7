// mpmeter_region and mpmeter_endpoint: where the program runs, and where RegisterUsage is served there.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore
internal import MPMeterSystem

final class RegionObject {
    let report: ReportText
    let isSupported: Bool

    init(_ report: Report) {
        self.report = ReportText(report)
        isSupported = report.region?.name.offersRegisterUsage ?? false
    }
}

private func object(_ pointer: OpaquePointer?) -> RegionObject? { borrow(pointer, as: RegionObject.self) }

@implementation @_cdecl("mpmeter_region_find")
public func mpmeter_region_find(
    _ client: OpaquePointer!, _ cancellation: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let client = borrow(client, as: NativeClient.self) else { return missing("client", outError) }
        guard let out else { return missing("out_region", outError) }
        do throws(Failure) {
            handOut(RegionObject(try client.findRegion(borrow(cancellation, as: Cancellation.self))), to: out)
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_region_free")
public func mpmeter_region_free(_ pointer: OpaquePointer!) { release(pointer, as: RegionObject.self) }

@implementation @_cdecl("mpmeter_region_name")
public func mpmeter_region_name(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.region?.pointer
}

@implementation @_cdecl("mpmeter_region_source")
public func mpmeter_region_source(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.regionSource?.pointer
}

@implementation @_cdecl("mpmeter_region_platform")
public func mpmeter_region_platform(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.platform?.pointer
}

@implementation @_cdecl("mpmeter_region_supported")
public func mpmeter_region_supported(_ pointer: OpaquePointer!) -> Int32 {
    object(pointer)?.isSupported ?? false ? 1 : 0
}

@implementation @_cdecl("mpmeter_endpoint")
public func mpmeter_endpoint(
    _ region: UnsafePointer<CChar>!, _ kinds: UInt32, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> mpmeter_status {
    let kinds = EndpointKinds(rawValue: kinds)
    guard let out, let name = text(region).flatMap({ RegionName($0) }), kinds.isSubset(of: [.fips, .dualStack]) else {
        return Status.invalidArgument.code
    }
    let url = Endpoint.metering(in: name, kinds)
    out.pointee = CText.copy(url.scheme + "://" + url.authority)
    return Status.ok.code
}
