"""What a child of the limited reader may no longer do, whoever has taken it over: no network, no other program.

A filter of system calls (seccomp) that the kernel never takes back. Each forbidden call answers "not permitted", so
an honest library goes on without it. Linux on x86-64 and ARM64; elsewhere the other limits stand alone.
"""

import ctypes
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # the latter: EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06

# socket, connect, bind, sendto, sendmsg, execve, execveat, ptrace, process_vm_readv, process_vm_writev, kill, tkill,
# tgkill is left: abort() needs it. By number: kernel sources, arch/x86/entry/syscalls and asm-generic/unistd.h.
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 49, 44, 46, 59, 322, 101, 310, 311, 62, 200)),
    "aarch64": (0xC00000B7, (198, 203, 200, 206, 211, 221, 281, 117, 270, 271, 129, 130)),
}
_X32 = 0x40000000  # the same calls of x86-64 under other numbers


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def give_up_rights() -> bool:
    """Whether the kernel holds us to it from now on."""
    if not sys.platform.startswith("linux") or platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, 0)]
    steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in calls:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return library.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0
