"""The service's side of the template process: starts it, commands it, and passes on what it reports."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg_service.children import child_command, child_environment
from kg_service.errors import EvaluationFailed, MemoryExceeded, Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from kg_service.config import Limits

__all__ = ["TemplateProcess", "cause_of_death"]

_log = logging.getLogger("kg_service.evaluation")
_OUT_OF_MEMORY = ("memory allocation of", "MemoryError", "capacity overflow", "failed to allocate")

#: The engine allocates many small pieces; glibc's own store of freed ones is too small for it (7 % of its time).
#: An arena for each thread of an index on disk would take address space, which is what bounds a query's memory.
_MALLOC = "glibc.malloc.tcache_count=127:glibc.malloc.arena_max=2"


class TemplateProcess:
    """A running template process; its commands and reports are described in `template.py`."""

    def __init__(self, places: Sequence[Path], limits: Limits, store: str = "") -> None:
        self._control, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            child_command("kg_service.evaluation.template", str(theirs.fileno())),
            env={"GLIBC_TUNABLES": _MALLOC} | child_environment(),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._tell(
            {
                "places": [str(place) for place in places],
                "store": store,
                "progress": sys.stderr.isatty(),
                **asdict(limits),
            }
        )
        self._control.setblocking(False)

    def fork(self, number: int) -> socket.socket:
        """Have a worker made, and return our end of its socket."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = json.dumps({"fork": number}).encode() + b"\n"
            with contextlib.suppress(OSError):  # its end is reported by `reports`
                socket.send_fds(self._control, [command], [theirs.fileno()])
        return ours

    def kill(self, number: int) -> None:
        """Have a worker killed; killing a dead one does nothing."""
        self._tell({"kill": number})

    async def reports(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what the template reports, until it ends."""
        loop, pending = asyncio.get_running_loop(), b""
        with contextlib.suppress(ConnectionError):  # it was killed with commands unread
            while data := await loop.sock_recv(self._control, 1 << 16):
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    yield json.loads(line)

    async def close(self) -> int:
        """End the template, and with it all workers; return its exit status."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, 5)
        if self._process.poll() is None:
            self._process.kill()
        return self._process.wait()

    def _tell(self, command: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # its end is reported by `reports`
            self._control.sendall(json.dumps(command).encode() + b"\n")


def cause_of_death(report: dict[str, Any], memory: int) -> Problem:
    """Tell why a worker ended that nobody ended: for want of memory (its bound in MiB), or by a fault of the engine."""
    if any(text in report["words"] for text in _OUT_OF_MEMORY) or report["signal"] == signal.SIGKILL:
        return MemoryExceeded(f"The query needed more than the {memory} MiB that one query may use.")
    _log.error("a worker ended with signal %s: %s", report["signal"], report["words"])
    return EvaluationFailed("The engine failed on this query and was replaced.")
