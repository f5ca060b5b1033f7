// Decides who sends: one at a time, in whatever process of the pod. The lock is the kernel's, on a file beside the
// journal, and ends with its process; threads of one process take turns by a list.

internal import CMPMeterSystem
public import MPMeterCore
internal import MPMeterSystem

public final class SenderLock: @unchecked Sendable {
    let descriptor: Int64
    /// The journal's.
    let path: String
    private let file: (UInt64, UInt64)
    private let generation: UInt64
    /// No other lock of this process has it; a descriptor's number comes again.
    private let serial: UInt64

    private init(
        _ path: String, _ descriptor: Int64, _ file: (UInt64, UInt64), _ generation: UInt64, _ serial: UInt64
    ) {
        self.path = path
        self.serial = serial
        self.descriptor = descriptor
        self.file = file
        self.generation = generation
    }

    /// Guarded by `Monitor`: the files that a thread of this process has locked, and since which fork.
    nonisolated(unsafe) static var held: [(file: (UInt64, UInt64), generation: UInt64)] = []

    /// Takes the lock of the journal at `path`; throws `.journalBusy` if another sends.
    public static func take(_ path: String) throws(MeterError) -> SenderLock {
        var journal = mpsys_file()
        guard mpsys_look_at(path, &journal) == 0 else {
            throw MeterError(.journal, "The journal \(path.quotable(limit: 300)) is gone")
        }
        let file = (journal.device, journal.number)
        giveUp(file)
        let busy = MeterError(
            .journalBusy, "Another thread or process is sending from the journal \(path.quotable(limit: 300))")
        guard let generation = reserve(file) else { throw busy }
        let descriptor = mpsys_lock_file(path + "-sender")
        guard descriptor >= 0 else {
            Monitor.locked { held.removeAll { $0.file == file } }
            guard descriptor == Int64(-EAGAIN) else {
                throw MeterError(
                    .journal,
                    "The file \(path.quotable(limit: 300))-sender cannot be locked: \(Files.reason(Int32(-descriptor)))"
                )
            }
            throw busy
        }
        let serial = Monitor.locked { () -> UInt64 in
            lastSerial &+= 1
            senders.append(
                Sender(file: file, generation: generation, descriptor: descriptor, serial: lastSerial))
            return lastSerial
        }
        return SenderLock(path, descriptor, file, generation, serial)
    }

    /// Which thread sends from which file.
    private struct Sender {
        let file: (UInt64, UInt64)
        let generation: UInt64
        let descriptor: Int64
        let serial: UInt64
        let thread = mpsys_thread()
        let kernelThread = mpsys_kernel_thread()

        /// Whether nobody will come back to release the lock: this very thread left its send by a jump out of its log
        /// function, or the sender's thread ended in there.
        var isLeft: Bool { thread == mpsys_thread() || mpsys_has_ended(kernelThread) != 0 }
    }

    /// Guarded by `Monitor`.
    private nonisolated(unsafe) static var senders: [Sender] = []
    private nonisolated(unsafe) static var lastSerial: UInt64 = 0

    /// Releases what nobody comes back for. (Were it a log function that sends, its caller's records would be sent
    /// again with the same bytes.)
    private static func giveUp(_ file: (UInt64, UInt64)) {
        let left = Monitor.locked { () -> Int64? in
            senders.removeAll { $0.generation != Monitor.forkGeneration }
            guard let place = senders.firstIndex(where: { $0.file == file && $0.isLeft }) else { return nil }
            return senders.remove(at: place).descriptor
        }
        guard let left else { return }
        mpsys_close(left)
        Monitor.locked { held.removeAll { $0.file == file } }
    }

    /// Puts the file on the list, and answers since which fork; nil if it is there already.
    static func reserve(_ file: (UInt64, UInt64)) -> UInt64? {
        Monitor.locked {
            let now = Monitor.forkGeneration
            // What the parent's threads held is none of ours.
            held.removeAll { $0.generation != now }
            guard !held.contains(where: { $0.file == file }) else { return nil }
            held.append((file, now))
            return now
        }
    }

    /// Whether the descriptor is still this lock's: a log function that sends, and a child of fork(), take it away.
    var isHeld: Bool {
        Monitor.locked { Monitor.forkGeneration == generation && SenderLock.senders.contains { $0.serial == serial } }
    }

    public func release() {
        guard isHeld else { return }
        // Closed while it is still on the list: whoever locks the file next must not lose the lock by this.
        mpsys_close(descriptor)
        Monitor.locked {
            SenderLock.held.removeAll { $0.file == file }
            SenderLock.senders.removeAll { $0.serial == serial }
        }
    }
}
