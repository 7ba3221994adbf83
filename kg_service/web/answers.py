"""From a request to a worker's answer on the wire: entity tags, streaming, clients that go away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from kg_service.errors import Problem
from kg_service.web.context import client_of, context_of
from kg_service.web.problems import problem_response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from kg_service.web.cache import Kept

__all__ = ["WorkerAnswer"]

_log = logging.getLogger("kg_service.web")
#: A worker sends at least this many bytes at once, unless it is done.
_CHUNK = 64 * 1024
_PATIENCE_S = 0.05


class WorkerAnswer:
    """An ASGI response made by a worker.

    operation     what the worker is asked
    headers       Content-Type and the rest; ETag and Cache-Control are added here
    volatile      never cached: the same request may give another answer
    A result that breaks off after its first bytes ends the connection, never the body.
    """

    def __init__(
        self,
        request: Request,
        operation: dict[str, Any],
        headers: dict[str, str],
        *,
        timeout_s: float | None = None,
        volatile: bool = False,
    ) -> None:
        self.request = request
        self.operation = operation
        self.headers = headers
        self.timeout_s = timeout_s
        self.volatile = volatile

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request: unchanged, from the cache, or by a worker."""
        context = context_of(self.request)
        if self.volatile:
            self.headers["Cache-Control"] = "no-store"
            await self._answer(scope, receive, send, None)
            return
        etag = context.etag(self.operation, self.headers.get("Content-Language", ""), self.headers["Content-Type"])
        self.headers |= {"ETag": etag, "Cache-Control": "no-cache"}
        if context.is_unchanged(self.request.headers.get("if-none-match"), etag):
            kept = {name: value for name, value in self.headers.items() if name not in ("Content-Type", "Link")}
            await Response(status_code=304, headers=kept)(scope, receive, send)
            return
        if (found := context.cache.get(etag)) is not None:
            await self._send_whole(scope, receive, send, found)
            return
        async with context.cache.alone(etag) as found:
            if found is not None:
                await self._send_whole(scope, receive, send, found)
            else:
                await self._answer(scope, receive, send, etag)

    async def _send_whole(self, scope: Scope, receive: Receive, send: Send, kept: Kept) -> None:
        context_of(self.request).measures.hits.inc()
        headers, body = kept
        await Response(body, headers=self.headers | headers)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, etag: str | None) -> None:
        """Have a worker answer; remember and keep the answer under its tag, where it has one."""
        context = context_of(self.request)
        gone = _Gone(receive)
        try:
            answer = await context.pool.evaluate(
                self.operation, client=client_of(self.request), timeout_s=self.timeout_s
            )
            told = {}
            if "more" in answer.head:
                told = {"X-Rows": str(answer.head["rows"]), "X-More-Rows": str(answer.head["more"]).lower()}
                self.headers |= told
            async with contextlib.aclosing(answer.chunks) as chunks:
                first = await anext(chunks, b"")
                body: bytes | None
                if len(first) < _CHUNK:
                    body = first + b"".join([chunk async for chunk in chunks])
                    await Response(body, headers=self.headers)(scope, receive, send)
                else:
                    body = await self._stream(scope, send, first, chunks, gone)
            if etag is not None:
                context.remember(etag)
                if body is not None:
                    context.cache.put(etag, told, body)
        except Problem as problem:
            await problem_response(self.request, problem)(scope, receive, send)
        except asyncio.CancelledError:
            if not gone.is_true:
                raise
        finally:
            gone.stop_watching()

    async def _stream(
        self, scope: Scope, send: Send, first: bytes, chunks: AsyncIterator[bytes], gone: _Gone
    ) -> bytes | None:
        """Send a long result as it comes; return it whole where it is short enough to be kept."""
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return None
        await send({"type": "http.response.body", "body": first, "more_body": True})
        kept: bytearray | None = bytearray(first)
        most = context_of(self.request).cache.entry_bytes
        try:
            async for chunk in chunks:
                if gone.is_true:
                    return None
                if kept is not None:
                    kept += chunk
                    kept = kept if len(kept) <= most else None
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except Problem as problem:
            # Without the last body message the server breaks the connection off: no short answer looks whole.
            _log.warning("a result broke off: %s", problem.title)
            raise _BrokenOffError from problem
        await send({"type": "http.response.body", "body": b""})
        return bytes(kept) if kept is not None else None


class _BrokenOffError(ConnectionError):
    """A result that had begun could not be completed."""


class _Gone:
    """Whether the client has gone away. Most answers are quicker than a look would be, so it begins late.

    While an answer is awaited its task is cancelled, which frees the worker.
    """

    def __init__(self, receive: Receive) -> None:
        self.is_true = False
        self._receive = receive
        self._answering = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE_S, self._begin)

    def stop_watching(self) -> None:
        """Let go: the answer is given, or nobody wants it."""
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()

    def _begin(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_true = True
        if self._answering is not None:
            self._answering.cancel()
