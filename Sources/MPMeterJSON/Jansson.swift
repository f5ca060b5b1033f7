// Decides what JSON is accepted and written: what jansson accepts (RFC 8259) with duplicate keys refused, nothing after
// the value, and at most 32 levels: the parser recurses, and the host's thread may have a small stack.

internal import CJansson
public import MPMeterCore

public enum Jansson: JSONCoding {
    /// Seeds the parser's hash tables, which would otherwise open /dev/urandom at the first parse. As often as you
    /// like: only the first seed counts.
    public static func initialize(seed: [UInt8]) {
        // 0 would mean "find one yourself".
        json_object_seed(max(1, seed.prefix(4).reduce(0) { $0 << 8 | Int($1) }))
    }

    public static func parse(_ text: [UInt8]) -> JSONValue? {
        guard isShallow(text),
            let tree = text.withUnsafeBytes({
                json_loadb($0.bindMemory(to: CChar.self).baseAddress, $0.count, CJansson_strict(), nil)
            })
        else { return nil }
        defer { CJansson_release(tree) }
        return value(tree)
    }

    private static let deepest = 32

    /// Whether no more than `deepest` arrays and objects are open at once.
    private static func isShallow(_ text: [UInt8]) -> Bool {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in text {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInString: isEscaped = true
            case UInt8(ascii: "\""): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > deepest { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }

    public static func encode(_ members: [(String, JSONValue)]) throws(MeterError) -> [UInt8] {
        guard let object = node(.object(members), depth: 1) else { throw notEncodable() }
        defer { CJansson_release(object) }
        let size = json_dumpb(object, nil, 0, 0)
        var text = [UInt8](repeating: 0, count: size)
        let written = text.withUnsafeMutableBytes {
            json_dumpb(object, $0.bindMemory(to: CChar.self).baseAddress, $0.count, 0)
        }
        guard size > 0, written == size else { throw notEncodable() }
        return text
    }

    /// The tree that jansson writes, for the caller to release; nil for what has no JSON, is too deep, or finds no
    /// memory.
    private static func node(_ value: JSONValue, depth: Int) -> UnsafeMutablePointer<json_t>? {
        switch value {
        case .string(let text): return json_string(text)
        case .integer(let number): return json_integer(number)
        case .real(let number): return json_real(number)
        case .bool(let flag): return CJansson_boolean(flag ? 1 : 0)
        case .null: return json_null()
        case .array(let elements):
            guard depth <= deepest, let array = json_array() else { return nil }
            // Here and below the container takes the child over, even when it fails.
            for element in elements where json_array_append_new(array, node(element, depth: depth + 1)) != 0 {
                return abandoned(array)
            }
            return array
        case .object(let members):
            guard depth <= deepest, let object = json_object() else { return nil }
            for (name, member) in members where json_object_set_new(object, name, node(member, depth: depth + 1)) != 0 {
                return abandoned(object)
            }
            return object
        }
    }

    private static func abandoned(_ tree: UnsafeMutablePointer<json_t>) -> UnsafeMutablePointer<json_t>? {
        CJansson_release(tree)
        return nil
    }

    private static func notEncodable() -> MeterError {
        MeterError(.internal, "A document could not be written as JSON")
    }

    /// `deepest` bounds the recursion.
    private static func value(_ node: UnsafeMutablePointer<json_t>) -> JSONValue? {
        switch CJansson_type(node) {
        case JSON_OBJECT:
            var members: [(String, JSONValue)] = []
            var iterator = json_object_iter(node)
            while let at = iterator {
                guard let name = json_object_iter_key(at), let child = json_object_iter_value(at),
                    let member = value(child)
                else { return nil }
                members.append((String(cString: name), member))
                iterator = json_object_iter_next(node, at)
            }
            return .object(members)
        case JSON_ARRAY:
            var elements: [JSONValue] = []
            for index in 0..<json_array_size(node) {
                guard let child = json_array_get(node, index), let element = value(child) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        case JSON_STRING: return json_string_value(node).map { .string(String(cString: $0)) }
        case JSON_INTEGER: return .integer(Int64(json_integer_value(node)))
        case JSON_REAL: return .real(json_real_value(node))
        case JSON_NULL: return .null
        default: return .bool(CJansson_is_true(node) == 1)
        }
    }
}
