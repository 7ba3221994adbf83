"""The short way through the HTTP server, for plain GET requests to the endpoint.

What was asked before, in the very same bytes, gets the same answer without being parsed. What is new, but begins and
goes on like a request that the parser has read, goes to a worker and its answer to the client, without a task or the
application in between. Everything else takes uvicorn's own way through the application, also what turns out on the
way to be a problem or a long result.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg_service.errors import Problem
from kg_service.evaluation.frames import DECODED
from kg_service.parameters import timeout_hint
from kg_service.web.answers import ANSWERED, answer_key
from kg_service.web.cache import Kept
from kg_service.web.known import Known
from kg_service.web.observe import log_request
from kg_service.web.sparql import request_key

if TYPE_CHECKING:
    from kg_service.evaluation.call import Answer
    from kg_service.web.context import Context
    from kg_service.web.known import Fields

__all__ = ["express_protocol"]

_OK = b"HTTP/1.1 200 OK\r\n"
#: What a client may send before its last request is answered, before we stop reading: bytes.
_HELD = 65_536


class Event:
    """What uvicorn sets when a request's body has come or its client has gone; nobody waits for it here."""

    def set(self) -> None:
        """Do nothing."""


class Express:
    """One request on its way to a worker and back; for uvicorn, the cycle of request and response."""

    message_event = Event()
    body: ClassVar[bytearray] = bytearray()
    more_body = disconnected = False

    def __init__(
        self, protocol: ExpressProtocol, request: bytes, query_string: bytes, fields: Fields, key: bytes
    ) -> None:
        """Hand the request to a worker. Raises Busy and TooManyRequests."""
        self.protocol, self.asked, self.query_string, self.key = protocol, request, query_string, key
        self.response_complete, self.keep_alive = False, True
        self.began = time.perf_counter()
        work: dict[str, Any] = {
            "operation": "request", "query_string": query_string, "base": fields.base, "accept": fields.accept,
        }  # fmt: skip
        if fields.coding is not None:
            work["coding"] = fields.coding
        client = protocol.client[0] if protocol.client else ""
        self.version = protocol.known.context.facts["hash"]
        self.pool = protocol.known.context.pool
        self.call = self.pool.submit(work, self.settle, client=client, timeout_s=timeout_hint(query_string))

    def settle(self, outcome: Answer | Problem) -> None:
        """Send a whole result; with anything else, take the long way from here."""
        protocol, self.response_complete = self.protocol, True
        context = protocol.known.context
        context.cache.end(self.key)  # whoever waits for it looks for it in the next turn of the loop
        body = None if isinstance(outcome, Problem) else outcome.body
        if isinstance(outcome, Problem) or body is None or outcome.head == DECODED:
            protocol.take_the_long_way(self.asked, outcome, keep_alive=self.keep_alive)
            return
        kept = Kept(outcome.head, body, outcome.form)
        protocol.send(kept)
        if b"\r\netag: " in outcome.head and self.version == context.facts["hash"]:
            context.remember(self.key, outcome.head)
            context.cache.put(self.key, kept)
        protocol.note(self.query_string, kept, self.began)
        if self.keep_alive:
            protocol.go_on()
        else:
            protocol.transport.close()


class ExpressProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the short way; `express_protocol` fills in the class variable."""

    known: ClassVar[Known]
    _defaults: ClassVar[tuple[object, bytes]] = (None, b"")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._messages = 0
        self._at_boundary = True
        self._last_sent = 0.0
        self._held = b""
        self._outcome: Answer | Problem | None = None

    def data_received(self, data: bytes) -> None:
        """Answer at once what is known, hand on what is like it, or let the parser see the bytes."""
        at_rest = self._at_boundary and (self.cycle is None or self.cycle.response_complete) and not self.pipeline
        if at_rest and not self.flow.write_paused:
            found = self.known.answer(data)
            if found is not None:
                self._replay(data, found, time.perf_counter())
                return
            if self._takes_the_short_way(data):
                return
        elif isinstance(self.cycle, Express) and not self.cycle.response_complete:
            self._held += data
            if len(self._held) > _HELD:
                self.flow.pause_reading()
            return
        self._messages = 0
        super().data_received(data)
        if at_rest and self._at_boundary and self._messages == 1 and not self.transport.is_closing():
            self._learn(data)

    def on_message_begin(self) -> None:
        """Note that the parser stands within a request."""
        super().on_message_begin()
        self._messages += 1
        self._at_boundary = False
        if self._outcome is not None:
            self.scope[ANSWERED], self._outcome = self._outcome, None  # type: ignore[literal-required]  # our extension

    def on_message_complete(self) -> None:
        """Note that the parser stands between two requests."""
        super().on_message_complete()
        self._at_boundary = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the worker of a client that has gone away."""
        cycle = self.cycle
        super().connection_lost(exc)
        if isinstance(cycle, Express) and not cycle.response_complete:
            cycle.response_complete = True
            context = self.known.context
            context.cache.end(cycle.key)
            cycle.pool.withdraw(cycle.call)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; one that the short way keeps busy is not idle."""
        under_way = self.cycle is not None and not self.cycle.response_complete
        left = self.timeout_keep_alive if under_way else self._last_sent + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def send(self, kept: Kept) -> None:
        """Write a 200 answer at once."""
        told = self.server_state.default_headers
        if self._defaults[0] is not told:
            type(self)._defaults = told, b"".join([_OK, *(b"%b: %b\r\n" % pair for pair in told)])  # noqa: SLF001
        length = b"content-length: %d\r\n\r\n" % len(kept.body)
        self.transport.write(b"".join((self._defaults[1], kept.head, length, kept.body)))
        self.server_state.total_requests += 1
        self._last_sent = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def note(self, query_string: bytes, kept: Kept, began: float) -> None:
        """Count an answer of the short way, and log it where that is wanted."""
        measures, seconds, size = self.known.context.measures, time.perf_counter() - began, len(kept.body)
        measures.count("sparql", "GET", 200, kept.form, seconds, size)
        if measures.log:
            client = self.client[0] if self.client else ""
            log_request(
                client=client, method="GET", path=self.known.address, asked=query_string,
                status=200, size=size, seconds=seconds,
            )  # fmt: skip

    def take_the_long_way(self, request: bytes, outcome: Answer | Problem, *, keep_alive: bool) -> None:
        """Let the application send what a worker told."""
        if self.transport.is_closing():
            if not isinstance(outcome, Problem) and outcome.stream is not None:
                outcome.stream.close()
            return
        self._outcome = outcome
        super().data_received(request)
        if not keep_alive:  # the service is ending
            self.cycle.keep_alive = False
        self.go_on()

    def go_on(self) -> None:
        """Read what the client sent before its last request was answered."""
        if self._held:
            held, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(held)

    def _takes_the_short_way(self, data: bytes) -> bool:
        known, end = self.known, data.find(b"\r\n")
        fields = known.blocks.get(data[end:])
        if fields is None or (line := known.line.fullmatch(data, 0, end)) is None:
            return False
        query_string, context = line[1], known.context
        key = answer_key(request_key(context, b"GET", query_string, fields.rest), fields.coding)
        found = context.cache.get(key)
        if found is not None:
            known.remember(data, key)
            self._replay(data, found, time.perf_counter())
            return True
        if not context.cache.begin(key):
            return False
        try:
            self.cycle = Express(self, data, query_string, fields, key)  # type: ignore[assignment]  # all that is used
        except BaseException as error:
            context.cache.end(key)
            if not isinstance(error, Problem):
                raise
            return False
        return True

    def _learn(self, data: bytes) -> None:
        """Remember the header block of a request to the endpoint that came whole and alone."""
        if data.endswith(b"\r\n\r\n") and self.known.line.fullmatch(data, 0, data.find(b"\r\n")):
            self.known.learn(data, self.headers, self.scheme or "http")

    def _replay(self, data: bytes, found: Kept, began: float) -> None:
        self.send(found)
        self.known.context.measures.hit()
        line = self.known.line.match(data)
        self.note(line[1] if line else b"", found, began)


def express_protocol(context: Context, root_path: str) -> type[HttpToolsProtocol]:
    """Return the protocol for one service.

    root_path   path under which a proxy publishes the service
    """
    known = Known(context, root_path, context.limits.cache * 1024 * 1024 // 8)
    return type("ServiceProtocol", (ExpressProtocol,), {"known": known})
