// mpmeter_options: what a vendor may choose. Each setter checks its range at once; public keys are read when a client
// is made.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore
internal import MPMeterSystem

final class OptionsObject {
    var options = ClientOptions()

    init() { options.userAgent = "libmpmeter/\(versionText)" }

    /// Whether it was one to add.
    func addPublicKey(_ version: Int32, _ key: String) -> Bool {
        guard version >= 1, !options.publicKeys.contains(where: { $0.version == version }) else { return false }
        options.publicKeys.append((version, key))
        return true
    }

    /// Whether it was one to set.
    func setDeadline(_ milliseconds: Int64) -> Bool {
        guard milliseconds >= 1, milliseconds <= ClientOptions.longestDeadline else { return false }
        options.deadline = milliseconds
        return true
    }
}

/// Changes the options behind `pointer`; INVALID_ARGUMENT for NULL, or if `change` answers false.
private func change(_ pointer: OpaquePointer?, _ change: (inout ClientOptions) -> Bool) -> mpmeter_status {
    guard let object = borrow(pointer, as: OptionsObject.self), change(&object.options) else {
        return Status.invalidArgument.code
    }
    return Status.ok.code
}

@implementation @_cdecl("mpmeter_options_new")
public func mpmeter_options_new(_ out: UnsafeMutablePointer<OpaquePointer?>!) -> mpmeter_status {
    guard let out else { return Status.invalidArgument.code }
    handOut(OptionsObject(), to: out)
    return Status.ok.code
}

@implementation @_cdecl("mpmeter_options_free")
public func mpmeter_options_free(_ pointer: OpaquePointer!) { release(pointer, as: OptionsObject.self) }

@implementation @_cdecl("mpmeter_options_add_public_key")
public func mpmeter_options_add_public_key(_ pointer: OpaquePointer!, _ version: Int32, _ pem: UnsafePointer<CChar>!)
    -> mpmeter_status
{
    guard let object = borrow(pointer, as: OptionsObject.self), let key = text(pem), object.addPublicKey(version, key)
    else {
        return Status.invalidArgument.code
    }
    return Status.ok.code
}

@implementation @_cdecl("mpmeter_options_set_minimum_key_bits")
public func mpmeter_options_set_minimum_key_bits(_ pointer: OpaquePointer!, _ bits: Int32) -> mpmeter_status {
    change(pointer) { options in
        guard ClientOptions.keyBits.contains(Int(bits)) else { return false }
        options.minimumKeyBits = Int(bits)
        return true
    }
}

@implementation @_cdecl("mpmeter_options_trust_product")
public func mpmeter_options_trust_product(
    _ pointer: OpaquePointer!, _ productCode: UnsafePointer<CChar>!, _ kind: mpmeter_product_kind
) -> mpmeter_status {
    change(pointer) { options in
        guard let code = text(productCode), let kind = ProductKind(rawValue: kind) else { return false }
        return (try? options.products.add(code, kind)) != nil
    }
}

@implementation @_cdecl("mpmeter_options_accept_free_products")
public func mpmeter_options_accept_free_products(_ pointer: OpaquePointer!, _ accept: Int32) -> mpmeter_status {
    change(pointer) { options in
        options.products.acceptsFree = accept != 0
        return true
    }
}

@implementation @_cdecl("mpmeter_options_set_unverified")
public func mpmeter_options_set_unverified(_ pointer: OpaquePointer!, _ publicKeyVersion: Int32) -> mpmeter_status {
    change(pointer) { options in
        guard publicKeyVersion >= 1 else { return false }
        options.unverifiedKeyVersion = publicKeyVersion
        return true
    }
}

@implementation @_cdecl("mpmeter_options_set_deadline_ms")
public func mpmeter_options_set_deadline_ms(_ pointer: OpaquePointer!, _ milliseconds: Int64) -> mpmeter_status {
    guard let object = borrow(pointer, as: OptionsObject.self), object.setDeadline(milliseconds) else {
        return Status.invalidArgument.code
    }
    return Status.ok.code
}

@implementation @_cdecl("mpmeter_options_set_region_policy")
public func mpmeter_options_set_region_policy(_ pointer: OpaquePointer!, _ policy: mpmeter_region_policy)
    -> mpmeter_status
{
    change(pointer) { options in
        guard let policy = RegionPolicy(rawValue: policy) else { return false }
        options.regionPolicy = policy
        return true
    }
}

@implementation @_cdecl("mpmeter_options_set_app_id")
public func mpmeter_options_set_app_id(_ pointer: OpaquePointer!, _ appID: UnsafePointer<CChar>!) -> mpmeter_status {
    change(pointer) { options in
        guard let id = text(appID), AppID.isValid(id) else { return false }
        options.appID = id
        return true
    }
}

/// The vendor's promise, by the header: `context` may be used on any thread.
private struct Listener: @unchecked Sendable {
    let call: mpmeter_log_fn
    let context: UnsafeMutableRawPointer?
}

@implementation @_cdecl("mpmeter_options_set_log")
public func mpmeter_options_set_log(
    _ pointer: OpaquePointer!, _ log: mpmeter_log_fn!, _ context: UnsafeMutableRawPointer!, _ level: mpmeter_log_level
) -> mpmeter_status {
    change(pointer) { options in
        guard let level = LogLevel(rawValue: level) else { return false }
        guard let log else {
            options.log = Log()
            return true
        }
        let listener = Listener(call: log, context: context)
        options.log = Log(from: level) { level, line in
            let line = CText(line)
            HostThread.lent { listener.call(listener.context, level.rawValue, line.pointer) }
        }
        return true
    }
}
