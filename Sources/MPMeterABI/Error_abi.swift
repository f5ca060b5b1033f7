// mpmeter_error: why a call failed.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore

final class ErrorObject {
    let status: Status
    let message: CText
    let fix: CText
    let httpStatus: Int32
    let awsType: CText?
    let requestID: CText?
    let report: ReportText
    let json: CText
    let line: CText

    init(_ error: MeterError, _ report: Report) {
        status = error.status
        message = CText(error.message)
        fix = CText(error.fix)
        httpStatus = Int32(clamping: error.httpStatus)
        awsType = CText.optional(error.awsType)
        requestID = CText.optional(error.requestID)
        self.report = ReportText(report)
        json = CText(NativePlatform.earlyDocument(OutcomeJSON.members(of: error, report)) ?? plainJSON(error.status))
        line = CText(ErrorLine.text(error, report))
    }
}

/// Tells the caller of a failure: the error object if one was asked for, and the status.
func fail(_ failure: Failure, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> mpmeter_status {
    if let out { handOut(ErrorObject(failure.error, failure.report), to: out) }
    return failure.error.status.code
}

func fail(_ error: MeterError, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> mpmeter_status {
    if let out { handOut(ErrorObject(error, Report()), to: out) }
    return error.status.code
}

/// A required argument that is NULL.
func missing(_ argument: StaticString, _ out: UnsafeMutablePointer<OpaquePointer?>? = nil) -> mpmeter_status {
    fail(MeterError(.invalidArgument, "\(argument) is NULL"), out)
}

/// A required text that is not one: NULL, or not UTF-8.
func unusable(
    _ given: UnsafePointer<CChar>?, _ argument: StaticString, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> mpmeter_status {
    fail(MeterError(.invalidArgument, "\(argument) is \(given == nil ? "NULL" : "not UTF-8")"), out)
}

/// What is said where there is no memory for more. A status's own texts hold nothing that JSON would escape.
private func plainJSON(_ status: Status) -> String {
    "{\"status\": \"\(status.name)\", \"code\": \(status.rawValue), \"action\": \"\(status.action.name)\", "
        + "\"message\": \"\(status.message)\", \"fix\": \"\(status.fix)\"}"
}

private func error(_ pointer: OpaquePointer?) -> ErrorObject? { borrow(pointer, as: ErrorObject.self) }

@implementation @_cdecl("mpmeter_error_free")
public func mpmeter_error_free(_ pointer: OpaquePointer!) { release(pointer, as: ErrorObject.self) }

@implementation @_cdecl("mpmeter_error_status")
public func mpmeter_error_status(_ pointer: OpaquePointer!) -> mpmeter_status {
    (error(pointer)?.status ?? .invalidArgument).code
}

@implementation @_cdecl("mpmeter_error_message")
public func mpmeter_error_message(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.message.pointer
}

@implementation @_cdecl("mpmeter_error_fix")
public func mpmeter_error_fix(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! { error(pointer)?.fix.pointer }

@implementation @_cdecl("mpmeter_error_http_status")
public func mpmeter_error_http_status(_ pointer: OpaquePointer!) -> Int32 { error(pointer)?.httpStatus ?? 0 }

@implementation @_cdecl("mpmeter_error_aws_type")
public func mpmeter_error_aws_type(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.awsType?.pointer
}

@implementation @_cdecl("mpmeter_error_request_id")
public func mpmeter_error_request_id(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.requestID?.pointer
}

@implementation @_cdecl("mpmeter_error_region")
public func mpmeter_error_region(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.report.region?.pointer
}

@implementation @_cdecl("mpmeter_error_region_source")
public func mpmeter_error_region_source(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.report.regionSource?.pointer
}

@implementation @_cdecl("mpmeter_error_credentials_source")
public func mpmeter_error_credentials_source(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.report.credentialsSource?.pointer
}

@implementation @_cdecl("mpmeter_error_platform")
public func mpmeter_error_platform(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    error(pointer)?.report.platform?.pointer
}

@implementation @_cdecl("mpmeter_error_attempts")
public func mpmeter_error_attempts(_ pointer: OpaquePointer!) -> Int32 { error(pointer)?.report.attempts ?? 0 }

@implementation @_cdecl("mpmeter_error_elapsed_ms")
public func mpmeter_error_elapsed_ms(_ pointer: OpaquePointer!) -> Int64 { error(pointer)?.report.elapsed ?? 0 }

@implementation @_cdecl("mpmeter_error_json")
public func mpmeter_error_json(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! { error(pointer)?.json.pointer }

@implementation @_cdecl("mpmeter_error_text")
public func mpmeter_error_text(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! { error(pointer)?.line.pointer }
