// Holds what the doctor says of the place that the program runs in: its token file, its process, its cluster.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import MPMeterTransport
import Testing

@Suite("Diagnosis: process, platform, token file") struct DiagnosisPlaceTests {
    // amazon-eks-pod-identity-webhook#8.
    @Test("an unreadable token names the user that cannot read it, and fsGroup")
    func unreadableToken() throws {
        let scene = Scene.pod()
        scene.runs(user: 1000)
        scene.machine.file("/token", .unreadable("permission denied"))
        let found = try scene.diagnosis()[.roleToken]
        #expect(
            found.outcome == .fail && found.seen.contains("/token") && found.seen.contains("user 1000")
                && found.advice.contains("fsGroup"))
    }

    @Test(
        "who calls",
        arguments: [
            (1, "product", CheckOutcome.pass), (7, "tini", .pass), (7, "sh", .warn), (7, "bash", .warn),
            (7, "bashful", .pass),
        ])
    func process(_ id: Int, _ first: String, _ outcome: CheckOutcome) throws {
        let scene = Scene.task()
        scene.runs(asProcess: id, under: first)
        let found = try scene.diagnosis()[.process]
        #expect(found.outcome == outcome && found.seen.contains("process \(id), \"product\", of user 1000"))
        #expect(
            outcome != .warn
                || found.seen.contains("process 1 is the shell \"\(first)\"") && found.advice.contains("ENTRYPOINT"))
    }

    @Test("without /proc nothing is said of the caller")
    func noProc() throws { #expect(try Scene.task().diagnosis()[.process].outcome == .skipped) }

    @Test(
        "an environment that was lost on the way is named, where a role is missing",
        arguments: [
            Variable.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, .AWS_CONTAINER_CREDENTIALS_FULL_URI,
            .AWS_WEB_IDENTITY_TOKEN_FILE,
        ])
    func lostEnvironment(_ variable: Variable) throws {
        let scene = Scene([.AWS_REGION: "eu-west-3"])
        scene.runs(ofFirst: "PATH=/bin\0\(variable.rawValue)=\(Secrets.authorization)\0")
        let found = try scene.diagnosis()
        #expect(found[.platform].outcome == .warn && found[.platform].seen.contains(variable.rawValue))
        #expect(found[.role].outcome == .fail && found[.role].advice.contains("sudo"))
    }

    // "a cluster before Kubernetes 1.13"; a provider's build writes "29+".
    @Test(
        "the cluster's version",
        arguments: [
            (#"{"major":"1","minor":"12+","gitVersion":"v1.12.10"}"#, CheckOutcome.fail),
            (#"{"major":"1","minor":"13"}"#, .pass),
            (#"{"major":"1","minor":"29+","gitVersion":"v1.29.1-eks"}"#, .pass), (#"{"major":"2","minor":"0"}"#, .pass),
            (#"{"major":"0","minor":"99"}"#, .fail),
            (#"{"major":1,"minor":29}"#, .skipped), ("{}", .skipped), ("<html>", .skipped),
            (#"{"major":"x","minor":"y"}"#, .skipped),
        ])
    func kubernetes(_ answer: String, _ outcome: CheckOutcome) throws {
        var scene = Scene.pod()
        scene.environment[.KUBERNETES_SERVICE_HOST] = "10.100.0.1"
        scene.machine.file("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", .text("-----BEGIN CERTIFICATE-----"))
        scene.machine.on("GET https://10.100.0.1:443/version", Answers.ok(answer))
        scene.machine.on("GET https://10.100.0.1/version", Answers.ok(answer))
        #expect(try scene.diagnosis()[.kubernetes].outcome == outcome)
        let asked = try #require(scene.machine.exchanges.first { $0.route.hasSuffix("/version") })
        #expect(
            asked.settings.roots == .bundle("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
                && asked.request.audience == .metadata)
        #expect(asked.header("Authorization") == nil)
    }
}
