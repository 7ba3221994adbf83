"""The service's end of a worker's socket: sends one request, receives frames as they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kg_service.evaluation.frames import HEADER, FrameKind

if TYPE_CHECKING:
    import socket

__all__ = ["Link"]

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
