// The answer of the container credentials endpoint.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    do throws(MeterError) {
        let credentials = try ContainerCredentials.credentials(in: input.response, source: .ecsTaskRole, Jansson.self)
        check(credentials)
    } catch {
        check(error)
    }
}
