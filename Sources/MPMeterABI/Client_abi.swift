// mpmeter_client, and the two calls that it is for: mpmeter_register_usage and mpmeter_verify.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore
internal import MPMeterSystem

/// The client of the shipped library.
typealias NativeClient = Client<NativePlatform>

@implementation @_cdecl("mpmeter_client_new")
public func mpmeter_client_new(
    _ options: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let options = borrow(options, as: OptionsObject.self) else { return missing("options", outError) }
        guard let out else { return missing("out_client", outError) }
        do throws(MeterError) {
            handOut(
                try NativeClient.make(options.options, ProcessEnvironment.snapshot(), on: NativePlatform()), to: out)
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_client_free")
public func mpmeter_client_free(_ pointer: OpaquePointer!) { release(pointer, as: NativeClient.self) }

@implementation @_cdecl("mpmeter_register_usage")
public func mpmeter_register_usage(
    _ client: OpaquePointer!, _ productCode: UnsafePointer<CChar>!, _ nonce: UnsafePointer<CChar>!,
    _ cancellation: OpaquePointer!,
    _ out: UnsafeMutablePointer<OpaquePointer?>!, _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let client = borrow(client, as: NativeClient.self) else { return missing("client", outError) }
        guard let code = text(productCode) else { return unusable(productCode, "product_code", outError) }
        let chosenNonce = text(nonce)
        guard nonce == nil || chosenNonce != nil else { return unusable(nonce, "nonce", outError) }
        return register(client, code, chosenNonce, borrow(cancellation, as: Cancellation.self), out, outError)
    }
}

@implementation @_cdecl("mpmeter_register_product")
public func mpmeter_register_product(
    _ productCode: UnsafePointer<CChar>!, _ publicKeyVersion: Int32, _ publicKey: UnsafePointer<CChar>!,
    _ deadline: Int64,
    _ out: UnsafeMutablePointer<OpaquePointer?>!, _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let code = text(productCode) else { return unusable(productCode, "product_code", outError) }
        guard let key = text(publicKey) else { return unusable(publicKey, "public_key_pem", outError) }
        let options = OptionsObject()
        guard options.addPublicKey(publicKeyVersion, key) else {
            return fail(MeterError(.invalidArgument, "public_key_version is not 1 or more"), outError)
        }
        guard deadline == 0 || options.setDeadline(deadline) else {
            return fail(MeterError(.invalidArgument, "deadline_ms is negative, or more than a day"), outError)
        }
        do throws(MeterError) {
            let client = try NativeClient.make(options.options, ProcessEnvironment.snapshot(), on: NativePlatform())
            return register(client, code, nil, nil, out, outError)
        } catch {
            return fail(error, outError)
        }
    }
}

private func register(
    _ client: NativeClient, _ productCode: String, _ nonce: String?, _ cancellation: Cancellation?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ outError: UnsafeMutablePointer<OpaquePointer?>?
) -> mpmeter_status {
    do {
        let registration = try client.registerUsage(productCode, nonce: nonce, cancellation)
        if let out { handOut(RegistrationObject(registration), to: out) }
        return Status.ok.code
    } catch {
        return fail(error, outError)
    }
}

@implementation @_cdecl("mpmeter_verify")
public func mpmeter_verify(
    _ client: OpaquePointer!, _ token: UnsafePointer<CChar>!, _ productCode: UnsafePointer<CChar>!,
    _ publicKeyVersion: Int32,
    _ nonce: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<OpaquePointer?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let client = borrow(client, as: NativeClient.self) else { return missing("client", outError) }
        guard let jwt = text(token) else { return unusable(token, "token", outError) }
        guard let code = text(productCode) else { return unusable(productCode, "product_code", outError) }
        guard let sent = text(nonce) else { return unusable(nonce, "nonce", outError) }
        guard publicKeyVersion >= 0 else {
            return fail(MeterError(.invalidArgument, "public_key_version is negative"), outError)
        }
        do throws(Failure) {
            let version = publicKeyVersion == 0 ? nil : publicKeyVersion
            let registration = try client.verify(jwt, productCode: code, publicKeyVersion: version, nonce: sent)
            if let out { handOut(RegistrationObject(registration), to: out) }
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}
