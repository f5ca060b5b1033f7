// mpmeter_meter: usage, from the vendor's program into the journal, and from there to AWS.

public import CMPMeter
internal import MPMeterClient
internal import MPMeterCore
internal import MPMeterSystem

typealias NativeMeter = Meter<NativePlatform>

/// The tags of two C arrays; nil for a NULL among them, for what is not UTF-8 and for a count without arrays.
private func tags(
    _ keys: UnsafePointer<UnsafePointer<CChar>?>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32
) -> [UsageTag]? {
    guard count > 0 else { return count == 0 ? [] : nil }
    guard let keys, let values, count <= 1000 else { return nil }
    var found: [UsageTag] = []
    for index in 0..<Int(count) {
        guard let key = text(keys[index]), let value = text(values[index]) else { return nil }
        found.append(UsageTag(key, value))
    }
    return found
}

private func unknownFlag(_ outError: UnsafeMutablePointer<OpaquePointer?>?) -> mpmeter_status {
    fail(MeterError(.invalidArgument, "flags has a bit that this release does not know"), outError)
}

@implementation @_cdecl("mpmeter_meter_open")
public func mpmeter_meter_open(
    _ client: OpaquePointer!, _ productCode: UnsafePointer<CChar>!, _ journal: UnsafePointer<CChar>!, _ flags: UInt32,
    _ out: UnsafeMutablePointer<OpaquePointer?>!, _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let client = borrow(client, as: NativeClient.self) else { return missing("client", outError) }
        guard let productCode = text(productCode) else { return missing("product_code", outError) }
        guard let journal = text(journal) else { return missing("journal", outError) }
        guard let out else { return missing("out_meter", outError) }
        let whole = UInt32(MPMETER_METER_WHOLE_UNITS)
        let hold = UInt32(MPMETER_METER_HOLD_LATE)
        guard flags & ~(whole | hold) == 0 else { return unknownFlag(outError) }
        var options = MeterOptions()
        options.isWhole = flags & whole != 0
        options.holdsLate = flags & hold != 0
        do throws(MeterError) {
            handOut(try NativeMeter.open(client, productCode: productCode, journal: journal, options), to: out)
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_meter_free")
public func mpmeter_meter_free(_ pointer: OpaquePointer!) {
    HostThread.held { release(pointer, as: NativeMeter.self) }
}

@implementation @_cdecl("mpmeter_meter_check")
public func mpmeter_meter_check(
    _ meter: OpaquePointer!, _ dimension: UnsafePointer<CChar>!, _ cancellation: OpaquePointer!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let meter = borrow(meter, as: NativeMeter.self) else { return missing("meter", outError) }
        let name = text(dimension)
        guard dimension == nil || name != nil else { return missing("dimension", outError) }
        do throws(Failure) {
            try meter.check(name, borrow(cancellation, as: Cancellation.self))
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_meter_add")
public func mpmeter_meter_add(
    _ meter: OpaquePointer!, _ dimension: UnsafePointer<CChar>!, _ quantity: UnsafePointer<CChar>!,
    _ tagKeys: UnsafePointer<UnsafePointer<CChar>?>!, _ tagValues: UnsafePointer<UnsafePointer<CChar>?>!,
    _ tagCount: Int32,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let meter = borrow(meter, as: NativeMeter.self) else { return missing("meter", outError) }
        guard let dimension = text(dimension) else { return missing("dimension", outError) }
        guard let quantity = text(quantity) else { return missing("quantity", outError) }
        guard let tags = tags(tagKeys, tagValues, tagCount) else { return missing("tag_keys or tag_values", outError) }
        do throws(MeterError) {
            try meter.add(dimension, quantity, tags)
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_meter_send")
public func mpmeter_meter_send(
    _ meter: OpaquePointer!, _ flags: UInt32, _ cancellation: OpaquePointer!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let meter = borrow(meter, as: NativeMeter.self) else { return missing("meter", outError) }
        let final = UInt32(MPMETER_SEND_FINAL)
        guard flags & ~final == 0 else { return unknownFlag(outError) }
        do throws(Failure) {
            try meter.send(isFinal: flags & final != 0, borrow(cancellation, as: Cancellation.self))
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_meter_next_due")
public func mpmeter_meter_next_due(
    _ meter: OpaquePointer!, _ out: UnsafeMutablePointer<Int64>!, _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let meter = borrow(meter, as: NativeMeter.self) else { return missing("meter", outError) }
        guard let out else { return missing("out_milliseconds", outError) }
        do throws(MeterError) {
            out.pointee = try meter.nextDue()
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_meter_report")
public func mpmeter_meter_report(
    _ meter: OpaquePointer!, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let meter = borrow(meter, as: NativeMeter.self) else { return missing("meter", outError) }
        guard let out else { return missing("out_json", outError) }
        do throws(MeterError) {
            out.pointee = CText.copy(try meter.report())
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_journal_report")
public func mpmeter_journal_report(
    _ journal: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!,
    _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let journal = text(journal) else { return missing("journal", outError) }
        guard let out else { return missing("out_json", outError) }
        do throws(MeterError) {
            _ = try NativePlatform()
            out.pointee = CText.copy(try UsageReport.json(path: journal, NativePlatform.JSON.self))
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}

@implementation @_cdecl("mpmeter_meter_usage")
public func mpmeter_meter_usage(
    _ client: OpaquePointer!, _ productCode: UnsafePointer<CChar>!, _ dimension: UnsafePointer<CChar>!,
    _ quantity: UnsafePointer<CChar>!,
    _ timestamp: Int64, _ clientToken: UnsafePointer<CChar>!, _ flags: UInt32, _ cancellation: OpaquePointer!,
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!, _ outError: UnsafeMutablePointer<OpaquePointer?>!
) -> mpmeter_status {
    HostThread.held {
        guard let client = borrow(client, as: NativeClient.self) else { return missing("client", outError) }
        guard let productCode = text(productCode) else { return missing("product_code", outError) }
        guard let dimension = text(dimension) else { return missing("dimension", outError) }
        guard let quantity = text(quantity) else { return missing("quantity", outError) }
        let token = text(clientToken)
        guard clientToken == nil || token != nil else { return missing("client_token", outError) }
        let dryRun = UInt32(MPMETER_USAGE_DRY_RUN)
        guard flags & ~dryRun == 0 else { return unknownFlag(outError) }
        let usage = SingleUsage(
            productCode: productCode, dimension: dimension, quantity: quantity, timestamp: timestamp,
            clientToken: token,
            isDryRun: flags & dryRun != 0)
        do throws(Failure) {
            let id = try client.meterUsage(usage, borrow(cancellation, as: Cancellation.self))
            if let out { out.pointee = id.map { CText.copy($0) } }
            return Status.ok.code
        } catch {
            return fail(error, outError)
        }
    }
}
