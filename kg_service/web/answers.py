"""From a request to a worker's answer on the wire: entity tags, the cache, streaming, clients that go away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from kg_service.codings import preferred_coding
from kg_service.errors import Problem
from kg_service.evaluation.frames import DECODED, header_fields
from kg_service.web.cache import Kept
from kg_service.web.context import client_of, context_of, field_values, not_modified
from kg_service.web.problems import problem_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg_service.evaluation.call import Answer
    from kg_service.web.context import Context

__all__ = ["ANSWERED", "ASKED", "FORM", "WorkerAnswer", "answer_key"]

_log = logging.getLogger("kg_service.web")

Headers = list[tuple[bytes, bytes]]
#: Under this key of a scope stands what a worker has answered already, or the problem that came of it.
ANSWERED = "kg.answered"
#: Under this one, the number of the query form that was answered, for the counters.
FORM = "kg.form"
#: Under this one, a request's body, where the query is in it.
ASKED = "kg.asked"
#: Reading is open to scripts of every origin (Fetch standard, 3.2), here without the framework's detour.
_CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, X-Rows, X-More-Rows"),
]


class WorkerAnswer:
    """An ASGI response made by a worker.

    work       what the worker is asked
    headers    Content-Type and the rest; none where the worker decides them, and with them whether the answer
               is the same the next time
    key        equal for requests with equal answers; None: derived from `work` and `headers`
    otherwise  makes the response where the worker told what was asked in place of a result
    A result that breaks off after its first bytes ends the connection, never the body.
    """

    def __init__(
        self,
        work: dict[str, Any],
        headers: dict[str, str] | None = None,
        *,
        key: bytes = b"",
        timeout_s: float | None = None,
        otherwise: Callable[[bytes], Awaitable[ASGIApp]] | None = None,
    ) -> None:
        self.work = work
        self.headers = headers or {}
        self.key = key
        self.timeout_s = timeout_s
        self.otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request: unchanged, from the cache, or by a worker."""
        context, fields = context_of(scope), field_values(scope)
        accepted, held = fields.get(b"accept-encoding"), fields.get(b"if-none-match")
        coding = preferred_coding(accepted.decode("latin-1")) if accepted else None
        work = self.work if coding is None else {**self.work, "coding": coding}
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        if headers:
            etag = context.etag(self.work, self.headers)
            headers += ((b"etag", etag), (b"cache-control", b"no-cache"))
        else:
            etag = b""
        if b"origin" in fields:
            headers += _CORS
        key = answer_key(self.key or etag, coding, with_origin=b"origin" in fields)
        try:
            if ANSWERED in scope:
                await self._evaluate(context, work, headers, key, held, scope, receive, send)
            elif held and (unchanged := context.unchanged(key, held)) is not None:
                await _send_whole(send, unchanged, b"", status=304)
            elif (found := context.cache.get(key)) is not None:
                await _send_kept(context, scope, send, found)
            elif context.cache.begin(key):
                try:
                    await self._evaluate(context, work, headers, key, held, scope, receive, send)
                finally:
                    context.cache.end(key)
            elif (found := await context.cache.wait(key)) is not None:
                await _send_kept(context, scope, send, found)
            else:  # the answer waited for was not one to be kept: none of those who waited waits again
                await self._evaluate(context, work, headers, key, held, scope, receive, send)
        except Problem as problem:
            await problem_response(Request(scope), problem)(scope, receive, send)

    async def _evaluate(
        self, context: Context, work: dict[str, Any], headers: Headers, key: bytes, held: bytes | None,
        scope: Scope, receive: Receive, send: Send,
    ) -> None:  # fmt: skip
        """Have a worker answer; keep the answer where it will be the same the next time.

        Raises the problem for which nothing could be sent.
        """
        gone = _Gone(receive)
        try:
            answer = scope.pop(ANSWERED, None)
            if isinstance(answer, Problem):
                raise answer
            if answer is None:
                answer = await context.pool.evaluate(
                    work, client=client_of(scope), timeout_s=self.timeout_s, slow=gone.begin_to_watch
                )
            scope[FORM] = answer.form
            headers += answer.headers
            if answer.body is not None:
                if answer.head == DECODED and self.otherwise is not None:
                    await (await self.otherwise(answer.body))(scope, receive, send)
                    return
                unchanged = not_modified(headers, held) if held else None
                if unchanged is not None:
                    await _send_whole(send, unchanged, b"", status=304)
                else:
                    await _send_whole(send, headers, answer.body)
                body: bytes | None = answer.body
            else:
                body = await _stream(context, scope, send, headers, answer, gone)
        except asyncio.CancelledError:
            if not gone.is_true:
                raise
            return
        finally:
            gone.stop_watching()
        if any(name == b"etag" for name, _ in headers):
            head = b"".join([b"%b: %b\r\n" % pair for pair in headers])
            context.remember(key, head)
            if body is not None:
                context.cache.put(key, Kept(head, body, answer.form))


def answer_key(asked: bytes, coding: str | None, *, with_origin: bool) -> bytes:
    """Return the key of an answer in the cache: what was asked, and how it is sent."""
    return b"\0".join((asked, coding.encode() if coding else b"", b"origin" if with_origin else b""))


async def _send_kept(context: Context, scope: Scope, send: Send, kept: Kept) -> None:
    context.measures.hits += 1
    scope[FORM] = kept.form
    await _send_whole(send, header_fields(kept.head), kept.body)


async def _send_whole(send: Send, headers: Headers, body: bytes, *, status: int = 200) -> None:
    length = [(b"content-length", str(len(body)).encode())] if status == 200 else []  # noqa: PLR2004
    await send({"type": "http.response.start", "status": status, "headers": headers + length})
    await send({"type": "http.response.body", "body": body})


async def _stream(
    context: Context, scope: Scope, send: Send, headers: Headers, answer: Answer, gone: _Gone
) -> bytes | None:
    """Send a long result as it comes; return it whole where it is short enough to be kept."""
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async with contextlib.aclosing(answer.chunks) as chunks:
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return None
        kept: list[bytes] | None = []
        size = 0
        try:
            async for chunk in chunks:
                if gone.is_true:
                    return None
                size += len(chunk)
                if size > context.cache.entry_bytes:
                    kept = None
                if kept is not None:
                    kept.append(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except Problem as problem:
            # Without the last body message the server breaks the connection off: no short answer looks whole.
            _log.warning("a result broke off: %s", problem.title)
            raise _BrokenOffError from problem
    await send({"type": "http.response.body", "body": b""})
    return b"".join(kept) if kept is not None else None


class _BrokenOffError(ConnectionError):
    """A result that had begun could not be completed."""


class _Gone:
    """Whether the client has gone away. Most answers are quicker than a look would be, so it begins late.

    While an answer is awaited, its awaiting is cancelled, which frees the worker.
    """

    def __init__(self, receive: Receive) -> None:
        self.is_true = False
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._stopped = False

    def begin_to_watch(self, abandon: Callable[[], None]) -> None:
        """Look from now on; where the client goes, `abandon` the answer."""
        if not self._stopped:
            self._watching = asyncio.create_task(self._watch(abandon))

    def stop_watching(self) -> None:
        """Let go: the answer is given, or nobody wants it."""
        self._stopped = True
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self, abandon: Callable[[], None]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_true = True
        abandon()
