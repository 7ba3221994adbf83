"""One worker: answers one request after another on its socket until the socket closes; may be killed at any moment."""

from __future__ import annotations

import os
import time
import traceback
from typing import TYPE_CHECKING, Any

from kg_service.codings import compressor
from kg_service.errors import MemoryExceeded, Problem, ResultTooLarge
from kg_service.evaluation.frames import DECODED, FrameKind, answer_frame, frame, head_frame, json_frame
from kg_service.evaluation.inbox import Inbox
from kg_service.store.operations import OPERATIONS

if TYPE_CHECKING:
    import socket

    from kg_service.codings import Compressor
    from kg_service.evaluation.confinement import Memory
    from kg_service.store.contract import Store

__all__ = ["serve_requests", "warm_up"]

_CHUNK = 256 * 1024
#: Shorter results are not worth compressing: they fit into one packet.
_WORTH_CODING = 1_000
#: Requests are withdrawn only from behind one that takes longer than this.
_QUICK_S = 0.001
_WARM = b"query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205"
#: After this many quick requests the process looks how large it has become.
_CALLS_UNWATCHED = 32


class FrameWriter:
    """A binary file whose bytes leave as frames; a short result leaves in one piece with its head.

    most   bytes that a result may have
    pyoxigraph's serialisers write chunks of 8 KiB into it.
    """

    def __init__(self, connection: socket.socket | Nobody, *, most: int) -> None:
        self._connection = connection
        self._most = most
        self._buffer = bytearray()
        self.start()

    def start(self, *, coding: str | None = None) -> None:
        """Make ready for a result.

        coding   content coding for what is worth it; the head tells which one was used
        """
        self._coding = coding
        self._compressor: Compressor | None = None
        self._head, self._form = b"", 0
        self._begun = False
        self._size = 0
        self._buffer.clear()

    def begin(self, head: bytes = b"", *, form: int = 0) -> None:
        """Fix what is sent before the first byte: header lines and the query form answered; nothing leaves yet."""
        self._head, self._form = head, form
        if head == DECODED:  # read by the service
            self._coding = None

    def write(self, chunk: bytes) -> int:
        """Take bytes of the result. Raises ResultTooLarge past the bound."""
        self._buffer += chunk
        if len(self._buffer) >= _CHUNK:
            self._size += len(self._buffer)
            self.check_size()
            self._send()
        return len(chunk)

    def check_size(self) -> None:
        """Raise ResultTooLarge where what was written has passed the bound."""
        if self._size > self._most:
            raise ResultTooLarge(f"The result is longer than the {self._most} bytes that one result may have.")

    def flush(self) -> None:
        """Do nothing: frames leave when they are worth it."""

    def end(self) -> None:
        """Send what is left and the end mark. Raises ResultTooLarge past the bound."""
        self._size += len(self._buffer)
        self.check_size()
        if not self._begun:
            body: bytes | bytearray = self._buffer
            if self._coding is not None and len(body) >= _WORTH_CODING:
                coder = self._begin_coding(self._coding)
                body = coder.compress(body) + coder.flush()
            self._connection.sendall(answer_frame(self._form, self._head, body))
            return
        self._send()
        rest = frame(FrameKind.DATA, self._compressor.flush()) if self._compressor is not None else b""
        self._connection.sendall(rest + frame(FrameKind.END))

    def fail(self, problem: Problem) -> None:
        """Send a problem in place of the result, or after a part of it."""
        content = {
            "slug": problem.slug,
            "detail": problem.detail,
            "line": problem.line,
            "column": problem.column,
            "headers": problem.headers,
            "members": problem.members,
        }
        self._connection.sendall(json_frame(FrameKind.PROBLEM, content))

    def _begin_coding(self, coding: str) -> Compressor:
        self._head += f"content-encoding: {coding}\r\n".encode()
        return compressor(coding)

    def _send(self) -> None:
        head = b""
        if not self._begun:
            self._begun = True
            if self._coding is not None:
                self._compressor = self._begin_coding(self._coding)
            head = head_frame(self._form, self._head)
        data = bytes(self._buffer)
        self._buffer.clear()
        if self._compressor is not None:
            data = self._compressor.compress(data)
        self._connection.sendall(head + frame(FrameKind.DATA, data) if data else head)


def serve_requests(connection: socket.socket, store: Store, *, memory: Memory, result_bytes: int) -> None:
    """Answer requests until the other side closes its end.

    memory   what this process may allocate for one request; past it the engine aborts the process,
             which cannot be caught
    """
    warm_up(store)
    memory.bound()
    connection.sendall(frame(FrameKind.READY, os.getpid().to_bytes(4, "big")))

    def tell_if_grown(*, at_rest: bool = False) -> None:
        if memory.has_grown(at_rest=at_rest):
            connection.sendall(frame(FrameKind.GROWN))

    def rest() -> None:
        if store.is_replaceable:
            tell_if_grown(at_rest=True)

    inbox = Inbox(connection, rest)
    writer = FrameWriter(connection, most=result_bytes)
    took, count = 0.0, 0
    while (content := inbox.next(look=took > _QUICK_S)) is not None:
        began = time.monotonic()
        writer.start(coding=content.pop("coding", None))
        try:
            if not answer(store, writer, content):
                return
            took, count = time.monotonic() - began, count + 1
            if took > _QUICK_S or count % _CALLS_UNWATCHED == 0:
                tell_if_grown()
        except (BrokenPipeError, ConnectionResetError):
            return


class Nobody:
    """Where an answer to nobody goes: any socket would hold only so much of it."""

    def sendall(self, data: bytes) -> None:
        """Drop the bytes."""


def warm_up(store: Store) -> None:
    """Answer a small question to nobody: what the first answer makes is made, and in a worker becomes its own."""
    content = {"operation": "request", "query_string": _WARM, "base": "http://localhost/", "accept": "*/*"}
    answer(store, FrameWriter(Nobody(), most=1_000_000), content)


def answer(store: Store, writer: FrameWriter, content: dict[str, Any]) -> bool:
    """Answer one request; whatever is wrong with it is told, and only a fault of our own ends the process.

    Returns whether the process is fit for more: one that ran out of memory might not have it back for the next.
    """
    try:
        OPERATIONS[content.pop("operation")](store, writer, **content)
        writer.end()
    except Problem as problem:
        writer.fail(problem)
    except MemoryError:
        traceback.print_exc()  # tells the service why it ends, should the problem not arrive
        writer.fail(MemoryExceeded("The query needed more memory than one query may use."))
        return False
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception:  # noqa: BLE001 - one request's fault is not the worker's end
        traceback.print_exc()  # its last words, in the log
        raise SystemExit(1) from None
    return True
