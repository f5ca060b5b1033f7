// Decides what is said of the platform: whether it is one from which AWS takes RegisterUsage, and whether its
// Kubernetes is new enough.

internal import MPMeterCore
internal import MPMeterTransport

extension Examination {
    func examinePlatform() {
        let platform = call.report.platform ?? .none
        switch platform {
        case .ecs, .fargate:
            pass(.platform, platform == .fargate ? "an Amazon ECS task on Fargate" : "an Amazon ECS task")
        case .eks: pass(.platform, "a pod of Kubernetes, which should be Amazon EKS")
        case .ec2, .none:
            let where_ = platform == .ec2 ? "an EC2 instance, but" : "nothing says that this is AWS, and"
            let advice = """
                Run it in an Amazon ECS task with a task role, or in an Amazon EKS pod with IRSA: AWS takes \
                RegisterUsage from nowhere else.
                """
            if process.lostVariables.isEmpty {
                warn(
                    .platform, "\(where_) neither an Amazon ECS task nor an Amazon EKS pod",
                    advice + (platform == .ec2 ? "" : " On a laptop this is normal."))
            } else {
                warn(
                    .platform,
                    """
                    \(where_) this process has none of the variables of a task or pod, although process 1 has \
                    \(process.lostVariables.joined(separator: ", "))
                    """,
                    lostVariablesAdvice)
            }
        }
    }

    var lostVariablesAdvice: String {
        "Hand the container's environment on to this program: sudo, su, cron, sshd and env -i drop it. "
    }

    func examineKubernetes() throws(MeterError) {
        guard let host = environment[.KUBERNETES_SERVICE_HOST] else { return skip(.kubernetes, "this is not a pod") }
        let authority = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        let port = environment[.KUBERNETES_SERVICE_PORT] ?? "443"
        guard var url = P.URLs.parse("https://\(authority):\(port)/version") else {
            return skip(.kubernetes, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are no address")
        }
        // An API server is never a pod's own loopback; what stands there is a test's, and speaks plain HTTP.
        if url.isLoopback { url.scheme = "http" }
        let request = HTTPRequest(.GET, url, headers: [HTTPHeader("Accept", "application/json")], to: .metadata)
        let authorityFile = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
        let roots: TrustedRoots? =
            machine.isReadable(authorityFile, limit: CABundle.limit) ? .bundle(authorityFile) : nil
        let answer = try attempt { () throws(MeterError) in
            try call.exchange(request, "the Kubernetes API server", within: 3000, trusting: roots)
        }
        let response: HTTPResponse
        switch answer {
        case .success(let given): response = given
        case .failure(let error): return skip(.kubernetes, "the version cannot be asked for: \(error.message)")
        }
        guard response.isSuccess, let version = P.JSON.parse(response.body).flatMap({ KubernetesVersion($0) }) else {
            return skip(
                .kubernetes,
                "the Kubernetes API server does not give its version without a token (HTTP \(response.status))")
        }
        if version.allowsRegisterUsage { return pass(.kubernetes, "Kubernetes \(version.text)") }
        fail(
            .kubernetes, .platformNotSupported,
            "the cluster is Kubernetes \(version.text), and AWS takes RegisterUsage from version 1.13 on",
            "Update the cluster to Kubernetes 1.13 or later, which IAM roles for service accounts need.")
    }
}
