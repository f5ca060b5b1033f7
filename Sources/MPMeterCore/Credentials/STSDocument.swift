// Decides how an answer of STS is read, in the JSON that it was asked for or in the XML that it speaks by default.

struct STSDocument {
    private enum Form {
        case json(JSONValue)
        case xml([UInt8])
    }

    private let form: Form

    /// nil if it is neither.
    init?<J: JSONCoding>(_ body: [UInt8], _: J.Type) {
        if let json = J.parse(body), json.isObject {
            form = .json(json)
        } else if body.first(where: { !$0.isWhitespaceASCII }) == UInt8(ascii: "<"), String(utf8: body) != nil,
            XMLText.isPlain(body)
        {
            form = .xml(body)
        } else {
            return nil
        }
    }

    /// The four members of Credentials, as one JSON object.
    var credentials: JSONValue? {
        switch form {
        case .json(let json):
            return json["AssumeRoleWithWebIdentityResponse"]?["AssumeRoleWithWebIdentityResult"]?["Credentials"]
        case .xml(let body):
            // No key has a character that XML writes as a reference.
            guard !body.contains(UInt8(ascii: "&")), XMLText.isRoot("AssumeRoleWithWebIdentityResponse", of: body),
                let inner = XMLText.element("Credentials", in: body)
            else { return nil }
            var members: [(String, JSONValue)] = []
            for name in ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] {
                guard let text = XMLText.element(name, in: inner) else { continue }
                guard !text.contains(UInt8(ascii: "<")), let value = String(utf8: text) else { return nil }
                members.append((name, .string(value.trimmed)))
            }
            return .object(members)
        }
    }

    var errorCode: String? { errorText("Code") }
    var errorMessage: String? { errorText("Message") }

    private func errorText(_ name: String) -> String? {
        switch form {
        case .json(let json): return json["Error"]?.text(name)
        case .xml(let body):
            return XMLText.element("Error", in: body).flatMap { XMLText.element(name, in: $0) }.flatMap {
                XMLText.characters($0)
            }?.trimmed
        }
    }

    var requestID: String? {
        switch form {
        case .json(let json):
            let text =
                json.text("RequestId")
                ?? json["AssumeRoleWithWebIdentityResponse"]?["ResponseMetadata"]?.text("RequestId")
            return text.flatMap { ServiceError.asRequestID($0) }
        case .xml(let body):
            return XMLText.element("RequestId", in: body).flatMap { String(utf8: $0) }.flatMap {
                ServiceError.asRequestID($0.trimmed)
            }
        }
    }
}
