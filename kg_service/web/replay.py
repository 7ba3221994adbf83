"""The shortest way for what was asked before: the same request gets the same messages, without being decoded.

Only answers with an entity tag are replayed, so never what is volatile; the key holds whatever an answer
depends on: the data set's hash, address, query string and the request headers that take part in negotiation.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg_service.web.context import Context

__all__ = ["Replay"]

_RELEVANT = frozenset({b"accept", b"accept-encoding", b"accept-language", b"host", b"origin"})
#: A request with one of these is answered by the long way.
_CONDITIONAL = frozenset({b"if-none-match", b"if-modified-since", b"range", b"authorization", b"cookie"})

Key = tuple[object, ...]


class Replay:
    """Middleware that keeps the messages of short GET answers, bounded in bytes."""

    def __init__(self, app: ASGIApp, *, context: Context, most_bytes: int) -> None:
        self.app = app
        self.context = context
        self.most_bytes = most_bytes
        self.size = 0
        self.entries: OrderedDict[Key, tuple[Message, Message]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replay, or pass on and keep what is sent."""
        key = self._key(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        found = self.entries.get(key)
        if found is not None:
            began = time.perf_counter()
            self.entries.move_to_end(key)
            await send(found[0])
            await send(found[1])
            self.context.measures.replayed(len(found[1]["body"]), time.perf_counter() - began)
            return
        sent: list[Message] = []

        async def kept(message: Message) -> None:
            if len(sent) < 3:  # noqa: PLR2004 - start, body, and whether there is more
                sent.append(message)
            await send(message)

        await self.app(scope, receive, kept)
        self._keep(key, sent)

    def _key(self, scope: Scope) -> Key | None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].rstrip("/").endswith("/sparql"):
            return None
        relevant = []
        for name, value in scope["headers"]:
            if name in _RELEVANT:
                relevant.append((name, value))
            elif name in _CONDITIONAL:
                return None
        return self.context.facts["hash"], scope["scheme"], scope["path"], scope["query_string"], *relevant

    def _keep(self, key: Key, sent: list[Message]) -> None:
        whole = len(sent) == 2 and not sent[1].get("more_body")  # noqa: PLR2004 - start and one body
        if not whole or sent[0]["status"] != 200 or len(sent[1]["body"]) * 8 > self.most_bytes:  # noqa: PLR2004
            return
        if not any(name == b"etag" for name, _ in sent[0]["headers"]):
            return
        if key in self.entries:
            return
        self.entries[key] = (sent[0], sent[1])
        self.size += _weight(key, sent[1])
        while self.size > self.most_bytes:
            dropped, (_, body) = self.entries.popitem(last=False)
            self.size -= _weight(dropped, body)


def _weight(key: Key, body: Message) -> int:
    return len(str(key)) + len(body["body"])
