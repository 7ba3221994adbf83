"""A worker's end of its socket: the requests that have come, and what to do while none comes."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections import deque
from typing import TYPE_CHECKING, Any

from kg_service.evaluation.frames import READ, FrameKind, Frames, frame, read_request, read_skip

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Inbox"]

#: After so many seconds without a request a worker rests.
_REST_S = 1.0


class Inbox:
    """The requests that have come, without those that were withdrawn.

    rest      called once each time that none has come for a while
    after_s   that while, in seconds
    """

    def __init__(self, connection: socket.socket, rest: Callable[[], None], *, after_s: float = _REST_S) -> None:
        self._connection, self._rest, self._after_s = connection, rest, after_s
        self._wait_for(after_s)
        self._frames = Frames()
        self._requests: deque[tuple[int, dict[str, Any]]] = deque()
        self._count = 0
        self._withdrawn: set[int] = set()

    def next(self, *, look: bool) -> dict[str, Any] | None:
        """Return the next request, or None where the service has closed its end.

        look   whether a request that is already here may have been withdrawn meanwhile
        """
        if look and self._requests:
            with contextlib.suppress(BlockingIOError):
                if not self._read(socket.MSG_DONTWAIT):
                    return None
        while True:
            while self._requests:
                place, content = self._requests.popleft()
                if place not in self._withdrawn:
                    return content
                self._withdrawn.discard(place)
                self._connection.sendall(frame(FrameKind.SKIPPED))
            self._withdrawn.clear()  # these came too late
            try:
                there_is_more = self._read()
            except BlockingIOError:
                self._rest()
                self._wait_for(0)
                there_is_more = self._read()
                self._wait_for(self._after_s)
            if not there_is_more:
                return None

    def _wait_for(self, seconds: float) -> None:
        """Fix how long to wait for bytes, 0 without end; the system counts, which costs no call of its own."""
        time_value = struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, time_value)

    def _read(self, flags: int = 0) -> bool:
        data = self._connection.recv(READ, flags)
        for kind, payload in self._frames.feed(data):
            if kind == FrameKind.REQUEST:
                self._requests.append((self._count, read_request(payload)))
                self._count += 1
            else:
                self._withdrawn.add(read_skip(payload))
        return bool(data)
