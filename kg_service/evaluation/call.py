"""One request on its way through the workers, and the answer that comes of it."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections import deque
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from kg_service.errors import EvaluationFailed
from kg_service.evaluation.frames import header_fields, request_frame

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from kg_service.errors import Problem

__all__ = ["Answer", "Call", "Stream"]

_log = logging.getLogger("kg_service.evaluation")
#: What a client has not taken yet waits in memory up to this size, beyond it in an unnamed file.
_IN_MEMORY = 1 << 20
_PIECE = 1 << 18


@dataclass(slots=True)
class Answer:
    """A result whose first bytes are there.

    form     number of the query form that it answers; 0 where it answers no query
    head     the header fields that it brings along, as lines
    body     the whole result, where it came in one piece
    stream   the bytes as they come, otherwise
    """

    form: int
    head: bytes
    body: bytes | None
    stream: Stream | None = None
    _chunks: AsyncGenerator[bytes, None] | None = None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The header fields that it brings along, names in lower case."""
        return header_fields(self.head)

    @property
    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The result piece by piece, once; closing it early withdraws the request."""
        if self._chunks is None:
            self._chunks = self._pieces()
        return self._chunks

    async def read(self) -> bytes:
        """Return the whole result. Raises the problem for which it broke off, if it did."""
        if self.body is not None:
            return self.body
        return b"".join([chunk async for chunk in self.chunks])

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        if self.stream is None:
            yield self.body or b""
            return
        try:
            while (piece := await self.stream.next()) is not None:
                yield piece
        finally:
            self.stream.close()


class Stream:
    """The bytes of a long result between a worker, which is quick, and a client, which may be slow.

    A worker is never held up by a client: what is not taken yet waits here, a little of it in memory.
    left   called once where the reader goes before the end
    """

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
        if self._written > self._read or self._held + len(data) > _IN_MEMORY:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the stream
            self._file.seek(self._written)
            self._written += self._file.write(data)
        else:
            self._pieces.append(data)
            self._held += len(data)
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
                self._held -= len(piece)
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
        if self._file is not None:
            self._file.close()
            self._file = None

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


class Call:
    """A request and what is known of its progress.

    request    what a worker is asked
    began, deadline   by time.monotonic()
    heavy      it has overrun the time for quick ones, now or before: it waits for an ordinary worker
    is_wanted  whether somebody still waits for the answer or its beginning
    """

    __slots__ = (
        "began",
        "client",
        "deadline",
        "frame",
        "heavy",
        "is_wanted",
        "left",
        "number",
        "request",
        "settle",
        "slow",
        "stream",
    )

    def __init__(
        self, number: int, request: dict[str, Any], client: str, began: float, deadline: float,
        settle: Callable[[Answer | Problem], None], left: Callable[[Call], None], slow: Callable[[Call], None] | None,
    ) -> None:  # fmt: skip
        """Prepare a call.

        settle   called once, with the answer or its beginning, or with the problem for which there is none
        left     called with the call where nobody takes its result to the end
        slow     called once with the call when it takes longer than most
        """
        self.number = number
        self.request = request
        self.frame = request_frame(number, request)
        self.client = client
        self.began, self.deadline = began, deadline
        self.settle, self.left, self.slow = settle, left, slow
        self.heavy = False
        self.is_wanted = True
        self.stream: Stream | None = None

    @property
    def key(self) -> int:
        """Equal for equal requests."""
        return hash(repr(self.request))

    def finish(self, form: int, head: bytes, body: bytes) -> None:
        """Give the whole answer."""
        if self.is_wanted:
            self.is_wanted = False
            self.settle(Answer(form, head, body))

    def begin(self, form: int, head: bytes) -> None:
        """Give the beginning of a long answer."""
        if self.is_wanted:
            self.is_wanted = False
            self.stream = Stream(lambda: self.left(self))
            self.settle(Answer(form, head, None, self.stream))

    def continue_with(self, data: bytes) -> None:
        """Give more of a long answer."""
        if self.stream is None:
            return
        try:
            self.stream.feed(data)
        except OSError as error:
            _log.error("a result could not be kept on disk: %s", error)
            self.fail(EvaluationFailed("The service has no room for what the client has not taken yet."))
            self.left(self)

    def end(self) -> None:
        """Tell that a long answer is complete."""
        if self.stream is not None:
            self.stream.end()

    def fail(self, problem: Problem) -> None:
        """Tell whoever waits; a result that has begun breaks off."""
        if self.stream is not None:
            self.stream.end(problem)
        elif self.is_wanted:
            self.is_wanted = False
            self.settle(problem)
