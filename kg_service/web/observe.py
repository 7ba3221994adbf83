"""What the service tells about itself: counters for Prometheus, and one line a request where asked."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import Response

from kg_service.web.context import context_of
from kg_service.web.problems import require_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg_service.web.context import Context

__all__ = ["Measures", "Observer", "metrics"]

_log = logging.getLogger("kg_service.access")
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120)


class Measures(Collector):
    """The counters of one running service; plain numbers until somebody asks for them.

    hits   answers given from a cache
    """

    def __init__(self) -> None:
        self.hits = 0
        self._sent = 0
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, list[int]] = {}
        self._total_seconds: Counter[str] = Counter()

    def count(self, resource: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count one answered request."""
        self._requests[resource, method, status] += 1
        self._sent += size
        buckets = self._seconds.get(resource)
        if buckets is None:
            buckets = self._seconds[resource] = [0] * (len(_SECONDS) + 1)
        buckets[bisect_left(_SECONDS, seconds)] += 1
        self._total_seconds[resource] += seconds  # type: ignore[assignment]  # a Counter of floats

    def collect(self) -> Iterator[Metric]:
        """Yield what Prometheus reads."""
        requests = CounterMetricFamily(
            "kg_requests", "Requests by first path segment, method and status.", labels=["resource", "method", "status"]
        )
        for (resource, method, status), number in sorted(self._requests.items()):
            requests.add_metric([resource, method, str(status)], number)
        yield requests
        seconds = HistogramMetricFamily(
            "kg_request_seconds", "Seconds from a request to the end of its answer.", labels=["resource"]
        )
        for resource, buckets in sorted(self._seconds.items()):
            names = [*map(str, _SECONDS), "+Inf"]
            seconds.add_metric(
                [resource], list(zip(names, accumulate(buckets), strict=True)), self._total_seconds[resource]
            )
        yield seconds
        yield CounterMetricFamily("kg_sent_bytes", "Bytes of answers.", value=self._sent)
        yield CounterMetricFamily("kg_cache_hits", "Answers given from the cache.", value=self.hits)


class State(Collector):
    """What a running service is doing at this moment."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[Metric]:
        """Yield what Prometheus reads."""
        pool = self._context.pool
        ended = GaugeMetricFamily("kg_workers_ended", "Workers that were ended or died, by reason.", labels=["reason"])
        for reason, number in sorted(pool.ended.items()):
            ended.add_metric([reason], number)
        yield ended
        under_way, waiting = pool.load
        yield GaugeMetricFamily("kg_under_way", "Requests that a worker is answering.", value=under_way)
        yield GaugeMetricFamily("kg_waiting", "Requests that wait for a worker.", value=waiting)
        yield GaugeMetricFamily("kg_triples", "Triples in the default graph.", value=self._context.facts["triples"])


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
            self.measures.count(resource, scope["method"], status, seconds, size)
            if self.log:
                client = scope["client"][0] if scope.get("client") else ""
                asked = hashlib.sha256(scope["query_string"]).hexdigest()[:16] if scope["query_string"] else None
                line = {"client": client, "method": scope["method"], "path": scope["path"], "asked": asked}
                _log.info(json.dumps(line | {"status": status, "bytes": size, "ms": round(seconds * 1000, 2)}))


async def metrics(request: Request) -> Response:
    """Return the counters in Prometheus' text format."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request.scope)
    registry = CollectorRegistry()
    registry.register(context.measures)
    registry.register(State(context))
    content = generate_latest(registry)
    return Response(content, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})
