// Tests/Vectors/credentials/task-metadata.json: the Region in an ECS task's metadata.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html

import MPMeterJSON
import MPMeterTransport
import Testing

@testable import MPMeterCore

struct TaskMetadataCase: Decodable, Sendable, CustomTestStringConvertible {
    let name, source: String
    let input, inputBase64, expect: String?
    var testDescription: String { name }
    static let all: [TaskMetadataCase] = Vectors.load("credentials/task-metadata.json")
}

@Suite struct TaskMetadataTests {
    @Test func everyCaseIsThere() {
        #expect(TaskMetadataCase.all.count == 42)
        #expect(TaskMetadataCase.all.filter { $0.expect != nil }.count == 17)
    }

    @Test(arguments: TaskMetadataCase.all) func region(_ test: TaskMetadataCase) {
        #expect(
            TaskMetadata.region(in: Vectors.bytes(test.input, orBase64: test.inputBase64), Jansson.self)?.text
                == test.expect)
    }

    /// `arn:partition:ecs:region:account:task/…` (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html)
    @Test(arguments: [
        ("arn:aws:ecs:eu-west-3:111122223333:task/default/1", "eu-west-3"),
        ("arn:aws:ecs:eu-west-3:111122223333:task/1", "eu-west-3"),
        ("arn:aws-us-gov:ecs:us-gov-west-1:111122223333:task/1", "us-gov-west-1"),
        ("arn:aws:ecs:eu-west-3:111122223333:task/a:b", "eu-west-3"),
        ("arn:aws:ecs:eu-west-3:111122223333:container/1", nil), ("arn:aws:ecs:eu-west-3:111122223333:tasks/1", nil),
        ("arn:aws:ecs:eu-west-3:111122223333", nil), ("arn:example:ecs:eu-west-3:111122223333:task/1", nil),
        ("ARN:aws:ecs:eu-west-3:111122223333:task/1", nil), ("arn:aws:ec2:eu-west-3:111122223333:task/1", nil),
        ("arn:aws:ecs:eu-west-3a:111122223333:task/1", nil), ("arn:aws:ecs:aws-global:111122223333:task/1", nil),
        ("arn:aws:ecs:eu-west-3 :111122223333:task/1", nil), ("arn:aws:ecs::111122223333:task/1", nil), ("", nil),
        (":::::", nil),
    ])
    func arns(_ arn: String, _ expected: String?) { #expect(TaskMetadata.region(ofARN: arn)?.text == expected) }

    /// `${ECS_CONTAINER_METADATA_URI_V4}/task`
    @Test(arguments: [
        ("http://169.254.170.2/v4/abc-123", "http://169.254.170.2/v4/abc-123/task"),
        ("http://169.254.170.2/v4/abc/", "http://169.254.170.2/v4/abc/task"),
        ("http://169.254.170.2", "http://169.254.170.2/task"),
        ("http://127.0.0.1:8080/v4/a", "http://127.0.0.1:8080/v4/a/task"),
    ])
    func request(_ base: String, _ expected: String) throws {
        let request = TaskMetadata.request(base: try #require(CurlURL.parse(base)))
        #expect(request.method == .GET)
        #expect(request.url.text == expected)
        #expect(request.audience == .metadata)
        #expect(request.body.isEmpty)
    }
}
