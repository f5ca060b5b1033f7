// Decides how a file is read, and in which words its failure is told.

internal import CMPMeterSystem
#if canImport(Glibc)
internal import Glibc
#endif

public struct FileFailure: Error {
    /// Whether it is just not there.
    public let isMissing: Bool
    /// Whether the program's user may not read it.
    public var isForbidden = false
    /// Such as "permission denied".
    public let reason: String
}

public enum Files {
    /// The whole of a regular file of at most `limit` bytes.
    public static func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        var count: Int64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
            count = path.withCString { mpsys_read_file($0, buffer.baseAddress, buffer.count) }
            initialized = Int(max(count, 0))
        }
        guard count >= 0 else { throw failure(errno: Int32(truncatingIfNeeded: -count), limit) }
        return bytes
    }

    /// Whether it is a regular file of at most `limit` bytes that can be opened.
    public static func isReadable(_ path: String, limit: Int) -> Bool { mpsys_is_readable(path, Int64(limit)) == 1 }

    private static func failure(errno: Int32, _ limit: Int) -> FileFailure {
        switch errno {
        case ENOENT, ENOTDIR: FileFailure(isMissing: true, reason: "there is no such file")
        case EACCES, EPERM: FileFailure(isMissing: false, isForbidden: true, reason: reason(errno))
        case EINVAL, ENXIO: FileFailure(isMissing: false, reason: "it is not a regular file")
        case EFBIG: FileFailure(isMissing: false, reason: "it is longer than \(limit) bytes")
        default: FileFailure(isMissing: false, reason: reason(errno))
        }
    }

    /// What a failure of the system says of a path.
    public static func reason(_ errno: Int32) -> String {
        switch errno {
        case EACCES, EPERM: "permission denied"
        case EISDIR: "it is a directory"
        case ENOTDIR: "a part of the path is not a directory"
        case ELOOP: "too many symbolic links"
        case ENAMETOOLONG: "the path is too long"
        case EROFS: "the file system is read-only"
        case ENOSPC, EDQUOT: "no space is left on the disk"
        case EMFILE, ENFILE: "no file descriptor is left"
        case EIO: "input/output error"
        default: "error number \(errno)"
        }
    }
}
