// Decides how the certificates of a PEM file are read: in steps of a millisecond or so, between which deadline and
// cancellation are looked at and a fork() comes in. A bundle of 2 MiB holds thousands of them.

internal import COpenSSL
internal import MPMeterCore
internal import MPMeterSystem

final class Certificates {
    let list: OpaquePointer

    private init(takingOwnershipOf list: OpaquePointer) { self.list = list }

    /// Not inside `ForkGuard`.
    static func make() throws(TransportFailure) -> Certificates {
        guard let list = ForkGuard.inside({ COpenSSL_certificates_new() }) else { throw outOfMemory() }
        return Certificates(takingOwnershipOf: list)
    }

    deinit { COpenSSL_certificates_free(list) }

    /// Amazon's own, which are built in. Inside `ForkGuard`; false if memory runs out.
    func addAmazonRoots() -> Bool {
        guard let bio = BIO_new_mem_buf(AmazonRoots.pem.utf8Start, Int32(AmazonRoots.pem.utf8CodeUnitCount)) else {
            return false
        }
        defer { BIO_free(bio) }
        var count = 0
        while true {
            switch Int(COpenSSL_read_certificate(bio, list)) {
            case COpenSSL_one: count += 1
            case COpenSSL_end: return count > 0
            default: return false
            }
        }
    }

    /// Those of a file, of which there has to be one. `look` throws when it is time to stop.
    func add(_ path: String, _ look: () throws(TransportFailure) -> Void) throws(TransportFailure) {
        var reason: Int32 = 0
        guard let bundle = ForkGuard.inside({ COpenSSL_bundle_open(path, &reason) }) else {
            throw Self.cannotOpen(path, reason)
        }
        defer { ForkGuard.inside { COpenSSL_bundle_free(bundle) } }
        var count: Int32 = 0
        while true {
            try look()
            let last = Int(ForkGuard.inside { COpenSSL_bundle_step(bundle, list, &count) })
            switch last {
            case COpenSSL_one: continue
            case COpenSSL_end where count > 0: return
            case COpenSSL_no_memory: throw Self.outOfMemory()
            default:
                let flaw =
                    last == COpenSSL_end ? "it holds no certificate" : "certificate \(count + 1) in it cannot be read"
                throw TransportFailure(.tls, "error setting certificate file \(path.quotable()): \(flaw)")
            }
        }
    }

    private static func cannotOpen(_ path: String, _ reason: Int32) -> TransportFailure {
        switch reason {
        // It passes: another connection or file is closed, and then it can.
        case EMFILE, ENFILE: TransportFailure(.network, "no file descriptor is left to read \(path.quotable())")
        case ENOMEM: outOfMemory()
        default:
            TransportFailure(
                .tls, "error setting certificate file \(path.quotable()): it cannot be opened (error number \(reason))")
        }
    }

    private static func outOfMemory() -> TransportFailure {
        TransportFailure(.outOfMemory, "the certificates could not be kept")
    }
}
