// A line with a name, then resolv.conf: what is asked for.

import MPMeterCore
import MPMeterTransport

func fuzz(_ input: [UInt8]) {
    let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
    guard let name = input[..<end].text, !name.isEmpty else { return }
    let settings = ResolverSettings(input[end...].dropFirst())
    expect(settings.ndots >= 0 && settings.ndots <= 15, "ndots has glibc's bounds")
    let names = NameCandidates.of(name, settings)
    expect(!names.isEmpty && names.count <= 33, "the name and at most 32 domains")
    let bare = name.endsWith(".") ? String(utf8: name.utf8.dropLast()) ?? "" : name
    expect(names.contains { $0.isSame(as: bare) }, "the name is asked as it stands, too")
    for server in settings.servers { _ = ResolverSettings.mayBeAddress(server) }
}

extension ArraySlice<UInt8> {
    var text: String? { String(utf8: self) }
}
