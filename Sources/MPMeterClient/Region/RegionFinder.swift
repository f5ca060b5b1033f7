// Decides in which Region the program runs: AWS_REGION, AWS_DEFAULT_REGION, the ECS task's ARN, the issuer of the EKS
// web-identity token, EC2 instance metadata. Metadata is asked only if the environment has no answer. There is no
// default.

internal import MPMeterCore

extension Call {
    func findRegion() throws(MeterError) -> Region {
        let region: Region
        if let configured = try environmentRegion() { region = configured } else { region = try platformRegion() }
        report.region = region
        log(.info, "the Region is \(region.name.text), from \(region.source.rawValue)")
        return region
    }

    func environmentRegion() throws(MeterError) -> Region? {
        var found: Region?
        for (variable, source) in [
            (Variable.AWS_REGION, RegionSource.AWS_REGION), (.AWS_DEFAULT_REGION, .AWS_DEFAULT_REGION),
        ] {
            guard let text = environment[variable] else { continue }
            guard let name = RegionName(text), !name.isPseudo else {
                if let found {
                    log(
                        .warning,
                        """
                        \(variable.rawValue) is not the name of an AWS Region; \(found.source.rawValue) says \
                        \(found.name.text) and is used
                        """
                    )
                    continue
                }
                if text.misplacedSecret == nil { _ = try environment.value(variable) }
                throw MeterError(
                    .regionNotFound,
                    """
                    \(variable.rawValue) is not the name of an AWS Region: \
                    \(text.showable(limit: 60))\(RegionName.whatElse(text))
                    """,
                    fix: "Unset \(variable.rawValue), so that the platform says which Region it is.")
            }
            if let first = found, first.name != name {
                log(
                    .warning,
                    "AWS_REGION says \(first.name.text) and AWS_DEFAULT_REGION says \(name.text); AWS_REGION is used")
            }
            found = found ?? Region(name, from: source)
        }
        if let found, let issuer = try? tokenRegion(), issuer != found.name {
            log(
                .warning,
                """
                \(found.source.rawValue) says \(found.name.text), but the EKS cluster that issued this pod's token is \
                in \(issuer.text)
                """
            )
        }
        return found
    }

    /// The source before what it said, once.
    static func told(_ source: String, _ text: String) -> String {
        text.startsWith(source) ? text : "\(source): \(text)"
    }

    private func platformRegion() throws(MeterError) -> Region {
        var tried: [String] = []
        var fix: String?
        var unreadable: MeterError?
        do {
            if let name = try region(from: .ecsTaskMetadata) { return Region(name, from: .ecsTaskMetadata) }
            tried.append("ECS task metadata: not configured")
        } catch {
            tried.append(Self.told("ECS task metadata", try passable(error, &fix)))
        }
        do {
            if let name = try region(from: .eksWebIdentityToken) { return Region(name, from: .eksWebIdentityToken) }
            tried.append("EKS web-identity token: none, or not issued by EKS")
        } catch {
            tried.append(Self.told("EKS web-identity token", try passable(error, &fix)))
            if error.status == .credentialsRejected { unreadable = error }
        }
        do {
            if let name = try region(from: .ec2InstanceMetadata) { return Region(name, from: .ec2InstanceMetadata) }
        } catch {
            tried.append(Self.told("EC2 instance metadata", try passable(error, &fix)))
        }
        // Whoever mends that has the Region, too.
        if let unreadable {
            throw MeterError(
                unreadable.status, "\(unreadable.message); so nothing says which AWS Region this is",
                fix: unreadable.fix)
        }
        throw MeterError(
            .regionNotFound,
            "Nothing says which AWS Region this is. AWS_REGION and AWS_DEFAULT_REGION: not set; "
                + tried.joined(separator: "; "), fix: fix)
    }

