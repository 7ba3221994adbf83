"""From a request to a worker's answer on the wire: entity tags, the cache, streaming, clients that go away."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from kg_service.codings import preferred_coding
from kg_service.cross_origin import INERT
from kg_service.errors import Problem
from kg_service.evaluation.frames import DECODED, header_fields
from kg_service.web.cache import Kept, Turn
from kg_service.web.context import client_of, context_of, field_values, not_modified
from kg_service.web.gone import Gone
from kg_service.web.problems import problem_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg_service.evaluation.call import Answer

__all__ = ["ANSWERED", "ASKED", "FORM", "WorkerAnswer", "answer_key"]

_log = logging.getLogger("kg_service.web")

Headers = list[tuple[bytes, bytes]]
#: Under this key of a scope stands what a worker has answered already, or the problem that came of it.
ANSWERED = "kg.answered"
#: Under this one, the number of the query form that was answered, for the counters.
FORM = "kg.form"
#: Under this one, a request's body, where the query is in it.
ASKED = "kg.asked"
#: Methods whose answers a client may hold already (RFC 9110 §13.1.2; QUERY is as safe as GET).
_SAFE = frozenset({"GET", "HEAD", "QUERY"})


class WorkerAnswer:
    """An ASGI response made by a worker.

    work       what the worker is asked
    headers    Content-Type and the rest; none where the worker decides them, and with them whether the answer
               is the same the next time
    key        equal for requests with equal answers; None: derived from `work` and `headers`
    otherwise  makes the response where the worker told what was asked in place of a result; it is given that,
               and what takes note of a wait that is long
    A result that breaks off after its first bytes ends the connection, never the body.
    """

    def __init__(
        self,
        work: dict[str, Any],
        headers: dict[str, str] | None = None,
        *,
        key: bytes = b"",
        timeout_s: float | None = None,
        otherwise: Callable[[bytes, Gone], Awaitable[ASGIApp]] | None = None,
    ) -> None:
        self.work = work
        self.headers = headers or {}
        self.key = key
        self.timeout_s = timeout_s
        self.otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request: unchanged, from the cache, or by a worker."""
        try:
            await _Exchange(self, scope, receive, send).answer()
        except Problem as problem:
            await problem_response(Request(scope), problem)(scope, receive, send)


