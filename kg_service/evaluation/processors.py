"""When and where a worker may run: one processor is kept for what is quick, while there is anything quick.

Beside a query that takes long on every processor, Linux lets a process that has just slept wait for the next tick,
4 ms, lower priority or not. A processor where nothing takes long is free at once. No privilege is needed.
"""

from __future__ import annotations

import contextlib
import os
import sys

__all__ = ["allow", "interrupt_nobody"]

#: All processors that this process may use, and those for what takes long.
_ALL = frozenset(os.sched_getaffinity(0)) if sys.platform == "linux" else frozenset()
_FOR_SLOW = _ALL - {min(_ALL)} if len(_ALL) > 1 else _ALL


def allow(process: int, *, every: bool) -> None:
    """Let a process use every processor, or all but the one for what is quick; without effect where there is one."""
    if sys.platform == "linux" and _FOR_SLOW != _ALL:
        with contextlib.suppress(OSError):  # it has died in this instant, or the set was changed from outside
            os.sched_setaffinity(process, _ALL if every else _FOR_SLOW)


def interrupt_nobody() -> None:
    """Let this process, when it is given something to do, wait until a processor is free (SCHED_BATCH; sched(7)).

    Else it takes the one of the process that just sent it a request, and has more to send. Its share stays the same.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # the system may allow no such wish
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
