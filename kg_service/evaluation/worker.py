"""One worker: answers one request at a time on its socket until the socket closes; may be killed at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import traceback
from typing import TYPE_CHECKING, Any

from kg_service.errors import MemoryExceeded, Problem
from kg_service.evaluation.frames import FrameKind, frame, json_frame, read_frame
from kg_service.store.embedded import OPERATIONS

if TYPE_CHECKING:
    import socket

    from kg_service.store.embedded import EmbeddedStore

__all__ = ["serve_requests"]

_CHUNK = 64 * 1024


class FrameWriter:
    """A binary file whose bytes leave as frames; small results leave in one piece with head and end.

    pyoxigraph's serialisers write chunks of 8 KiB into it.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._head: bytes | None = None
        self._buffer = bytearray()

    def begin(self, head: dict[str, Any]) -> None:
        """Fix what is sent before the first byte; nothing leaves yet."""
        self._head = json_frame(FrameKind.HEAD, head)

    def write(self, chunk: bytes) -> int:
        """Take bytes of the result."""
        self._buffer += chunk
        if len(self._buffer) >= _CHUNK:
            self._send(b"")
        return len(chunk)

    def flush(self) -> None:
        """Do nothing: frames leave when they are worth it."""

    def end(self) -> None:
        """Send what is left and the end mark."""
        self._send(frame(FrameKind.END, b""))

    def fail(self, problem: Problem) -> None:
        """Send a problem in place of the result, or after a part of it."""
        self._head, self._buffer = None, bytearray()
        content = {
            "slug": problem.slug,
            "detail": problem.detail,
            "line": problem.line,
            "column": problem.column,
        }
        self._connection.sendall(json_frame(FrameKind.PROBLEM, content))

    def _send(self, ending: bytes) -> None:
        head = self._head or b""
        self._head = None
        data = frame(FrameKind.DATA, bytes(self._buffer)) if self._buffer else b""
        self._buffer.clear()
        self._connection.sendall(head + data + ending)


def serve_requests(connection: socket.socket, store: EmbeddedStore, *, memory_mib: int) -> None:
    """Answer requests until the other side closes its end.

    memory_mib   bound on what this process may allocate beyond what it holds now; past it the engine
                 aborts the process, which cannot be caught
    """
    bound_memory(memory_mib)
    while (request := read_frame(connection)) is not None:
        writer = FrameWriter(connection)
        content = json.loads(request[1])
        try:
            OPERATIONS[content.pop("operation")](store, writer, **content)
            writer.end()
        except Problem as problem:
            writer.fail(problem)
        except MemoryError:
            writer.fail(MemoryExceeded("The query needed more memory than one query may use."))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception:  # noqa: BLE001 - one request's fault is not the worker's end
            traceback.print_exc()  # its last words, in the log
            raise SystemExit(1) from None


def bound_memory(memory_mib: int) -> None:
    """Limit the address space of this process to what it has now and `memory_mib` more; write no core files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # not every platform tells or limits this
        with open("/proc/self/statm", "rb") as status:  # noqa: PTH123 - no path object in a forked process
            pages = int(status.read().split()[0])
        bound = pages * os.sysconf("SC_PAGE_SIZE") + memory_mib * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
