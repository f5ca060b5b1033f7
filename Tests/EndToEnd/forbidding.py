"""Starts a program in a sandbox that forbids system calls, as a container's seccomp profile does.

python forbidding.py getrandom=EPERM,access=ENOSYS program arguments...

"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

# AUDIT_ARCH_…, and the numbers of the calls there; a call that a machine does not have cannot be made.
MACHINES = {
    "x86_64": (
        0xC000003E,
        {"getrandom": 318, "access": 21, "faccessat": 269, "faccessat2": 439, "eventfd2": 290, "membarrier": 324,
         "prlimit64": 302, "rseq": 334, "uname": 63, "sysinfo": 99, "sched_yield": 24},
    ),
    "aarch64": (
        0xC00000B7,
        {"getrandom": 278, "faccessat": 48, "faccessat2": 439, "eventfd2": 19, "membarrier": 283, "prlimit64": 261,
         "rseq": 293, "uname": 160, "sysinfo": 179, "sched_yield": 124},
    ),
}  # fmt: skip
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def forbid(calls: dict[str, int]) -> None:
    """Lets each of these calls end with that error in this process and what it starts, for good."""
    architecture, numbers = MACHINES[platform.machine()]
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    for name, error in calls.items():
        if name in numbers:
            steps += [(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, ERRNO | error)]
    steps.append((RETURN, 0, 0, ALLOW))
    packed = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(packed, len(packed))
    program = Program(len(steps), ctypes.cast(kept, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")


if __name__ == "__main__":
    pairs = (pair.split("=") for pair in sys.argv[1].split(","))
    forbid({name: getattr(errno, error) for name, error in pairs})
    os.execv(sys.argv[2], sys.argv[2:])
