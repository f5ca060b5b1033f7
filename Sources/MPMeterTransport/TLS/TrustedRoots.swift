// Decides which roots a server's certificate may lead to.

public enum TrustedRoots: Sendable, Equatable {
    /// Those in this PEM file alone.
    case bundle(String)
    /// Amazon's, which are built in, and those in the system's PEM file, if there is one.
    case amazon(andSystem: String?)
}
