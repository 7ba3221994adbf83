"""The shortest way for what was asked before: the very same bytes get the same answer, without being parsed.

Only complete GET requests are compared, on a connection with nothing else under way, and only answers with an
entity tag are kept, so never what is volatile. What an answer depends on stands in those bytes, but for the data
set: an answer is given again only while the same one is served.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg_service.web.answers import KEEP

if TYPE_CHECKING:
    from kg_service.web.context import Context

__all__ = ["Replays", "replaying_protocol"]

#: An answer's place in memory beside its bytes, roughly.
_OVERHEAD = 500


@dataclass(slots=True, eq=False)
class Replay:
    """An answer kept: its bytes, once with today's date.

    version    what must still be served: the identity of the loaded data set
    defaults   the server's own headers, such as Date, that `wire` begins with; the server renews the list
    """

    version: object
    head: bytes
    body: bytes
    defaults: list[tuple[bytes, bytes]] | None = None
    wire: bytes = b""


class Replays:
    """Answers by the bytes of their requests, bounded in bytes; the least recently used go first."""

    def __init__(self, context: Context, most_bytes: int) -> None:
        self.context = context
        self._most_bytes = most_bytes
        self._size = 0
        self._entries: OrderedDict[bytes, Replay] = OrderedDict()

    def get(self, request: bytes) -> Replay | None:
        """Return the answer to these bytes, or None."""
        found = self._entries.get(request)
        if found is None or found.version is not self.context.pool:
            return None
        self._entries.move_to_end(request)
        return found

    def put(self, request: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Keep a 200 answer; one to the same bytes is replaced."""
        if not any(name == b"etag" for name, _ in headers) or len(body) * 8 > self._most_bytes:
            return
        self._drop(self._entries.pop(request, None), request)
        head = b"".join(b"%b: %b\r\n" % pair for pair in headers) + b"\r\n"
        self._entries[request] = entry = Replay(self.context.pool, head, body)
        self._size += _weight(request, entry)
        while self._size > self._most_bytes:
            oldest, dropped = self._entries.popitem(last=False)
            self._drop(dropped, oldest)

    def _drop(self, entry: Replay | None, request: bytes) -> None:
        if entry is not None:
            self._size -= _weight(request, entry)


def _weight(request: bytes, entry: Replay) -> int:
    return _OVERHEAD + len(request) + len(entry.head) + 2 * len(entry.body)


def replaying_protocol(replays: Replays) -> type[HttpToolsProtocol]:
    """Return uvicorn's HTTP protocol, made to look among these answers first."""

    class ReplayingProtocol(HttpToolsProtocol):
        """uvicorn's protocol; a request that has been answered before never reaches its parser."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._messages = 0
            self._whole = True
            self._asked: bytes | None = None
            self._last_replay = 0.0

        def data_received(self, data: bytes) -> None:
            """Answer at once, or let the parser see the bytes."""
            at_rest = self._whole and not self.pipeline and (self.cycle is None or self.cycle.response_complete)
            if at_rest and not self.flow.write_paused:
                found = replays.get(data)
                if found is not None:
                    self._replay(found)
                    return
            self._messages = 0
            super().data_received(data)
            alone = at_rest and self._whole and self._messages == 1
            self._asked = data if alone and data.startswith(b"GET ") and data.endswith(b"\r\n\r\n") else None

        def on_message_begin(self) -> None:
            """Offer the application to keep its answer."""
            super().on_message_begin()
            self._messages += 1
            self._whole = False
            self.scope[KEEP] = self._keep  # type: ignore[typeddict-unknown-key]  # our own extension

        def on_message_complete(self) -> None:
            """Note that the parser stands between two requests."""
            super().on_message_complete()
            self._whole = True

        def timeout_keep_alive_handler(self) -> None:
            """Close an idle connection; one that replays kept busy is not idle."""
            left = self._last_replay + self.timeout_keep_alive - self.loop.time()
            if left > 0:
                self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
            else:
                super().timeout_keep_alive_handler()

        def _keep(self, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
            if self._asked is not None and self.cycle.keep_alive and b"\nif-none-match:" not in self._asked.lower():
                replays.put(self._asked, headers, body)

        def _replay(self, found: Replay) -> None:
            began = time.perf_counter()
            if found.defaults is not self.server_state.default_headers:
                found.defaults = self.server_state.default_headers
                defaults = b"".join(b"%b: %b\r\n" % pair for pair in found.defaults)
                found.wire = b"HTTP/1.1 200 OK\r\n" + defaults + found.head + found.body
            self.transport.write(found.wire)
            self.server_state.total_requests += 1
            self._last_replay = self.loop.time()
            if self.timeout_keep_alive_task is None:
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )
            measures = replays.context.measures
            measures.hits += 1
            measures.count("sparql", "GET", 200, time.perf_counter() - began, len(found.body))

    return ReplayingProtocol
