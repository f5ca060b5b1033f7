// The shared credentials file. The first line of the input is the profile, the rest the file.

import MPMeterCore

func fuzz(_ input: [UInt8]) {
    guard let profile = input.lines.first, let name = profile.text,
        let text = Array(input.dropFirst(profile.count + 1)).text
    else { return }
    let environment = Environment { $0 == .AWS_SHARED_CREDENTIALS_FILE ? name : $0 == .HOME ? text : nil }
    _ = try? SharedCredentialsFile.path(environment)
    _ = SharedCredentialsFile.otherWay(in: text, profile: name)
    if let credentials = try? SharedCredentialsFile.credentials(in: text, profile: name) { check(credentials) }
}
