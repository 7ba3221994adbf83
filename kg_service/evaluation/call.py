"""One request on its way through the workers, and the answer that comes of it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg_service.errors import EvaluationFailed
from kg_service.evaluation.frames import header_fields, request_frame
from kg_service.evaluation.stream import Stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from kg_service.errors import Problem

__all__ = ["Answer", "Call", "Waiter"]

_log = logging.getLogger("kg_service.evaluation")


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
        """The result piece by piece, once; closing it early, once begun, withdraws the request."""
        if self._chunks is None:
            self._chunks = self._pieces()
        return self._chunks

    def close(self) -> None:
        """Let go of what is left; where the result is not complete, its worker is freed."""
        if self.stream is not None:
            self.stream.close()

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


class Call:
    """A request and what is known of its progress.

    request    what a worker is asked
    began, deadline   by time.monotonic()
    heavy      it has overrun the time for quick ones, now or before: it waits for an ordinary worker
    is_wanted  whether somebody still waits for the answer or its beginning
    is_second_try   a worker has died at it just after it had begun
    """

    __slots__ = (
        "began",
        "client",
        "deadline",
        "frame",
        "heavy",
        "is_second_try",
        "is_wanted",
        "left",
        "request",
        "settle",
        "slow",
        "stream",
    )

    def __init__(
        self, request: dict[str, Any], client: str, began: float, deadline: float,
        settle: Callable[[Answer | Problem], None], left: Callable[[Call], None], slow: Callable[[Call], None] | None,
    ) -> None:  # fmt: skip
        """Prepare a call.

        settle   called once, with the answer or its beginning, or with the problem for which there is none
        left     called with the call where nobody takes its result to the end
        slow     called once with the call when it takes longer than most
        """
        self.request = request
        self.frame = request_frame(request)
        self.client = client
        self.began, self.deadline = began, deadline
        self.settle, self.left, self.slow = settle, left, slow
        self.heavy = self.is_second_try = False
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


class Waiter:
    """A coroutine's wait for the answer to a call.

    answer   the answer or its beginning, or the problem for which there is none
    slow     called once when the answer takes longer than most, with what cancels the wait
    """

    def __init__(self, slow: Callable[[Callable[[], None]], None] | None) -> None:
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._slow = slow

    def settle(self, outcome: Answer | Problem) -> None:
        """End the wait."""
        if self.answer.done():
            return
        if isinstance(outcome, Answer):
            self.answer.set_result(outcome)
        else:
            self.answer.set_exception(outcome)

    def is_slow(self, call: Call) -> None:
        """Pass on that the answer takes longer than most."""

        def abandon() -> None:
            if call.stream is not None:
                call.stream.cancel()
            else:
                self.answer.cancel()

        if self._slow is not None:
            self._slow(abandon)
