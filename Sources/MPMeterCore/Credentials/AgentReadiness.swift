// Decides when the node's agent is there, but not ready: just started (503 "uninitialized", 500), asked too often
// (429), or restarted and about to read its state again (400 InvalidIdInRequest: amazon-ecs-agent#4833). That passes
// within seconds; where it does not, the task will not get its role any more.

public enum AgentReadiness {
    public static func isMissing(_ response: HTTPResponse) -> Bool {
        switch response.status {
        case 429, 500...: true
        case 400: hasForgotten(response)
        default: false
        }
    }

    private static func hasForgotten(_ response: HTTPResponse) -> Bool {
        response.status == 400 && response.body.firstIndex(of: Array("InvalidIdInRequest".utf8)) != nil
    }

    /// What to say when it lasted. `service` is who answered.
    public static func error<J: JSONCoding>(_ response: HTTPResponse, _ service: String, _: J.Type) -> MeterError {
        let answer = J.parse(response.body)
        let words = [answer?.text("code"), answer?.text("message") ?? answer?.text("Message")].compactMap {
            $0?.printable
        }
        let detail = words.isEmpty ? "" : ": " + words.joined(separator: ", ")
        let fix =
            hasForgotten(response)
            ? """
            The ECS agent on this instance was restarted and no longer knows the task. Stop the task, so that ECS \
            starts another; if it happens again, check the agent's data volume and its log.
            """
            : response.status == 429
                ? """
                The agent on the node is asked too often: check what else in this task or pod asks it in a loop, then \
                start the container again.
                """
                : """
                Start the container again; if it lasts, check the agent on the node (the ECS agent, or the EKS Pod \
                Identity agent) and its log.
                """
        return MeterError(
            .serviceUnavailable,
            "\(service) answered HTTP \(response.status) to every request for several seconds\(detail)",
            fix: fix,
            httpStatus: response.status)
    }
}
