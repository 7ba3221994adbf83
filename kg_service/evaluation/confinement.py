"""What a process that meets strangers' queries or files may not do: use much memory, outlive us, open connections."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import signal
import struct
import sys
from pathlib import Path

__all__ = ["Memory", "die_with_parent", "forbid_network", "give_back_memory"]

_LIBC = ctypes.CDLL(None, use_errno=True)
_MIB = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")
#: What a worker with nothing to do may keep; one that was just forked holds less.
_AT_REST = 16 * _MIB

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
#: By machine: AUDIT_ARCH (linux/audit.h) and the numbers of socket, connect, execve, execveat (asm/unistd.h).
_SYSTEM_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281)),
}
_IO_URING_SETUP = 425  # on every machine; its rings would open sockets unseen


class Memory:
    """What one process may allocate for one request, and how far it may grow over many.

    query_mib    beyond what the process holds when the request begins
    growth_mib   private memory at which it is better replaced
    """

    def __init__(self, *, query_mib: int, growth_mib: int) -> None:
        self._query = query_mib * _MIB
        self._growth = growth_mib * _MIB
        self._first = 0
        self._faults = _faults()

    def bound(self) -> None:
        """Limit the address space to what it has now and one query's memory more; write no core files."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        self._first = _address_space()
        self._limit(self._first + self._query)

    def has_grown(self, *, at_rest: bool = False) -> bool:
        """Tell whether the process has grown too far; where it has grown at all, its bound moves along.

        at_rest   whether nobody needs what it has gathered, which is then better given back
        In between page faults are counted first, which costs next to nothing: each byte that became private was one.
        """
        most = _AT_REST if at_rest else self._growth
        faults = _faults()
        if not at_rest and (faults - self._faults) * _PAGE < most // 4:
            return False
        self._faults = faults
        give_back_memory()
        private, gained = _private_bytes(), _address_space() - self._first
        held = min(private, gained)
        self._limit(self._first + held + self._query)  # a query can use the rest, which was given back
        return private > most or gained - held > self._query // 2

    def _limit(self, size: int) -> None:
        if self._first:
            with contextlib.suppress(OSError, ValueError):  # not every platform limits this
                resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _address_space() -> int:
    """Return the bytes of address space that this process has; 0 where the platform does not tell."""
    try:
        with open("/proc/self/statm", "rb") as status:  # noqa: PTH123 - no path object in a forked process
            return int(status.read().split()[0]) * _PAGE
    except OSError:
        return 0


def _private_bytes() -> int:
    """Return the bytes that this process shares with no other; 0 where the platform does not tell."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def give_back_memory() -> None:
    """Give the system back what the allocator holds free, where it can."""
    if sys.platform == "linux" and hasattr(_LIBC, "malloc_trim"):  # glibc
        _LIBC.malloc_trim(0)


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the closed socket ends it."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def forbid_network() -> str:
    """Take from this process, for good, the means to open connections and to start programs.

    Returns how: "seccomp", "namespace" (a network of its own, with nobody in it), or "none" where the
    platform has neither; what is refused before evaluation is then the only defence.
    """
    if sys.platform != "linux":
        return "none"
    libc = _LIBC
    if _filter_system_calls(libc):
        return "seccomp"
    return "namespace" if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 else "none"


def _filter_system_calls(libc: ctypes.CDLL) -> bool:
    """Install a BPF program that answers some system calls with EPERM (seccomp(2))."""
    machine = os.uname().machine
    if machine not in _SYSTEM_CALLS:
        return False
    audit, numbers = _SYSTEM_CALLS[machine]
    refused = (*numbers, _IO_URING_SETUP)
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
    program: list[tuple[int, ...]] = [(load, 0, 0, 4), (equal, 1, 0, audit), (give, 0, 0, refuse), (load, 0, 0, 0)]
    if machine == "x86_64":
        at_least = 0x35  # BPF_JMP|BPF_JGE|BPF_K: numbers from 0x40000000 on are the same calls of another ABI
        program += [(at_least, len(refused) + 1, 0, 0x40000000)]
    program += [(equal, len(refused) - index, 0, number) for index, number in enumerate(refused)]
    program += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    return bool(
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        and libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0) == 0
    )
