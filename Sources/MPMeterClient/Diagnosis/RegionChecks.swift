// Decides what is said of the Region: what each source answers, who is right where they disagree, and whether
// RegisterUsage is offered there.

internal import MPMeterCore
internal import MPMeterTransport

extension Examination {
    func examineRegion() throws(MeterError) {
        // Every source is asked, though the finder would stop at the first: to compare them. It finds them remembered.
        let task = try timed(.taskMetadata) { () throws(MeterError) in try answer(of: .ecsTaskMetadata) }
        let token = try timed(.tokenIssuer) { () throws(MeterError) in try answer(of: .eksWebIdentityToken) }
        let instance = try timed(.instanceMetadata) { () throws(MeterError) in try answer(of: .ec2InstanceMetadata) }
        let found = try timed(.region) { () throws(MeterError) in
            try attempt { () throws(MeterError) in try call.findRegion() }
        }
        let platform: (name: RegionName, source: String)? =
            task.name.map { ($0, "the ECS task's ARN") } ?? token.name.map { ($0, "the issuer of the pod's token") }
            ?? instance.name.map { ($0, "EC2 instance metadata") }
        if case .success(let used) = found { region = used.name }
        region = platform?.name ?? region

        examineEnvironmentRegion(platform)
        describeTask(task, isNeeded: region == nil)
        describeToken(token, isNeeded: region == nil)
        describeInstance(instance, isNeeded: region == nil)
        describe(found)
        examineSupport()
    }

    private struct Answer {
        var result: Result<RegionName?, MeterError>
        /// Why nothing came.
        var failure: TransportFailure?
        var name: RegionName? { if case .success(let name) = result { name } else { nil } }
    }

    private func answer(of source: RegionSource) throws(MeterError) -> Answer {
        let result = try attempt { () throws(MeterError) in try call.region(from: source) }
        if case .failure(let error) = result, error.status == .network {
            return Answer(result: result, failure: call.lastFailure)
        }
        return Answer(result: result, failure: nil)
    }

    /// What comes of `work`, but for what ends the diagnosis.
    func attempt<T>(_ work: () throws(MeterError) -> T) throws(MeterError) -> Result<T, MeterError> {
        do throws(MeterError) {
            return .success(try work())
        } catch {
            if error.status == .cancelled || error.status == .outOfMemory { throw error }
            return .failure(error)
        }
    }

    private func examineEnvironmentRegion(_ platform: (name: RegionName, source: String)?) {
        let variables = [Variable.AWS_REGION, .AWS_DEFAULT_REGION].filter { environment[$0] != nil }
        let used: Region?
        do throws(MeterError) { used = try call.environmentRegion() } catch {
            return fail(.regionEnvironment, error)
        }
        guard let used else {
            return pass(.regionEnvironment, "neither AWS_REGION nor AWS_DEFAULT_REGION is set: the platform is asked")
        }
        if let platform, platform.name != used.name {
            return fail(
                .regionEnvironment, .invalidRegion,
                "\(used.source.rawValue) says \(used.name.text), but \(platform.source) says \(platform.name.text)",
                """
                Remove \(variables.map { $0.rawValue }.joined(separator: " and ")) from the task definition, the pod \
                and the image, so that \(platform.name.text) is used: AWS takes RegisterUsage only in the Region that \
                the container runs in.
                """)
        }
        if variables.count == 2, let other = environment[.AWS_DEFAULT_REGION], !other.isSame(as: used.name.text) {
            return warn(
                .regionEnvironment,
                "AWS_REGION says \(used.name.text), and AWS_DEFAULT_REGION says \(other.showable(limit: 60))",
                "Remove AWS_DEFAULT_REGION: this library uses AWS_REGION, but boto3 reads AWS_DEFAULT_REGION alone.")
        }
        pass(.regionEnvironment, "\(used.source.rawValue) says \(used.name.text)")
    }

    private func describeTask(_ answer: Answer, isNeeded: Bool) {
        let isTask = call.report.platform == .ecs || call.report.platform == .fargate
        switch answer.result {
        case .success(nil) where isTask:
            warn(
                .taskMetadata, "ECS_CONTAINER_METADATA_URI_V4 is not set in this task",
                """
                \(lostVariablesAdvice)On Fargate use platform version 1.4.0 or later; on EC2 update the ECS agent.
                """)
        case .success(nil): skip(.taskMetadata, "this is not an ECS task")
        case .success(let name?): pass(.taskMetadata, "the task's ARN says \(name.text)")
        case .failure(let error):
            // A variable that is written wrongly, or leads elsewhere.
            let advice =
                error.status == .regionNotFound || error.status == .invalidArgument
                ? error.fix
                : """
                Check that nothing (a proxy, a firewall, a service mesh) stands between the container and \
                169.254.170.2, and that the ECS agent runs; on Fargate use platform version 1.4.0 or later.
                """
            let seen = "no Region from ECS task metadata: \(error.message)"
            if isNeeded {
                fail(.taskMetadata, .regionNotFound, seen, advice)
            } else {
                warn(.taskMetadata, seen, advice)
            }
        }
    }

