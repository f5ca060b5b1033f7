// Holds what a person is told to do when the cause of a failure is known exactly, and that an unknown cause keeps its
// status's own remedy.

@testable import MPMeterClient
import MPMeterCore
@testable import MPMeterSystem
@testable import MPMeterTransport
import Testing

@Suite("Remedies") struct RemedyTests {
    private static let host = URLParts(scheme: "https", host: "sts.eu-west-3.amazonaws.com", isIPv6: false)

    private func added(
        _ status: Status, _ reason: String, _ obstacle: TransportFailure.Obstacle = .unknown,
        to audience: Audience = .service
    ) -> String {
        let request = HTTPRequest(.GET, Self.host, headers: [], to: audience)
        return Remedy.added(
            to: MeterError(status, "It failed"), TransportFailure(.tls, reason, obstacle), request, "STS"
        ).fix
    }

    @Test(
        "TLS: by what of the certificate is wrong; a bundle that is none; else it is no proper TLS",
        arguments: [
            ("certificate has expired", TransportFailure.Obstacle.certificate(.dates), "clock"),
            ("no alternative certificate subject name matches target host name", .certificate(.name), "DNS"),
            ("error setting certificate file: /ca.pem", .unknown, "AWS_CA_BUNDLE"),
            ("OpenSSL/3.0.22: error:0A00010B:SSL routines::wrong version number", .unknown, "TLS 1.2"),
            ("OpenSSL/3.0.22: error:0A0000F4:SSL routines::unexpected message", .unknown, "TLS 1.2"),
            ("OpenSSL/3.0.22: error:0A000199:SSL routines::too many warn alerts", .unknown, "TLS 1.2"),
        ])
    func tls(_ reason: String, _ obstacle: TransportFailure.Obstacle, _ word: String) {
        let fix = added(.tls, reason, obstacle)
        #expect(fix.contains(word) && fix != Status.tls.fix.description)
    }

    @Test("TLS: for an issuer that is not trusted the status's own remedy stands")
    func issuer() {
        #expect(added(.tls, "self-signed certificate", .certificate(.issuer)) == Status.tls.fix.description)
    }

    @Test("the network: the node, if it is the node's own service")
    func network() {
        #expect(added(.network, "reset", to: .metadata).contains("node"))
        #expect(added(.network, "reset") == Status.network.fix.description)
        #expect(added(.deadline, "no answer in time").contains("STS does not answer"))
    }

    @Test(
        "a token's file: who may read it, who mounts it, what it is",
        arguments: [
            (FileFailure(isMissing: false, isForbidden: true, reason: "permission denied"), "fsGroup"),
            (FileFailure(isMissing: true, reason: "there is no such file"), "mounted"),
            (FileFailure(isMissing: false, reason: "it is a directory"), "by hand"),
        ])
    func tokenFile(_ failure: FileFailure, _ word: String) {
        #expect(Remedy.ofTokenFile(failure, .AWS_WEB_IDENTITY_TOKEN_FILE).contains(word))
    }
}
