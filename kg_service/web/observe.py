"""What the service tells about itself: counters for Prometheus, and one line a request where asked."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response

from kg_service.web.context import context_of
from kg_service.web.problems import require_method

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Measures", "Observer", "metrics"]

_log = logging.getLogger("kg_service.access")
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120)


class Measures:
    """The counters of one running service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kg_requests", "Requests by first path segment, method and status.", ["resource", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "kg_request_seconds", "Seconds from a request to the end of its answer.", ["resource"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.sent = Counter("kg_sent_bytes", "Bytes of answers.", registry=self.registry)
        self.hits = Counter("kg_cache_hits", "Answers given from the cache.", registry=self.registry)
        self.ended = Gauge(
            "kg_workers_ended", "Workers that were killed or died, by reason.", ["reason"], registry=self.registry
        )
        self.under_way = Gauge("kg_under_way", "Requests that a worker is answering.", registry=self.registry)
        self.waiting = Gauge("kg_waiting", "Requests that wait for a worker.", registry=self.registry)
        self.triples = Gauge("kg_triples", "Triples in the default graph.", registry=self.registry)

        self._replayed_requests = self.requests.labels("sparql", "GET", "200")
        self._replayed_seconds = self.seconds.labels("sparql")

    def replayed(self, size: int, seconds: float) -> None:
        """Count an answer that was replayed."""
        self._replayed_requests.inc()
        self._replayed_seconds.observe(seconds)
        self.sent.inc(size)
        self.hits.inc()


class Observer:
    """Middleware that counts every request and, where asked, logs it as one JSON line; never the query's text."""

    def __init__(self, app: ASGIApp, *, measures: Measures, resources: frozenset[str], log: bool) -> None:
        self.app = app
        self.measures = measures
        self.resources = resources
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and watch its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 500, 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            segment = scope["path"].removeprefix(scope.get("root_path", "")).strip("/").partition("/")[0]
            resource = segment if segment in self.resources else "thing" if segment else "start"
            seconds = time.perf_counter() - began
            self.measures.requests.labels(resource, scope["method"], str(status)).inc()
            self.measures.seconds.labels(resource).observe(seconds)
            self.measures.sent.inc(size)
            if self.log:
                client = scope["client"][0] if scope.get("client") else ""
                asked = hashlib.sha256(scope["query_string"]).hexdigest()[:16] if scope["query_string"] else None
                line = {"client": client, "method": scope["method"], "path": scope["path"], "asked": asked}
                _log.info(json.dumps(line | {"status": status, "bytes": size, "ms": round(seconds * 1000, 2)}))


async def metrics(request: Request) -> Response:
    """Return the counters in Prometheus' text format."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request)
    measures = context.measures
    for reason, count in context.pool.ended.items():
        measures.ended.labels(reason).set(count)
    under_way, waiting = context.pool.load
    measures.under_way.set(under_way)
    measures.waiting.set(waiting)
    measures.triples.set(context.facts["triples"])
    content = generate_latest(measures.registry)
    return Response(content, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})