    private func describeToken(_ answer: Answer, isNeeded: Bool) {
        switch answer.result {
        case .success(nil) where environment[.AWS_WEB_IDENTITY_TOKEN_FILE] == nil:
            skip(.tokenIssuer, "AWS_WEB_IDENTITY_TOKEN_FILE is not set")
        case .success(nil): pass(.tokenIssuer, "the token does not say that Amazon EKS issued it: it names no Region")
        case .success(let name?): pass(.tokenIssuer, "the token's issuer is an EKS cluster in \(name.text)")
        case .failure(let error) where isNeeded: fail(.tokenIssuer, error.status, unreadable(error), error.fix)
        case .failure: skip(.tokenIssuer, after: .roleToken)
        }
    }

    /// An unreadable file is a matter of its reader.
    func unreadable(_ error: MeterError) -> String {
        error.message.contains(bytesOf: "permission denied")
            ? "\(error.message) (the program runs as user \(process.user ?? -1))" : error.message
    }

    private func describeInstance(_ answer: Answer, isNeeded: Bool) {
        let isSilent: Bool
        if case .timedOut = answer.failure?.kind { isSilent = true } else { isSilent = false }
        switch answer.result {
        case .success(let name): pass(.instanceMetadata, "it answers, and says \(name?.text ?? "nothing")")
        case .failure(let error):
            let hopLimit = """
                no answer to the PUT for a session within a second: the instance's hop limit is 1, or this is no EC2 \
                instance
                """
            // A cause that stands before it explains the missing Region already.
            let isCause = isNeeded && failed(among: .regionEnvironment, .taskMetadata, .tokenIssuer) == nil
            if isCause, !InstanceMetadata.isEnabled(environment) {
                fail(
                    .instanceMetadata, .regionNotFound,
                    "nothing says the Region, and EC2 instance metadata are switched off by AWS_EC2_METADATA_DISABLED",
                    "Unset AWS_EC2_METADATA_DISABLED, or set AWS_REGION to the Region that this runs in.")
            } else if isCause, isSilent {
                fail(
                    .instanceMetadata, .regionNotFound,
                    "only EC2 instance metadata could give the Region, but there is \(hopLimit)",
                    """
                    On EC2 raise the hop limit: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit \
                    2 --instance-id ...; elsewhere set AWS_REGION to the Region that this runs in.
                    """)
            } else if isCause, error.status == .invalidArgument {
                fail(
                    .instanceMetadata, .regionNotFound,
                    "only EC2 instance metadata could give the Region, but \(error.message)",
                    error.fix)
            } else if isCause, error.status == .badResponse {
                fail(
                    .instanceMetadata, .regionNotFound,
                    "only EC2 instance metadata could give the Region: \(error.message)",
                    """
                    Enable the instance's metadata (aws ec2 modify-instance-metadata-options --http-endpoint enabled), \
                    and check what answers at its address; or set AWS_REGION to the Region that this runs in.
                    """)
            } else {
                skip(
                    .instanceMetadata,
                    (isSilent ? "there is \(hopLimit)" : error.message) + (isNeeded ? "" : "; nothing here needs it"))
            }
        }
    }

    private func describe(_ found: Result<Region, MeterError>) {
        if let cause = failed(among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata) {
            return skip(.region, after: cause)
        }
        switch found {
        case .success(let region): pass(.region, "\(region.name.text), found by \(region.source.rawValue)")
        case .failure(let error):
            fail(
                .region, error.status, error.message,
                (process.lostVariables.isEmpty ? "" : lostVariablesAdvice) + error.fix)
        }
    }

    private func examineSupport() {
        guard request.metering == nil else { return examineMeteringRegion() }
        guard let region else {
            let cause = failed(among: .regionEnvironment, .taskMetadata, .tokenIssuer, .instanceMetadata) ?? .region
            skip(.regionSupported, after: cause)
            return skip(.usEast1, after: cause)
        }
        if region.offersRegisterUsage {
            pass(.regionSupported, "AWS's documentation does not exclude \(region.text)")
        } else if options.regionPolicy != .enforce {
            warn(
                .regionSupported,
                "AWS's documentation excludes \(region.text) for RegisterUsage; AWS is asked all the same",
                "\(Status.regionUnsupported.fix)")
        } else {
            fail(
                .regionSupported, .regionUnsupported, "RegisterUsage is not offered in \(region.text)",
                "\(Status.regionUnsupported.fix)")
        }
        let advice =
            "Before the product is published, run it once in us-east-1: AWS Marketplace tests integrations there."
        if region.text.isSame(as: "us-east-1") {
            pass(.usEast1, "it runs in us-east-1, where AWS Marketplace tests integrations")
        } else if request.isRegistering {
            warn(.usEast1, "it runs in \(region.text): for publishing, this registration does not count", advice)
        } else {
            pass(.usEast1, "it runs in \(region.text), which is fine for a published product", advice: advice)
        }
    }
}
