// Holds the rules of a diagnosis that need no server: order, causes and consequences, deadline, secrets, and what is
// asked of whom.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import MPMeterTransport
import Testing

@Suite("Diagnosis: the course") struct DiagnosisCourseTests {
    static let healthy: [(String, @Sendable () -> Scene)] = [("a task", { Scene.task() }), ("a pod", { Scene.pod() })]

    @Test("what can register fails nothing, and is sent no registration", arguments: healthy)
    func health(_ what: String, _ make: @Sendable () -> Scene) throws {
        let scene = make()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis()
        #expect(found.failures == [] && found.status == .ok && found.firstFailure == nil)
        #expect(scene.machine.count(Route.metering()) == 0)
    }

    @Test("a registration is one, and only when asked for")
    func registering() throws {
        let scene = Scene.task()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis(registering: true)
        #expect(found[.registration].outcome == .pass && scene.machine.count(Route.metering()) == 1)
    }

    @Test("a registration needs exactly one product code", arguments: [[], ["a", "b"]])
    func codes(_ codes: [String]) throws {
        #expect(throws: MeterError.self) { try Scene.task().diagnosis(codes, registering: true) }
    }

    @Test(
        "nothing is registered after a failure that would end it",
        arguments: [
            (Variable.AWS_REGION, "eu-west-1", CheckID.regionEnvironment), (.AWS_REGION, "nowhere", .regionEnvironment),
            (.AWS_CA_BUNDLE, "/nonexistent", .caRoots),
        ])
    func pointless(_ variable: Variable, _ value: String, _ cause: CheckID) throws {
        var scene = Scene.task()
        scene.environment[variable] = value
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis(registering: true)
        #expect(found.failures == [cause] && found[.registration].outcome == .skipped)
        #expect(found[.registration].seen.contains("\"\(cause.title)\" failed"))
        #expect(scene.machine.exchanges.allSatisfy { $0.header("X-Amz-Target") == nil })
    }

    // "PlatformNotSupportedException on a laptop: the integration works".
    @Test("on a laptop the refusal to expect is a warning that says so")
    func laptop() throws {
        let scene = Scene.laptop()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        let found = try scene.diagnosis(registering: true)
        #expect(found.failures == [.staticKeys])
        #expect(found[.registration].outcome == .warn && found[.registration].seen.contains("the integration works"))
    }

    // A buyer owns the variables that say what platform this is.
    @Test("whatever AWS refuses is no OK, expected or not")
    func refused() throws {
        var scene = Scene.task()
        scene.environment[.ECS_CONTAINER_METADATA_URI_V4] = nil
        scene.environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = nil
        scene.environment[.AWS_CONTAINER_CREDENTIALS_FULL_URI] = "http://169.254.170.2/v2/credentials/1"
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        #expect(try scene.diagnosis(registering: true).status == .platformNotSupported)
    }

    @Test("a registration that was asked for and could not be sent is no OK")
    func unsent() throws {
        var scene = Scene.task()
        scene.options.publicKeys = []
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        let found = try scene.diagnosis(registering: true)
        #expect(found.status == .publicKey && found.failures == [] && found[.registration].outcome == .skipped)
    }

    @Test("the same refusal in a task is a failure")
    func task() throws {
        let scene = Scene.task()
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404))
        scene.machine.on(Route.metering(), Answers.refusal("PlatformNotSupportedException"))
        #expect(try scene.diagnosis(registering: true).failures == [.registration])
    }

    @Test(
        "it ends at the deadline; what was not looked at is skipped, because time is up",
        arguments: [1, 500, 3000, 9000])
    func deadline(_ milliseconds: Int64) throws {
        var scene = Scene.pod()
        scene.options.deadline = milliseconds
        for route in [Route.sts(), Route.instanceToken, "GET https://metering.marketplace.eu-west-3.amazonaws.com/"] {
            scene.machine.on(route, .silence)
        }
        let found = try scene.diagnosis()
        #expect(scene.machine.elapsed <= milliseconds + 10)
        #expect(
            found[.registration].outcome == .skipped
                && found[.registration].seen.contains("the time for the diagnosis, \(milliseconds) ms, is up"))
        #expect(found.status != .ok && (found.firstFailure != nil || found.status == .deadline))
        // Nothing is said to have failed that did not.
        for check in found.checks where check.outcome == .skipped && check.seen.contains("\" failed") {
            #expect(found.firstFailure != nil)
        }
    }

    @Test("with everybody silent it takes no minute, however long the deadline")
    func silence() throws {
        let scene = Scene.task([:])
        for route in [Route.taskMetadata, Route.taskCredentials, Route.instanceToken] {
            scene.machine.on(route, .silence)
        }
        let found = try scene.diagnosis()
        #expect(found.firstFailure?.id == .taskMetadata)
        #expect(scene.machine.elapsed < Diagnosis.longest)
    }

    @Test("cancelled, it answers nothing")
    func cancelled() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        do {
            _ = try Scene.task().diagnosis(cancellation: cancellation)
            Issue.record("it was made")
        } catch let error as MeterError {
            #expect(error.status == .cancelled)
        }
    }

    @Test("each source of the Region is asked once, though the finder asks again")
    func once() throws {
        let scene = Scene.task([:])
        scene.machine.on(Route.instanceToken, Answers.error(403))
        _ = try scene.diagnosis()
        #expect(scene.machine.count(Route.taskMetadata) == 1 && scene.machine.count(Route.instanceToken) == 1)
    }

    @Test("the document is one object with what the summary promises")
    func document() throws {
        let found = try Scene.laptop().diagnosis()
        let json = try #require(Jansson.parse(Array(try found.json(Jansson.self).utf8)))
        #expect(json.text("status") == "MPMETER_E_NETWORK" || json.text("status") == "MPMETER_E_PLATFORM_NOT_SUPPORTED")
        #expect(
            json.text("first_failure") == found.firstFailure?.id.rawValue && json.text("library_version") == "1.2.3")
        var ids: [String?] = []
        if case .array(let checks) = json["checks"] { ids = checks.map { $0.text("id") } }
        #expect(ids == CheckID.allCases.filter { !CheckID.ofMetering.contains($0) }.map(\.rawValue))
    }

    @Test("a text that AWS repeats is blanked before it is shown")
    func secrets() throws {
        let scene = Scene.pod()
        scene.machine.on(Route.sts(), Answers.stsError("AccessDenied", status: 403, message: Secrets.podToken()))
        let found = try scene.diagnosis()[CheckID.credentials]
        #expect(found.outcome == .fail && found.seen.contains("AccessDenied") && found.seen.contains("*****"))
    }
}
