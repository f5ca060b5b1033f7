// Decides what fork() must not cut in two: a step inside OpenSSL or libcurl, whose own locks a child would find taken
// for ever.

internal import CMPMeterSystem

public enum ForkGuard {
    /// Runs a step that neither waits nor calls back; a fork() in another thread comes before it or after it. Never
    /// nested.
    public static func inside<T>(_ step: () -> T) -> T {
        mpsys_enter()
        defer { mpsys_leave() }
        return step()
    }
}
