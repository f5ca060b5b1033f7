// A container in its surroundings: environment, options and machine. Every outcome that a scene hands out has been
// searched for secrets.

import MPMeterClient
import MPMeterCore
import MPMeterSystem
import Testing

/// "METHOD url" of what a container may ask.
enum Route {
    static func metering(_ region: String = "eu-west-3") -> String {
        "POST https://metering.marketplace.\(region).amazonaws.com/"
    }
    static func sts(_ region: String = "eu-west-3") -> String { "POST https://sts.\(region).amazonaws.com/" }
    static let taskCredentials = "GET http://169.254.170.2/v2/credentials/1"
    static let taskMetadata = "GET http://169.254.170.2/v4/1/task"
    static let podIdentity = "GET http://169.254.170.23/v1/credentials"
    static let instanceToken = "PUT http://169.254.169.254/latest/api/token"
    static let instanceRegion = "GET http://169.254.169.254/latest/meta-data/placement/region"
    static let instanceRoles = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/"
    static let instanceRole = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/node"
}

/// The log, line by line.
final class Journal: Sendable {
    private let entries = Guarded<[(level: LogLevel, line: String)]>([])
    func append(_ level: LogLevel, _ line: String) { entries.withLock { $0.append((level, line)) } }
    var lines: [String] { entries.withLock { $0.map(\.line) } }
    func lines(_ level: LogLevel) -> [String] { entries.withLock { $0.filter { $0.level == level }.map(\.line) } }
    var warnings: [String] { lines(.warning) }
}

struct Scene: Sendable {
    let machine: FakeMachine
    let journal = Journal()
    var environment: [Variable: String] = [:]
    var options = ClientOptions()
    static let product = "product-1"

    init(_ environment: [Variable: String] = [:], realClock: Bool = false) {
        machine = FakeMachine(realClock: realClock)
        self.environment = environment
        options.publicKeys = [(1, TestKey.rsa2048.publicPEM)]
        options.log = Log(from: .debug) { [journal] level, line in journal.append(level, line) }
    }

    /// The same surroundings on another machine, which has no answers yet.
    init(machine: FakeMachine, like scene: Scene) {
        self.machine = machine
        environment = scene.environment
        options = scene.options
        options.log = Log(from: .debug) { [journal] level, line in journal.append(level, line) }
    }

