// A whole registration on a machine of the input's making: the first section is the environment, and each further one
// the next answer of a server or the next file; "!" and a letter is a failure of the network.

import MPMeterClient
import MPMeterCore

func fuzz(_ input: [UInt8]) {
    let sections = input.sections
    let settings = sections[0].lines.compactMap { String(utf8: $0) }
    let environment = Environment { variable in
        let start = variable.rawValue + "="
        return settings.first { $0.startsWith(start) }.flatMap { String(utf8: $0.utf8.dropFirst(start.utf8.count)) }
    }
    var options = ClientOptions()
    options.publicKeys = [(1, samplePEM)]
    options.deadline = 120_000
    options.log = Log(from: .debug) { _, line in expect(isOneLine(line), "a line of the log is one") }
    guard let client = try? Client.make(options, environment, on: ScriptedMachine(sections.dropFirst())) else {
        return expect(false, "a client")
    }
    do throws(Failure) {
        let registration = try client.registerUsage(sampleProduct, nonce: sampleNonce, nil)
        expect(registration.isVerified && registration.report.region != nil, "a registration is verified")
        let proof = try? client.verify(
            registration.signature, productCode: sampleProduct, publicKeyVersion: 1, nonce: sampleNonce)
        expect(proof != nil, "a registration's proof can be verified again")
    } catch {
        check(error.error)
    }
}