    /// What a source of the platform says; nil if there is none of the kind here. Each is asked once a call.
    func region(from source: RegionSource) throws(MeterError) -> RegionName? {
        if let known = regionAnswers.first(where: { $0.source == source }) { return try known.answer.get() }
        let answer: Result<RegionName?, MeterError>
        do throws(MeterError) {
            switch source {
            case .ecsTaskMetadata: answer = .success(try taskRegion())
            case .eksWebIdentityToken: answer = .success(try tokenRegion())
            case .ec2InstanceMetadata: answer = .success(try instanceRegion())
            case .AWS_REGION, .AWS_DEFAULT_REGION: answer = .success(nil)
            }
        } catch {
            answer = .failure(error)
        }
        regionAnswers.append((source, answer))
        return try answer.get()
    }

    /// The message of an error that leaves the next source to be asked. What is to be done about a setting that is
    /// written wrongly is the remedy for all of it.
    private func passable(_ error: MeterError, _ fix: inout String?) throws(MeterError) -> String {
        switch error.status {
        case .cancelled, .deadline, .outOfMemory: throw error
        case .invalidArgument, .regionNotFound: fix = fix ?? error.fix
        default: break
        }
        return error.message
    }

    /// What the task's metadata says of the task, its ARN alone; nil outside an ECS task.
    func taskMetadata() throws(MeterError) -> JSONValue? {
        guard let response = try taskAnswer() else { return nil }
        guard response.isSuccess, let arn = TaskMetadata.taskARN(in: response.body, P.JSON.self) else {
            throw MeterError(
                .badResponse, "ECS task metadata answered HTTP \(response.status) without a task's ARN",
                httpStatus: response.status)
        }
        return .object([("TaskARN", .string(arn))])
    }

    /// What the task's metadata says of the Region; nil outside an ECS task.
    func taskRegion() throws(MeterError) -> RegionName? {
        guard let response = try taskAnswer() else { return nil }
        if AgentReadiness.isMissing(response) { throw AgentReadiness.error(response, "ECS task metadata", P.JSON.self) }
        guard response.isSuccess, let name = TaskMetadata.region(in: response.body, P.JSON.self) else {
            throw MeterError(
                .badResponse, "it answered HTTP \(response.status) without a task's ARN", httpStatus: response.status)
        }
        return name
    }

    /// Why AWS says that the call went to the wrong Region, as far as the ECS task's own metadata tells.
    func explained(_ error: MeterError, wrongRegion region: Region) -> MeterError {
        var error = error
        error.message = error.sentence + " The call went to \(region.name.text), found by \(region.source.rawValue)"
        guard let task = (try? taskRegion()) ?? nil else { return error }
        error.message += "; the ECS task runs in \(task.text)"
        error.fix =
            task == region.name
            ? """
            The Region is right. Check whether AWS_ENDPOINT_URL_MARKETPLACE_METERING, AWS_ENDPOINT_URL or a proxy \
            leads to another Region.
            """
            : "Remove \(region.source.rawValue) from the task definition and the image, so that \(task.text) is used."
        return error
    }

    private func taskAnswer() throws(MeterError) -> HTTPResponse? {
        guard let text = try environment.value(.ECS_CONTAINER_METADATA_URI_V4) else { return nil }
        guard let base = P.URLs.parse(text), base.query == nil else {
            throw MeterError(
                .regionNotFound, "ECS_CONTAINER_METADATA_URI_V4 is not an http or https URL",
                fix: "Do not set ECS_CONTAINER_METADATA_URI_V4: the ECS agent sets it.")
        }
        return try metadata(
            TaskMetadata.request(base: base), "ECS task metadata", tries: 2, limit: TaskMetadata.limit)
    }

    /// What the issuer of the pod's token says; nil without a token, or with one of another issuer.
    private func tokenRegion() throws(MeterError) -> RegionName? {
        guard environment[.AWS_WEB_IDENTITY_TOKEN_FILE] != nil else { return nil }
        return TokenIssuer.region(ofToken: try webIdentityToken(), P.JSON.self, P.URLs.self)
    }

    private func instanceRegion() throws(MeterError) -> RegionName {
        let metadata = try openInstanceMetadata(within: 1000)
        let response = try metadata.get(InstanceMetadata.regionPath)
        guard let name = InstanceMetadata.region(in: response) else {
            throw MeterError(
                .badResponse, "it answered HTTP \(response.status) without a Region", httpStatus: response.status)
        }
        return name
    }
}
