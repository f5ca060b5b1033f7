// Decides what is said of the place where a journal lies: whether it outlives the container, can be written, and has
// room. The numbers of file systems are those of Linux's magic.h.

public struct JournalPlace: Sendable {
    /// statfs's f_type.
    public var kind: UInt32
    /// Whether "/" is on the same file system.
    public var isOnRoot: Bool
    public var isReadOnly: Bool
    public var mayWrite: Bool
    public var freeBytes: UInt64
    public var hasFiles: Bool

    public init(
        kind: UInt32, isOnRoot: Bool, isReadOnly: Bool, mayWrite: Bool, freeBytes: UInt64, hasFiles: Bool
    ) {
        self.kind = kind
        self.isOnRoot = isOnRoot
        self.isReadOnly = isReadOnly
        self.mayWrite = mayWrite
        self.freeBytes = freeBytes
        self.hasFiles = hasFiles
    }

    public enum Verdict: Sendable {
        case good(String)
        /// It works, but somebody should look: what was seen, and what to do.
        case doubtful(String, String)
        case bad(String, String)
    }

    /// Bytes: below the first nothing can be added for long, below the second it is told.
    static let least: UInt64 = 65_536
    static let little: UInt64 = 4_194_304

    /// `isContainer` is whether this is an ECS task or an EKS pod, whose root goes with the container.
    public func verdict(isContainer: Bool) -> Verdict {
        let place = "on \(name)"
        if isReadOnly {
            return .bad(
                "\(place), which is mounted read-only",
                "Put the journal on a volume of the task or pod: the image's root stays read-only.")
        }
        if !mayWrite {
            return .bad(
                "\(place), in a folder that this user may not write to",
                """
                Give the volume to the container's user: fsGroup in a pod's securityContext, an access point's owner \
                on EFS.
                """
            )
        }
        if freeBytes < JournalPlace.least || !hasFiles {
            return .bad(
                "\(place), which is full: \(hasFiles ? "\(freeBytes) bytes are free" : "no more files can be made")",
                "Make room on the volume: until then no usage can be added.")
        }
        if kind == 0x794C_7630 || isOnRoot && isContainer {
            return .doubtful(
                "\(place), the image's own layer, which goes with the container: a restart begins without its usage",
                """
                Put it on a volume of the task or pod: an emptyDir, EBS or EFS on Amazon EKS; a volume of the task \
                definition on Amazon ECS.
                """
            )
        }
        if kind == 0x0102_1994 || kind == 0x8584_58F6 {
            return .doubtful(
                "\(place): in memory, which a power failure empties, and a container's own tmpfs goes with it",
                "Put it on a disk: an emptyDir without medium: Memory, EBS or EFS.")
        }
        if kind == 0xFF53_4D42 || kind == 0xFE53_4D42 || kind == 0x6573_5546 {
            return .doubtful(
                "\(place), which need not have the locks that keep two processes apart",
                "Use a file system that has POSIX locks: ext4, XFS, or NFS 4.1 as EFS has it.")
        }
        if freeBytes < JournalPlace.little {
            return .doubtful(
                "\(place), with only \(freeBytes / 1024) KiB free",
                "Make room on the volume: a full one takes no usage.")
        }
        return .good("\(place), with \(freeBytes / 1_048_576) MiB free")
    }

    var name: String {
        switch kind {
        case 0xEF53: "ext4"
        case 0x5846_5342: "XFS"
        case 0x794C_7630: "an overlay"
        case 0x0102_1994: "tmpfs"
        case 0x8584_58F6: "ramfs"
        case 0x6969: "NFS"
        case 0xFF53_4D42, 0xFE53_4D42: "SMB"
        case 0x6573_5546: "FUSE"
        case 0x9123_683E: "Btrfs"
        case 0x0102_1997: "9P"
        default: "a file system of kind \(kind)"
        }
    }
}
