// Decides how JSON looks to the core: a tree whose look-ups answer nil for whatever is not there or of another type.

public enum JSONValue {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case real(Double)
    case bool(Bool)
    case null

    /// The member of that exact name, if this is an object that has one.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0.isSame(as: name) }?.1
    }

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    public var isObject: Bool {
        if case .object = self { true } else { false }
    }

    /// The string member of that name, unless it is empty.
    public func text(_ name: String) -> String? {
        guard let value = self[name]?.string, !value.isEmpty else { return nil }
        return value
    }
}
