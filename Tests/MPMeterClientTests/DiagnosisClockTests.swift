// Holds when a clock is called wrong, and by whose word.

import MPMeterClient
import MPMeterCore
import MPMeterJSON
import MPMeterSystem
import MPMeterTransport
import Testing

@Suite("Diagnosis: the clock") struct DiagnosisClockTests {
    // AWS refuses a signature whose time is five minutes off, and a registration signs again: no failure.
    @Test(
        "the clock, by the Date of any answer",
        arguments: [
            (0, CheckOutcome.pass), (59, .pass), (60, .warn), (300, .warn), (301, .warn), (-301, .warn),
            (86400 * 400, .warn),
        ])
    func clock(_ offset: Int, _ outcome: CheckOutcome) throws {
        let scene = Scene.task()
        let date = Self.httpDate(FakeMachine.firstSecond + Int64(offset))
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/",
            Answers.error(404, "", [HTTPHeader("Date", date)]))
        let found = try scene.diagnosis()[.clock]
        #expect(
            found.outcome == outcome
                && (offset == 0 || outcome == .pass || found.seen.contains(offset > 0 ? "behind" : "ahead of")))
    }

    // RFC 9111 section 5.1: an answer out of a cache has the Date of its making.
    @Test("a Date that has been in a cache is no clock", arguments: ["Age", "Via", "X-Other"])
    func cachedDate(_ header: String) throws {
        let scene = Scene.task()
        let headers = [HTTPHeader("Date", Self.httpDate(FakeMachine.firstSecond - 9000)), HTTPHeader(header, "7")]
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404, "", headers))
        let isCached = header != "X-Other"
        #expect(try scene.diagnosis()[.clock].outcome == (isCached ? .skipped : .warn))
    }

    @Test(
        "a server whose time another contradicts is warned of; an agent of this host contradicts nobody",
        arguments: [
            (true, 9000, 0, CheckOutcome.warn, "AWS Marketplace Metering tells"), (true, 0, -9000, .warn, "STS tells"),
            (true, 9000, 8990, .warn, "STS"),
            (true, 3, 2, .pass, "STS"), (false, 9000, 0, .warn, "AWS Marketplace Metering"),
        ])
    func contradiction(_ isPod: Bool, _ metering: Int, _ other: Int, _ outcome: CheckOutcome, _ seen: String) throws {
        let scene = isPod ? Scene.pod() : Scene.task()
        func date(_ offset: Int) -> [HTTPHeader] {
            [HTTPHeader("Date", Self.httpDate(FakeMachine.firstSecond + Int64(offset)))]
        }
        scene.machine.on(
            "GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404, "", date(metering)))
        scene.machine.on(
            isPod ? Route.sts() : Route.taskCredentials,
            Answers.ok(isPod ? Answers.sts() : Answers.container(), date(other)))
        let found = try scene.diagnosis()[.clock]
        #expect(found.outcome == outcome && found.seen.contains(seen), "\(found)")
    }

    // It is STS that looks at it, by its own clock.
    @Test("a pod's token is judged by AWS's time", arguments: [(Int64(3600), CheckOutcome.pass), (-3600, .fail)])
    func tokenTime(_ left: Int64, _ outcome: CheckOutcome) throws {
        let scene = Scene.pod()
        let now = FakeMachine.firstSecond - 10800
        let date = [HTTPHeader("Date", Self.httpDate(now))]
        scene.machine.file("/token", .text(Secrets.podToken(expires: now + left)))
        scene.machine.on("GET https://metering.marketplace.eu-west-3.amazonaws.com/", Answers.error(404, "", date))
        scene.machine.on(Route.sts(), Answers.ok(Answers.sts(), date))
        let found = try scene.diagnosis()
        #expect(found[.roleToken].outcome == outcome && found[.clock].outcome == .warn, "\(found[.roleToken])")
        #expect(found.failures == (outcome == .fail ? [.roleToken] : []))
    }

    private static func httpDate(_ seconds: Int64) -> String {
        let basic = Array(Timestamp(seconds).basicFormat)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(String(basic[4...5])) ?? 1) - 1]
        return """
            Thu, \(String(basic[6...7])) \(month) \(String(basic[0...3])) \
            \(String(basic[9...10])):\(String(basic[11...12])):\(String(basic[13...14])) GMT
            """
    }
}
