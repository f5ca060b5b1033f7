// The ECS task's metadata; and its ARN alone.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    check(TaskMetadata.region(in: input, Jansson.self))
    if let arn = input.text { check(TaskMetadata.region(ofARN: arn)) }
}

private func check(_ region: RegionName?) {
    guard let region else { return }
    expect(RegionName(region.text) == region && !region.isPseudo, "a task's Region is one")
}
