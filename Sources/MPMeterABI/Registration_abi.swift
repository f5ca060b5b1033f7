// mpmeter_registration: what AWS accepted.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore
internal import MPMeterSystem

/// Any number of threads may read it.
final class RegistrationObject {
    let registration: Registration
    let productCode: CText
    let nonce: CText
    let signature: CText
    let publicKeyRotation: CText?
    let requestID: CText?
    let report: ReportText
    /// Made when it is first asked for, as it takes as long as half a verification. Guarded by `Monitor`.
    private var document: CText?

    init(_ registration: Registration) {
        self.registration = registration
        productCode = CText(registration.productCode)
        nonce = CText(registration.nonce)
        signature = CText(registration.signature)
        publicKeyRotation = CText.optional(registration.publicKeyRotation)
        requestID = CText.optional(registration.requestID)
        report = ReportText(registration.report)
    }

    /// nil without memory. Of two threads that ask at once, both get the document of one.
    var json: CText? {
        if let known = Monitor.locked({ document }) { return known }
        let made = CText.optional(NativePlatform.document(OutcomeJSON.members(of: registration)))
        return Monitor.locked {
            if document == nil { document = made }
            return document
        }
    }
}

private func object(_ pointer: OpaquePointer?) -> RegistrationObject? { borrow(pointer, as: RegistrationObject.self) }

@implementation @_cdecl("mpmeter_registration_free")
public func mpmeter_registration_free(_ pointer: OpaquePointer!) { release(pointer, as: RegistrationObject.self) }

@implementation @_cdecl("mpmeter_registration_product_code")
public func mpmeter_registration_product_code(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.productCode.pointer
}

@implementation @_cdecl("mpmeter_registration_product_kind")
public func mpmeter_registration_product_kind(_ pointer: OpaquePointer!) -> mpmeter_product_kind {
    (object(pointer)?.registration.productKind ?? .free).rawValue
}

@implementation @_cdecl("mpmeter_registration_public_key_version")
public func mpmeter_registration_public_key_version(_ pointer: OpaquePointer!) -> Int32 {
    object(pointer)?.registration.publicKeyVersion ?? 0
}

@implementation @_cdecl("mpmeter_registration_nonce")
public func mpmeter_registration_nonce(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.nonce.pointer
}

@implementation @_cdecl("mpmeter_registration_verified")
public func mpmeter_registration_verified(_ pointer: OpaquePointer!) -> Int32 {
    object(pointer)?.registration.isVerified ?? false ? 1 : 0
}

@implementation @_cdecl("mpmeter_registration_signature")
public func mpmeter_registration_signature(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.signature.pointer
}

@implementation @_cdecl("mpmeter_registration_public_key_rotation")
public func mpmeter_registration_public_key_rotation(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.publicKeyRotation?.pointer
}

@implementation @_cdecl("mpmeter_registration_issued_at")
public func mpmeter_registration_issued_at(_ pointer: OpaquePointer!) -> Int64 {
    object(pointer)?.registration.issuedAt?.seconds ?? 0
}

@implementation @_cdecl("mpmeter_registration_region")
public func mpmeter_registration_region(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.region?.pointer
}

@implementation @_cdecl("mpmeter_registration_region_source")
public func mpmeter_registration_region_source(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.regionSource?.pointer
}

@implementation @_cdecl("mpmeter_registration_credentials_source")
public func mpmeter_registration_credentials_source(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.credentialsSource?.pointer
}

@implementation @_cdecl("mpmeter_registration_platform")
public func mpmeter_registration_platform(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.report.platform?.pointer
}

@implementation @_cdecl("mpmeter_registration_request_id")
public func mpmeter_registration_request_id(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    object(pointer)?.requestID?.pointer
}

@implementation @_cdecl("mpmeter_registration_attempts")
public func mpmeter_registration_attempts(_ pointer: OpaquePointer!) -> Int32 { object(pointer)?.report.attempts ?? 0 }

@implementation @_cdecl("mpmeter_registration_elapsed_ms")
public func mpmeter_registration_elapsed_ms(_ pointer: OpaquePointer!) -> Int64 { object(pointer)?.report.elapsed ?? 0 }

@implementation @_cdecl("mpmeter_registration_json")
public func mpmeter_registration_json(_ pointer: OpaquePointer!) -> UnsafePointer<CChar>! {
    HostThread.held { object(pointer)?.json?.pointer }
}
