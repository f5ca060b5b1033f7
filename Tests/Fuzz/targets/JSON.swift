// JSON from any server; and that text which is written comes back as it was.

import MPMeterCore
import MPMeterJSON

func fuzz(_ input: [UInt8]) {
    walk(Jansson.parse(input) ?? .null)
    guard let text = input.text, !input.contains(0) else { return }
    guard let written = try? Jansson.encode([("text", .string(text)), ("count", .integer(Int64(input.count)))]) else {
        return expect(false, "valid UTF-8 can be written")
    }
    let read = Jansson.parse(written)
    expect(read?["text"]?.string?.isSame(as: text) ?? false, "text survives being written and read")
}

private func walk(_ value: JSONValue) {
    _ = value.text("Token")
    switch value {
    case .object(let members):
        for (name, member) in members {
            expect(value[name] != nil, "a member is found by its name")
            walk(member)
        }
    case .array(let elements): for element in elements { walk(element) }
    default: break
    }
}
