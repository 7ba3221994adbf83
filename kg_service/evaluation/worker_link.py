"""A worker as the service sees it: the end of its socket, the calls it has, and whether it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from typing import TYPE_CHECKING, Any

from kg_service.errors import PROBLEMS, EvaluationFailed, Problem
from kg_service.evaluation.frames import READ, FrameKind, Frames, skip_frame, split_answer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from kg_service.evaluation.call import Call

__all__ = ["Link", "Worker"]

_BY_SLUG = {problem.slug: problem for problem in PROBLEMS}


class Link:
    """A non-blocking socket that carries frames.

    on_frame   called with kind and payload of each frame that comes
    on_end     called once when the worker has ended
    """

    def __init__(
        self, connection: socket.socket, on_frame: Callable[[int, bytes], None], on_end: Callable[[], None]
    ) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._on_frame, self._on_end = on_frame, on_end
        self._frames = Frames()
        self._unsent = bytearray()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection.fileno(), self._readable)

    def send(self, frame: bytes) -> None:
        """Send one frame, at once where the socket takes it; a dead worker's end is told by `on_end`."""
        if not self._unsent:
            try:
                sent = self._connection.send(frame)
            except BlockingIOError:
                sent = 0
            except OSError:
                return
            if sent == len(frame):
                return
            frame = frame[sent:]
            self._loop.add_writer(self._connection.fileno(), self._writable)
        self._unsent += frame

    def close(self) -> None:
        """Close the socket, which ends the worker when it is idle; a second call does nothing."""
        if (descriptor := self._connection.fileno()) >= 0:
            self._loop.remove_reader(descriptor)
            self._loop.remove_writer(descriptor)
            self._connection.close()

    def _readable(self) -> None:
        try:
            data = self._connection.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self._on_end()
            return
        for kind, payload in self._frames.feed(data):
            self._on_frame(kind, payload)

    def _writable(self) -> None:
        with contextlib.suppress(OSError):
            del self._unsent[: self._connection.send(self._unsent)]
        if not self._unsent:
            self._loop.remove_writer(self._connection.fileno())


class Worker:
    """One worker process as the service sees it, and the conversation with it.

    in_reserve   it takes only what is quick, while all others are busy
    flight       the calls sent to it, in the order of their answers; None in place of one that was withdrawn
    since        when the first of them began, by time.monotonic()
    retiring     it gets no further calls and is replaced when it has answered those it has
    gone         it has died or is about to; another one takes its place
    on_free      called with the worker each time it is done with a call, which it passes along
    """

    def __init__(
        self,
        number: int,
        connection: socket.socket,
        *,
        in_reserve: bool,
        on_free: Callable[[Worker, Call | None], None],
    ) -> None:
        self.number = number
        self.in_reserve = in_reserve
        self.flight: deque[Call | None] = deque()
        self.since = 0.0
        self.retiring = self.gone = False
        self._on_free = on_free
        self.link = Link(connection, self._on_frame, self._on_end)

    def give(self, call: Call, now: float) -> None:
        """Send a call to the worker."""
        if not self.flight:
            self.since = now
        self.flight.append(call)
        self.link.send(call.frame)

    def take_back(self, index: int) -> Call | None:
        """Withdraw a call that the worker has not begun, and return it."""
        call = self.flight[index]
        if call is not None:
            self.flight[index] = None
            self.link.send(skip_frame(call.number))
        return call

    def part(self) -> list[Call | None]:
        """Close the link for good; return the calls that were not answered."""
        self.gone = True
        self.link.close()
        calls = list(self.flight)
        self.flight.clear()
        return calls

    def _on_end(self) -> None:
        self.gone = True  # why comes as a report of the template

    def _on_frame(self, kind: int, payload: bytes) -> None:
        if kind == FrameKind.GROWN:
            self.retiring = True
            if not self.flight:
                self._on_free(self, None)
            return
        if not self.flight:  # parted with while these bytes were on their way
            return
        call = self.flight[0]
        if kind == FrameKind.DATA:
            if call is not None:
                call.continue_with(payload)
            return
        if kind == FrameKind.HEAD:
            if call is not None:
                call.begin(payload)
            return
        if call is not None:
            if kind == FrameKind.WHOLE:
                call.finish(*split_answer(payload))
            elif kind == FrameKind.PROBLEM:
                call.fail(_problem_from(json.loads(payload)))
            elif kind == FrameKind.END:
                call.end()
        self.flight.popleft()
        self._on_free(self, call)


def _problem_from(content: dict[str, Any]) -> Problem:
    kind = _BY_SLUG.get(content["slug"], EvaluationFailed)
    return kind(
        content["detail"],
        line=content["line"],
        column=content["column"],
        headers=content["headers"],
        **content["members"],
    )