    /// An ECS task with a task role, in eu-west-3; AWS accepts.
    static func task(_ environment: [Variable: String] = [.AWS_REGION: "eu-west-3"], realClock: Bool = false) -> Scene {
        var scene = Scene(environment, realClock: realClock)
        scene.environment[.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = "/v2/credentials/1"
        scene.environment[.ECS_CONTAINER_METADATA_URI_V4] = "http://169.254.170.2/v4/1"
        scene.machine.on(Route.taskCredentials, Answers.ok(Answers.container()))
        scene.machine.on(Route.taskMetadata, Answers.ok(Answers.task("eu-west-3")))
        scene.machine.on(Route.metering(), Marketplace.accepts())
        return scene
    }

    /// An EKS pod with IRSA in eu-west-3; AWS accepts.
    static func pod(_ environment: [Variable: String] = [.AWS_REGION: "eu-west-3"]) -> Scene {
        var scene = Scene(environment)
        scene.environment[.AWS_ROLE_ARN] = "arn:aws:iam::111122223333:role/pod"
        scene.environment[.AWS_WEB_IDENTITY_TOKEN_FILE] = "/token"
        scene.machine.file("/token", .text(Secrets.podToken()))
        scene.machine.on(Route.sts(), Answers.ok(Answers.sts()))
        scene.machine.on(Route.metering(), Marketplace.accepts())
        return scene
    }

    /// An EC2 instance with a role, whose metadata speak version 2; AWS accepts.
    static func instance(_ environment: [Variable: String] = [:]) -> Scene {
        let scene = Scene(environment)
        scene.machine.on(Route.instanceToken, Answers.ok(Secrets.instanceToken))
        scene.machine.on(Route.instanceRegion, Answers.ok("eu-west-3"))
        scene.machine.on(Route.instanceRoles, Answers.ok("node"))
        scene.machine.on(Route.instanceRole, Answers.ok(Answers.instanceRole()))
        scene.machine.on(Route.metering(), Marketplace.accepts())
        return scene
    }

    /// A laptop with keys in the environment; AWS accepts.
    static func laptop() -> Scene {
        let scene = Scene([
            .AWS_REGION: "eu-west-3", .AWS_ACCESS_KEY_ID: "AKIALAPTOP", .AWS_SECRET_ACCESS_KEY: Secrets.secretKey,
        ])
        scene.machine.on(Route.metering(), Marketplace.accepts())
        return scene
    }

    func client() throws -> Client<FakeMachine> {
        try Client.make(options, Environment { environment[$0] }, on: machine)
    }

    /// A client that has not registered yet registers.
    func register(nonce: String? = nil, cancellation: Cancellation? = nil) throws -> Registration {
        try outcome(of: client(), nonce: nonce, cancellation: cancellation).get()
    }

    func failure(cancellation: Cancellation? = nil, at location: SourceLocation = #_sourceLocation) throws -> Failure {
        switch try outcome(of: client(), cancellation: cancellation) {
        case .failure(let failure): return failure
        case .success:
            return try #require(nil as Failure?, "it registered", sourceLocation: location)
        }
    }

    func outcome(
        of client: Client<FakeMachine>, _ product: String = Scene.product, nonce: String? = nil,
        cancellation: Cancellation? = nil
    ) -> Result<Registration, Failure> {
        let outcome: Result<Registration, Failure>
        do {
            outcome = .success(try client.registerUsage(product, nonce: nonce, cancellation))
        } catch {
            outcome = .failure(error)
        }
        expectNoSecret(in: outcome)
        return outcome
    }

    func region(_ cancellation: Cancellation? = nil) throws -> Report {
        let client = try client()
        let outcome: Result<Report, Failure>
        do { outcome = .success(try client.findRegion(cancellation)) } catch { outcome = .failure(error) }
        expectNoSecret(in: outcome)
        return try outcome.get()
    }

    func regionFailure(at location: SourceLocation = #_sourceLocation) throws -> Failure {
        do { _ = try region() } catch let failure as Failure { return failure }
        return try #require(nil as Failure?, "it found a Region", sourceLocation: location)
    }

    /// "Secrets … appear in no log, error or debug description", and go to nobody but those they are for.
    func expectNoSecret<T>(in outcome: Result<T, Failure>) {
        var shown = ""
        dump(outcome, to: &shown)
        debugPrint(outcome, to: &shown)
        print(outcome, to: &shown)
        for text in journal.lines + [shown] {
            #expect(!text.contains(Secrets.mark) && !text.contains(Secrets.podTokenPayload), "a secret is shown")
        }
        for exchange in machine.exchanges {
            let sent =
                exchange.request.headers.map(\.value).joined(separator: "\n") + exchange.request.url.text
                + exchange.body
            #expect(!sent.contains(Secrets.secretKey), "the secret key is sent to \(exchange.route)")
            let isMetering = exchange.header("X-Amz-Target") != nil
            #expect(
                isMetering || !sent.contains(Secrets.sessionToken), "the session token is sent to \(exchange.route)")
            let isLinkLocal =
                exchange.request.url.host.hasPrefix("169.254.") || exchange.request.url.host.hasPrefix("fd00:ec2:")
            #expect(!isLinkLocal || exchange.request.audience == .metadata, "\(exchange.route) may go through a proxy")
        }
    }
}

extension Scene {
    /// Registers on a thread of its own; `started` counts it just before it enters the library.
    func start(
        _ client: Client<FakeMachine>, _ cancellation: Cancellation? = nil, _ started: Counter = Counter(),
        product: String = Scene.product,
        nonce: String? = nil
    ) -> Worker<Result<Registration, Failure>> {
        Worker {
            started.add()
            return outcome(of: client, product, nonce: nonce, cancellation: cancellation)
        }
    }
}

extension Result where Failure == MPMeterClient.Failure {
    var status: Status {
        switch self {
        case .success: .ok
        case .failure(let failure): failure.error.status
        }
    }
}
