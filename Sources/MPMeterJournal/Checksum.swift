// Decides how a row tells that it is still what was written: by a number over what money depends on. SQLite finds
// damage in the structure of its file, not in a value; a flipped bit in a quantity would be billed.

internal import MPMeterCore

/// FNV-1a of 64 bits. Whatever single byte of a row changes, the number changes with it. It is no secret, and keeps
/// nobody from writing a row by hand.
struct Checksum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    private mutating func mix(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// A text ends with a byte that no text has.
    mutating func take(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        mix(0xFF)
    }

    mutating func take(_ number: Int64) {
        var rest = UInt64(bitPattern: number)
        for _ in 0..<8 {
            mix(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func take(_ bytes: [UInt8]) {
        take(Int64(bytes.count))
        for byte in bytes { mix(byte) }
    }

    var stored: Int64 { Int64(bitPattern: state) }

    /// Of a row of `usage`.
    static func usage(_ dimension: String, _ hour: UsageHour, _ tags: String, _ quantity: Quantity) -> Int64 {
        var sum = Checksum()
        sum.take(dimension)
        sum.take(hour.start)
        sum.take(tags)
        sum.take(quantity.millionths)
        return sum.stored
    }

    /// Of what never changes in a row of `record`, but for its request.
    static func record(
        _ key: RecordKey, _ quantity: Quantity, _ timestamp: Int64, _ clientToken: String
    ) -> Int64 {
        var sum = Checksum()
        sum.take(key.identity.text)
        sum.take(key.dimension)
        sum.take(key.hour.start)
        sum.take(quantity.millionths)
        sum.take(timestamp)
        sum.take(clientToken)
        return sum.stored
    }

    static func request(_ body: [UInt8]) -> Int64 {
        var sum = Checksum()
        sum.take(body)
        return sum.stored
    }

    /// Of a row of `allocation`.
    static func allocation(_ record: Int64, _ tags: String, _ quantity: Quantity) -> Int64 {
        var sum = Checksum()
        sum.take(record)
        sum.take(tags)
        sum.take(quantity.millionths)
        return sum.stored
    }

    /// Of a row of `journal`.
    static func setting(_ name: String, _ value: Value) -> Int64 {
        var sum = Checksum()
        sum.take(name)
        switch value {
        case .number(let number): sum.take(number)
        case .text(let text): sum.take(text)
        case .bytes(let bytes): sum.take(bytes)
        case .null: break
        }
        return sum.stored
    }
}

extension Row {
    /// Throws unless the column has this checksum.
    func check(_ column: Int32, _ expected: Int64, _ what: StaticString) throws(DatabaseFailure) {
        guard number(column) == expected else {
            throw .damaged("\(what) is not what was written: its checksum is another one")
        }
    }
}

extension Database {
    /// A setting's value; nil if there is none.
    func setting(_ name: String) throws(DatabaseFailure) -> Value? {
        var found: Value?
        try run("SELECT value, checksum FROM journal WHERE name = ?", [.text(name)]) { (row) throws(DatabaseFailure) in
            let value = row.text(0).map { Value.text($0) } ?? row.number(0).map { Value.number($0) } ?? .null
            try row.check(1, Checksum.setting(name, value), "a setting")
            found = value
        }
        return found
    }

    func numericSetting(_ name: String) throws(DatabaseFailure) -> Int64? {
        guard case .number(let number)? = try setting(name) else { return nil }
        return number
    }

    func textSetting(_ name: String) throws(DatabaseFailure) -> String? {
        guard case .text(let text)? = try setting(name) else { return nil }
        return text
    }

    func keep(_ name: String, _ value: Value) throws(DatabaseFailure) {
        try run(
            "INSERT OR REPLACE INTO journal (name, value, checksum) VALUES (?, ?, ?)",
            [.text(name), value, .number(Checksum.setting(name, value))])
    }
}
