"""How much memory there is to be had."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

__all__ = ["memory_left"]

_MEMINFO, _GROUPS, _GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def memory_left() -> int | None:
    """Return the bytes that the machine has left, or that the control group may have (cgroup v2) where that is less.

    None where the platform does not tell. proc_meminfo(5), cgroups(7)
    """
    told = []
    with contextlib.suppress(OSError):
        sizes = re.findall(r"^MemAvailable:\s*(\d+) kB$", _MEMINFO.read_text(), re.MULTILINE)
        told += [int(size) * 1024 for size in sizes]
    with contextlib.suppress(OSError):
        for name in re.findall(r"^0::/(.*)$", _GROUP.read_text(), re.MULTILINE):
            most = (_GROUPS / name / "memory.max").read_text().strip()
            told += [int(most)] if most.isdigit() else []
    return min(told, default=None)
