// Holds what a person is told to do when the cause of a failure is known exactly, and that an unknown cause keeps its status's own remedy.

@testable import MPMeterClient
import MPMeterCore
@testable import MPMeterSystem
@testable import MPMeterTransport
import Testing

@Suite("Remedies") struct RemedyTests {
    private static let host = URLParts(scheme: "https", host: "sts.eu-west-3.amazonaws.com", isIPv6: false)

    private func added(_ status: Status, _ reason: String, to audience: Audience = .service) -> String {
        let request = HTTPRequest(.GET, Self.host, headers: [], to: audience)
        return Remedy.added(to: MeterError(status, "It failed"), TransportFailure(.tls, reason), request, "STS").fix
    }

    // The words of libcurl 7.88 and OpenSSL 3.0, as the sandbox's faults make them say them.
    @Test("TLS: by what libcurl and OpenSSL say", arguments: [
        ("SSL certificate problem: certificate has expired", "clock"),
        ("SSL certificate problem: certificate is not yet valid", "clock"),
        ("SSL: no alternative certificate subject name matches target host name 'sts.eu-west-3.amazonaws.com'", "DNS"),
        ("error setting certificate file: /ca.pem", "AWS_CA_BUNDLE"),
        ("OpenSSL/3.0.22: error:0A00010B:SSL routines::wrong version number", "TLS 1.2"),
        ("OpenSSL/3.0.22: error:0A00042E:SSL routines::tlsv1 alert protocol version", "TLS 1.2"),
    ])
    func tls(_ reason: String, _ word: String) {
        let fix = added(.tls, reason)
        #expect(fix.contains(word) && fix != Status.tls.fix.description)
    }

    @Test("TLS: an issuer that is not trusted, and what is not known", arguments: [
        "SSL certificate problem: unable to get local issuer certificate", "SSL certificate problem: self-signed certificate", "something new", "",
    ])
    func unknown(_ reason: String) { #expect(added(.tls, reason) == Status.tls.fix.description) }

    @Test("the network: the node, if it is the node's own service")
    func network() {
        #expect(added(.network, "reset", to: .metadata).contains("node"))
        #expect(added(.network, "reset") == Status.network.fix.description)
        #expect(added(.deadline, "no answer in time").contains("STS does not answer"))
    }

    @Test("a token's file: who may read it, who mounts it, what it is", arguments: [
        (FileFailure(isMissing: false, isForbidden: true, reason: "permission denied"), "fsGroup"),
        (FileFailure(isMissing: true, reason: "there is no such file"), "mounted"),
        (FileFailure(isMissing: false, reason: "it is a directory"), "by hand"),
    ])
    func tokenFile(_ failure: FileFailure, _ word: String) {
        #expect(Remedy.ofTokenFile(failure, .AWS_WEB_IDENTITY_TOKEN_FILE).contains(word))
    }
}
