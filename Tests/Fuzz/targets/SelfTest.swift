// Proves that the fuzzer and the sanitizers are on: each of these words must be caught, and the fuzzer must find "trap"
// by itself.

import MPMeterCore

@inline(never) func opaque(_ pointer: UnsafeMutablePointer<UInt8>, _ place: Int) { pointer[place] &+= 1 }

func fuzz(_ input: [UInt8]) {
    let word = input.text ?? ""
    if input.count == 4, input[0] == 0x74, input[1] == 0x72, input[2] == 0x61, input[3] == 0x70 {
        print(input[input.count])
    }
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 + input.count)
    memory.initialize(repeating: 1, count: 1 + input.count)
    opaque(memory, word.isSame(as: "overflow") ? 1 + input.count : 0)
    if !word.isSame(as: "leak") { memory.deallocate() }
    if word.isSame(as: "use after free") { opaque(memory, 0) }
    if word.isSame(as: "broken promise") { expect(false, "a broken promise ends the process") }
    var hoard: [[UInt8]] = []
    while word.isSame(as: "memory"), hoard.count < 2000 {
        hoard.append([UInt8](repeating: UInt8(hoard.count & 255), count: 1 << 20))
    }
    var turns = hoard.count
    while word.isSame(as: "hang"), turns >= 0 { turns = hoard.count + input.count }
}
