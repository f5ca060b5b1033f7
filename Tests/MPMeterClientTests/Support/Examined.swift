// A scene as a diagnosis sees it. Every document has been searched for secrets, and has each check once, in order.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import Testing

extension Scene {
    func diagnosis(
        _ codes: [String] = [Scene.product], registering: Bool = false, metering: MeteringRequest? = nil,
        cancellation: Cancellation? = nil,
        at location: SourceLocation = #_sourceLocation
    ) throws -> Diagnosis {
        let request = DiagnosisRequest(
            productCodes: codes, isRegistering: registering, libraryVersion: "1.2.3", metering: metering)
        let found = try Diagnosis.make(request, options, Environment { environment[$0] }, on: machine, cancellation)
        let others = metering == nil ? CheckID.ofMetering : CheckID.ofRegistration
        #expect(found.checks.map(\.id) == CheckID.allCases.filter { !others.contains($0) }, sourceLocation: location)
        let json = try found.json(Jansson.self)
        for text in journal.lines + [json, "\(found)"] {
            #expect(
                !text.contains(Secrets.mark) && !text.contains(Secrets.podTokenPayload), "a secret is shown",
                sourceLocation: location)
        }
        let registrations = machine.exchanges.filter { $0.header("X-Amz-Target") != nil }.count
        #expect(
            registering || metering != nil || registrations == 0, "a registration was sent, and nobody asked",
            sourceLocation: location)
        return found
    }

    /// Makes the machine one on which this is process `id`.
    func runs(
        asProcess id: Int = 7, user: Int = 1000, under first: String = "tini", environ: String = "",
        ofFirst: String? = nil
    ) {
        machine.file(
            "/proc/self/status", .text("Name:\tproduct\nUmask:\t0022\nPid:\t\(id)\nPPid:\t1\nUid:\t\(user)\t0\t0\t0\n"))
        machine.file("/proc/1/status", .text("Name:\t\(first)\nPid:\t1\nPPid:\t0\n"))
        machine.file("/proc/self/environ", .text(environ))
        if let ofFirst { machine.file("/proc/1/environ", .text(ofFirst)) }
    }
}

extension Diagnosis {
    subscript(_ id: CheckID) -> Check { checks.first { $0.id == id }! }
    var failures: [CheckID] { checks.filter { $0.outcome == .fail }.map(\.id) }
    var warnings: [CheckID] { checks.filter { $0.outcome == .warn }.map(\.id) }
}