class _Exchange:
    """One request that a worker answers, and what is known of it."""

    def __init__(self, asked: WorkerAnswer, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked, self.scope, self.receive, self.send = asked, scope, receive, send
        self.context = context_of(scope)
        self.version = self.context.facts["hash"]
        fields = field_values(scope)
        self.held = fields.get(b"if-none-match") if scope["method"] in _SAFE else None
        accepted = fields.get(b"accept-encoding")
        self.coding = preferred_coding(accepted.decode("latin-1")) if accepted else None
        self.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in asked.headers.items()
        ]
        etag = b""
        if self.headers:
            self.headers += [(name.encode(), value.encode()) for name, value in INERT]
            etag = self.context.etag(asked.work, asked.headers)
            self.headers += ((b"etag", etag), (b"cache-control", b"no-cache"))
        self.key = answer_key(asked.key or etag, self.coding)
        self.turn = Turn(self.context.cache, self.key)
        self.gone = Gone(receive)

    async def answer(self) -> None:
        """Answer from what is known, else have a worker evaluate, once for equal requests at the same time."""
        cache = self.context.cache
        if ANSWERED in self.scope:
            await self.evaluate()
        elif self.held and (unchanged := self.context.unchanged(self.key, self.held)) is not None:
            await self.send_whole(unchanged, b"", status=304)
        elif (found := cache.get(self.key)) is not None:
            await self.send_kept(found)
        elif self.turn.begin():
            try:
                await self.evaluate()
            finally:
                self.turn.end()
        elif (found := await cache.wait(self.key)) is not None:
            await self.send_kept(found)
        else:  # the answer waited for was not one to be kept: none of those who waited waits again
            await self.evaluate()

    async def evaluate(self) -> None:
        """Have a worker answer; keep the answer where it will be the same the next time.

        Raises the problem for which nothing could be sent.
        """
        try:
            answer = await self.answer_of_worker()
            self.scope[FORM] = answer.form
            self.headers += answer.headers
            if answer.head == DECODED and self.asked.otherwise is not None:
                response = await self.asked.otherwise(await answer.read(), self.gone)
                await response(self.scope, self.receive, self.send)
            elif answer.body is not None:
                self.keep(answer.form, answer.body)
                self.turn.end()  # before the client takes the answer, which may be never
                unchanged = not_modified(self.headers, self.held) if self.held else None
                if unchanged is not None:
                    await self.send_whole(unchanged, b"", status=304)
                else:
                    await self.send_whole(self.headers, answer.body)
            else:
                self.turn.end()
                self.keep(answer.form, await self.stream(answer))
        except asyncio.CancelledError:
            if not self.gone.is_true:
                raise
        finally:
            self.gone.stop_watching()

    async def answer_of_worker(self) -> Answer:
        """Return a worker's answer, where there is none yet. Raises the problem that came of it."""
        answer: Answer | Problem | None = self.scope.pop(ANSWERED, None)
        if isinstance(answer, Problem):
            raise answer
        if answer is None:
            return await self.context.pool.evaluate(
                {**self.asked.work, "coding": self.coding} if self.coding else self.asked.work,
                client=client_of(self.scope), timeout_s=self.asked.timeout_s, slow=self.gone.begin_to_watch,
            )  # fmt: skip
        if answer.stream is not None:
            self.gone.begin_to_watch(answer.stream.cancel)
        return answer

    def keep(self, form: int, body: bytes | None) -> None:
        """Remember the answer, and keep it where it is short enough to be given again."""
        if self.version == self.context.facts["hash"] and any(name == b"etag" for name, _ in self.headers):
            head = b"".join([b"%b: %b\r\n" % pair for pair in self.headers])
            self.context.remember(self.key, head)
            if body is not None:
                self.context.cache.put(self.key, Kept(head, body, form))

    async def send_kept(self, kept: Kept) -> None:
        """Send an answer from the cache."""
        self.context.measures.hit()
        self.scope[FORM] = kept.form
        await self.send_whole(header_fields(kept.head), kept.body)

    async def send_whole(self, headers: Headers, body: bytes, *, status: int = 200) -> None:
        """Send an answer in one piece."""
        length = [(b"content-length", str(len(body)).encode())] if status == 200 else []  # noqa: PLR2004
        await self.send({"type": "http.response.start", "status": status, "headers": headers + length})
        await self.send({"type": "http.response.body", "body": body})

    async def stream(self, answer: Answer) -> bytes | None:
        """Send a long result as it comes; return it whole where it is short enough to be kept."""
        try:
            await self.send({"type": "http.response.start", "status": 200, "headers": self.headers})
            kept: list[bytes] | None = [] if self.scope["method"] != "HEAD" else None
            size = 0
            if self.scope["method"] != "HEAD":
                async for chunk in answer.chunks:
                    if self.gone.is_true:
                        return None
                    size += len(chunk)
                    kept = None if kept is None or size > self.context.cache.entry_bytes else [*kept, chunk]
                    await self.send({"type": "http.response.body", "body": chunk, "more_body": True})
        except Problem as problem:
            # Without the last body message the server breaks the connection off: no short answer looks whole.
            _log.warning("a result broke off: %s", problem.title)
            raise _BrokenOffError from problem
        finally:
            answer.close()
        await self.send({"type": "http.response.body", "body": b""})
        return b"".join(kept) if kept is not None else None


class _BrokenOffError(ConnectionError):
    """A result that had begun could not be completed."""


def answer_key(asked: bytes, coding: str | None) -> bytes:
    """Return the key of an answer in the cache: what was asked, and how it is sent."""
    return asked + b"\0" + coding.encode() if coding else asked
