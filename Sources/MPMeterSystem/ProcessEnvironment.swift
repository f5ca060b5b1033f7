// Decides when the process's environment is read: once, here, on the thread that asks.

internal import CMPMeterSystem
public import MPMeterCore

public enum ProcessEnvironment {
    public static func snapshot() -> Environment {
        Environment { variable in
            guard let value = mpsys_environment(variable.rawValue) else { return nil }
            // Mended, not dropped: what is set and cannot be used has to fail where it is used.
            return String(cString: value)
        }
    }
}
