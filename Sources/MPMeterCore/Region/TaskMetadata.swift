// Decides how an ECS task's metadata (version 4) says which Region it runs in: by field 4 of the task's ARN. There is
// no Region field (aws/containers-roadmap#337), and an Availability Zone is never cut short: that of a Local Zone does
// not begin with its Region.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html

public enum TaskMetadata {
    /// `base` is ECS_CONTAINER_METADATA_URI_V4.
    public static func request(base: URLParts) -> HTTPRequest {
        HTTPRequest(.GET, base.appending("/task"), headers: [HTTPHeader("Accept", "application/json")], to: .metadata)
    }

    /// The longest answer, in bytes: each container's labels stand in it, and those of buildpacks alone reach hundreds
    /// of kilobytes (containerd#6123).
    public static let limit = 2 << 20

    /// The answer's TaskARN, or nil. Nothing else of the answer is read.
    public static func taskARN<J: JSONCoding>(in answer: [UInt8], _: J.Type) -> String? {
        JSONSkim.text("TaskARN", in: answer, J.self)
    }

    /// The Region in it, or nil.
    public static func region<J: JSONCoding>(in answer: [UInt8], _: J.Type) -> RegionName? {
        taskARN(in: answer, J.self).flatMap { region(ofARN: $0) }
    }

    /// `arn:partition:ecs:region:account:task/…`
    public static func region(ofARN arn: String) -> RegionName? {
        let fields = arn.fields(separatedBy: UInt8(ascii: ":"))
        guard fields.count >= 6, fields[0].isSame(as: "arn"), fields[1].startsWith("aws"), fields[2].isSame(as: "ecs"),
            fields[5].startsWith("task/"), let name = RegionName(fields[3]), !name.isPseudo
        else { return nil }
        return name
    }
}
