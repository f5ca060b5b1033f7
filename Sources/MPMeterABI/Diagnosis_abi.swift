// mpmeter_diagnosis: why a registration would fail here, as one JSON document.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore
internal import MPMeterSystem

final class DiagnosisObject {
    let status: Status
    let json: CText

    init(_ status: Status, _ json: String) {
        self.status = status
        self.json = CText(json)
    }
}

private func object(_ pointer: OpaquePointer?) -> DiagnosisObject? { borrow(pointer, as: DiagnosisObject.self) }

/// The texts of the C array that is the argument `name`.
private func texts(_ name: StaticString, _ pointer: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32)
    throws(MeterError) -> [String]
{
    var found: [String] = []
    var flaw = count < 0 ? " has a negative count" : pointer == nil && count > 0 ? " is NULL" : ""
    let length = pointer == nil ? 0 : Int(max(count, 0))
    for element in UnsafeBufferPointer(start: pointer, count: length) {
        if let one = text(element) {
            found.append(one)
        } else if flaw.isEmpty {
            flaw = "[\(found.count)] is \(element == nil ? "NULL" : "not UTF-8")"
        }
    }
    guard flaw.isEmpty else { throw MeterError(.invalidArgument, "\(name)\(flaw)") }
    return found
}

private func diagnose(
    _ request: DiagnosisRequest, _ options: ClientOptions, _ cancellation: OpaquePointer?,
    _ out: UnsafeMutablePointer<OpaquePointer?>, _ outError: UnsafeMutablePointer<OpaquePointer?>?
) -> mpmeter_status {
    do throws(MeterError) {
        let found = try Diagnosis.make(
            request, options, ProcessEnvironment.snapshot(), on: NativePlatform(),
            borrow(cancellation, as: Cancellation.self))
        handOut(DiagnosisObject(found.status, try found.json(NativePlatform.JSON.self)), to: out)
        return Status.ok.code
    } catch {
        return fail(error, outError)
    }
}

@implementation @_cdecl("mpmeter_diagnose")
public func mpmeter_diagnose(
    _ options: OpaquePointer!, _ productCodes: UnsafePointer<UnsafePointer<CChar>?>!, _ productCodeCount: Int32,
    _ flags: UInt32,
    _ cancellation: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let options = borrow(options, as: OptionsObject.self)?.options else {
            return missing("options", outError)
        }
        guard let out else { return missing("out_diagnosis", outError) }
        let codes: [String]
        do throws(MeterError) { codes = try texts("product_codes", productCodes, productCodeCount) } catch {
            return fail(error, outError)
        }
        let register = UInt32(bitPattern: Int32(MPMETER_DIAGNOSE_REGISTER))
        guard flags & ~register == 0 else {
            return fail(MeterError(.invalidArgument, "flags has a bit that this release does not know"), outError)
        }
        let request = DiagnosisRequest(
            productCodes: codes, isRegistering: flags & register != 0, libraryVersion: "\(versionText)")
        return diagnose(request, options, cancellation, out, outError)
    }
}

@implementation @_cdecl("mpmeter_diagnose_metering")
public func mpmeter_diagnose_metering(
    _ options: OpaquePointer!, _ productCode: UnsafePointer<CChar>!, _ journal: UnsafePointer<CChar>!,
    _ dimensions: UnsafePointer<UnsafePointer<CChar>?>!, _ dimensionCount: Int32, _ flags: UInt32,
    _ cancellation: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let options = borrow(options, as: OptionsObject.self)?.options else {
            return missing("options", outError)
        }
        guard let out else { return missing("out_diagnosis", outError) }
        let code = text(productCode)
        guard productCode == nil || code != nil else { return missing("product_code", outError) }
        let path = text(journal)
        guard journal == nil || path != nil else { return missing("journal", outError) }
        let names: [String]
        do throws(MeterError) { names = try texts("dimensions", dimensions, dimensionCount) } catch {
            return fail(error, outError)
        }
        guard flags == 0 else {
            return fail(MeterError(.invalidArgument, "flags has a bit that this release does not know"), outError)
        }
        let request = DiagnosisRequest(
            productCodes: code.map { [$0] } ?? [], isRegistering: false, libraryVersion: "\(versionText)",
            metering: MeteringRequest(journal: path, dimensions: names))
        return diagnose(request, options, cancellation, out, outError)
    }
}

@implementation @_cdecl("mpmeter_diagnosis_free")
public func mpmeter_diagnosis_free(_ pointer: OpaquePointer!) { release(pointer, as: DiagnosisObject.self) }

@implementation @_cdecl("mpmeter_diagnosis_status")
public func mpmeter_diagnosis_status(_ pointer: OpaquePointer!) -> mpmeter_status {
    (object(pointer)?.status ?? .invalidArgument).code
}

@implementation @_cdecl("mpmeter_diagnosis_json")
public func mpmeter_diagnosis_json(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! { object(pointer)?.json.pointer }
