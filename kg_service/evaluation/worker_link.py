"""A worker as the service sees it: the end of its socket, and whether and why it is gone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg_service.evaluation.frames import HEADER, FrameKind

if TYPE_CHECKING:
    import socket

    from kg_service.errors import Problem

__all__ = ["Link", "Worker"]

_READ = 1 << 18


class Link:
    """A non-blocking socket that carries frames.

    What is not asked for is not read, so a slow client slows its worker.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._buffer = bytearray()

    async def send(self, frame: bytes) -> None:
        """Send one frame whole."""
        await asyncio.get_running_loop().sock_sendall(self._connection, frame)

    async def receive(self) -> tuple[FrameKind, bytes] | None:
        """Return the next frame, or None where the worker has ended."""
        header = await self._take(HEADER.size)
        if header is None:
            return None
        size, kind = HEADER.unpack(header)
        payload = await self._take(size)
        return None if payload is None else (FrameKind(kind), payload)

    def close(self) -> None:
        """Close the socket, which ends the worker when it is idle."""
        self._connection.close()

    async def _take(self, size: int) -> bytes | None:
        while len(self._buffer) < size:
            try:
                part = await asyncio.get_running_loop().sock_recv(self._connection, _READ)
            except ConnectionError:
                return None
            if not part:
                return None
            self._buffer += part
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


@dataclass(slots=True, eq=False)
class Worker:
    """One worker process as the service sees it.

    in_reserve       it takes only what is quick, while all others are busy
    killed_because   what the client is told, where the service ended it
    gone             it has died or is about to; another one takes its place
    """

    number: int
    link: Link
    in_reserve: bool = False
    killed_because: Problem | None = None
    gone: bool = False
    death: asyncio.Future[dict[str, Any]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
