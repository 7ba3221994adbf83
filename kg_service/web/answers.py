"""From a request to a worker's answer on the wire: entity tags, the cache, streaming, clients that go away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from kg_service.codings import preferred_coding
from kg_service.errors import Problem
from kg_service.web.context import client_of, context_of, field_values
from kg_service.web.problems import problem_response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import Receive, Scope, Send

    from kg_service.evaluation.call import Answer
    from kg_service.web.cache import Kept
    from kg_service.web.context import Context

__all__ = ["KEEP", "WorkerAnswer"]

_log = logging.getLogger("kg_service.web")

Headers = list[tuple[bytes, bytes]]
#: Under this key a server that can replay answers offers to keep one: a function of headers and body.
KEEP = "kg.keep"
#: Reading is open to scripts of every origin (Fetch standard, 3.2), here without the framework's detour.
_CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After, X-Rows, X-More-Rows"),
]


class WorkerAnswer:
    """An ASGI response made by a worker.

    work      what the worker is asked
    headers   Content-Type and the rest; ETag, Cache-Control and Content-Encoding are added here
    volatile  never cached: the same request may give another answer
    A result that breaks off after its first bytes ends the connection, never the body.
    """

    def __init__(
        self,
        work: dict[str, Any],
        headers: dict[str, str],
        *,
        timeout_s: float | None = None,
        volatile: bool = False,
    ) -> None:
        self.work = work
        self.headers = headers
        self.timeout_s = timeout_s
        self.volatile = volatile

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request: unchanged, from the cache, or by a worker."""
        context, fields = context_of(scope), field_values(scope)
        accepted = fields.get(b"accept-encoding")
        coding = preferred_coding(accepted.decode("latin-1")) if accepted else None
        work = self.work if coding is None else {**self.work, "coding": coding}
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        if b"origin" in fields:
            headers += _CORS
        try:
            if self.volatile:
                headers.append((b"cache-control", b"no-store"))
                await self._evaluate(context, work, headers, scope, receive, send)
                return
            etag = context.etag(self.work, self.headers)
            headers += ((b"etag", etag), (b"cache-control", b"no-cache"))
            if (held := fields.get(b"if-none-match")) and context.is_unchanged(held, etag):
                kept = [pair for pair in headers if pair[0] not in (b"content-type", b"link")]
                await _send_whole(send, 304, kept, b"")
                return
            key = etag if coding is None else etag + coding.encode()
            found = context.cache.get(key)
            if found is not None:
                await _send_kept(context, scope, send, headers, found)
                return
            with context.cache.alone(key) as turn:
                if (found := await turn.wait()) is not None:
                    await _send_kept(context, scope, send, headers, found)
                    return
                kept_answer = await self._evaluate(context, work, headers, scope, receive, send)
                if kept_answer is not None:
                    context.remember(etag)
                    context.cache.put(key, *kept_answer)
        except Problem as problem:
            await problem_response(Request(scope), problem)(scope, receive, send)

    async def _evaluate(
        self, context: Context, work: dict[str, Any], headers: Headers, scope: Scope, receive: Receive, send: Send
    ) -> Kept | None:
        """Have a worker answer; return what was sent, where it was sent whole.

        Raises the problem for which nothing could be sent.
        """
        gone = _Gone(receive)
        try:
            answer = await context.pool.evaluate(
                work, client=client_of(scope), timeout_s=self.timeout_s, slow=gone.begin_to_watch
            )
            told = _told_by(answer)
            if answer.body is not None:
                await _send_whole(send, 200, headers + told, answer.body, scope if not self.volatile else None)
                return told, answer.body
            body = await _stream(context, scope, send, headers + told, answer, gone)
        except asyncio.CancelledError:
            if not gone.is_true:
                raise
            return None
        finally:
            gone.stop_watching()
        return None if body is None else (told, body)


def _told_by(answer: Answer) -> Headers:
    """Return the headers that follow from the head of an answer."""
    told: Headers = []
    if "more" in answer.head:
        more = str(answer.head["more"]).lower().encode()
        told += ((b"x-rows", str(answer.head["rows"]).encode()), (b"x-more-rows", more))
    if "coding" in answer.head:
        told.append((b"content-encoding", answer.head["coding"].encode()))
    return told


async def _send_kept(context: Context, scope: Scope, send: Send, headers: Headers, kept: Kept) -> None:
    context.measures.hits += 1
    await _send_whole(send, 200, headers + kept[0], kept[1], scope)


async def _send_whole(send: Send, status: int, headers: Headers, body: bytes, scope: Scope | None = None) -> None:
    """Send an answer; with `scope`, a server that can replay answers is offered this one."""
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    if scope is not None and (keep := scope.get(KEEP)) is not None:
        keep(headers, body)


async def _stream(
    context: Context, scope: Scope, send: Send, headers: Headers, answer: Answer, gone: _Gone
) -> bytes | None:
    """Send a long result as it comes; return it whole where it is short enough to be kept."""
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    chunks: AsyncIterator[bytes]
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

    While an answer is awaited its task is cancelled, which frees the worker.
    """

    def __init__(self, receive: Receive) -> None:
        self.is_true = False
        self._receive: Callable[[], Any] = receive
        self._answering = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._stopped = False

    def begin_to_watch(self) -> None:
        """Look from now on."""
        if not self._stopped:
            self._watching = asyncio.create_task(self._watch())

    def stop_watching(self) -> None:
        """Let go: the answer is given, or nobody wants it."""
        self._stopped = True
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_true = True
        if self._answering is not None:
            self._answering.cancel()
