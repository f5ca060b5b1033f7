// Decides where random bytes come from.

internal import CMPMeterSystem

public enum Randomness {
    /// nil if the kernel has none to give.
    public static func bytes(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = bytes.withUnsafeMutableBufferPointer { mpsys_random($0.baseAddress, $0.count) }
        return status == 0 ? bytes : nil
    }
}
