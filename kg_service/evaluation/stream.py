"""The bytes of a long result on their way from a worker to a client."""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from typing import IO, TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.errors import Problem

__all__ = ["Stream"]

#: What a client has not taken yet waits in memory, up to this size for one result and for all, beyond it in a file.
_IN_MEMORY, _TOGETHER = 1 << 24, 1 << 26
_PIECE = 1 << 18


class Stream:
    """The bytes of a long result between a worker, which is quick, and a client, which may be slow.

    A worker is never held up by a client: what is not taken yet waits here, a little of it in memory.
    left   called once where the reader goes before the end
    """

    together: ClassVar[int] = 0  # bytes that all of them hold in memory

    def __init__(self, left: Callable[[], None]) -> None:
        self._left = left
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._file: IO[bytes] | None = None
        self._written = self._read = 0
        self._ended = False
        self._problem: Problem | None = None
        self._reader: asyncio.Future[None] | None = None

    def feed(self, data: bytes) -> None:
        """Take bytes from the worker. Raises OSError where the disk is full."""
        size = len(data)
        if self._written > self._read or self._held + size > _IN_MEMORY or Stream.together + size > _TOGETHER:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the stream
            self._file.seek(self._written)
            self._written += self._file.write(data)
        else:
            self._pieces.append(data)
            self._hold(size)
        self._wake()

    def end(self, problem: Problem | None = None) -> None:
        """Tell the reader that nothing follows, or why the result breaks off here."""
        self._ended, self._problem = True, problem
        self._wake()

    async def next(self) -> bytes | None:
        """Return the next piece, or None at the end. Raises the problem for which the result broke off."""
        while True:
            if self._pieces:
                piece = self._pieces.popleft()
                self._hold(-len(piece))
                return piece
            if self._file is not None and self._read < self._written:
                return self._next_from(self._file)
            if self._problem is not None:
                raise self._problem
            if self._ended:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader

    def cancel(self) -> None:
        """End the wait for the next piece."""
        if self._reader is not None:
            self._reader.cancel()

    def close(self) -> None:
        """Let go of what is left."""
        if not self._ended:
            self._ended = True
            self._left()
        self._pieces.clear()
        self._hold(-self._held)
        if self._file is not None:
            self._file.close()
            self._file = None

    def _hold(self, size: int) -> None:
        self._held += size
        Stream.together += size

    def _next_from(self, file: IO[bytes]) -> bytes:
        file.seek(self._read)
        piece = file.read(min(_PIECE, self._written - self._read))
        self._read += len(piece)
        if self._read == self._written:  # all taken: the disk space is free again
            self._read = self._written = 0
            file.truncate(0)
        return piece

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
