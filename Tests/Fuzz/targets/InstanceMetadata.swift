// Every answer of EC2 instance metadata, and the requests that are made of it.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    let answer = input.response
    let endpoint = URLParts(scheme: "http", host: "169.254.169.254")
    let session = InstanceMetadata.session(answer, Environment { _ in nil })
    if let path = InstanceMetadata.rolePath(in: answer) { check(InstanceMetadata.request(endpoint, path, session)) }
    if let region = InstanceMetadata.region(in: answer) {
        expect(isOneLine(region.text), "a Region fits into a host name")
    }
    do throws(MeterError) {
        check(try InstanceMetadata.credentials(in: answer, Jansson.self))
    } catch {
        check(error)
    }
}
