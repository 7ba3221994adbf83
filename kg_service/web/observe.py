"""What the service tells about itself: counters for Prometheus, and one line a request where asked."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import Response

from kg_service.analysis import QueryForm
from kg_service.web.answers import ASKED, FORM
from kg_service.web.context import client_of, context_of
from kg_service.web.problems import require_method
from kg_service.web.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg_service.evaluation.pool import Pool

__all__ = ["MOMENTARY", "Measures", "Observer", "log_request", "metrics"]

_log = logging.getLogger("kg_service.access")
#: Status of a request whose client left before there was an answer.
_LEFT, _FAILED = 499, 500
_FORMS = ("", *(form.value for form in QueryForm))
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120)
_COUNTERS = (
    ("sent", "kg_sent_bytes", "Bytes of answers."),
    ("hits", "kg_cache_hits", "Answers given from the cache."),
)
_GAUGES = (
    ("processes", "kg_processes", "Front processes that answer requests."),
    ("under_way", "kg_under_way", "Requests that a worker is answering."),
    ("waiting", "kg_waiting", "Requests that wait for a worker."),
)
#: What is over when a process ends; everything else was counted and stays.
MOMENTARY = frozenset({"processes", "under_way", "waiting"})


class Measures(Collector):
    """The counters of a running service, summed over its processes when somebody asks for them.

    log     whether each request is logged as one JSON line; never the query's text
    tally   where they are kept; each process of a service has its own part of it
    """

    def __init__(self, *, log: bool = False, tally: Tally | None = None) -> None:
        self.log = log
        self._tally = tally or Tally()
        self._numbers = self._tally.numbers
        self._sent, self._hits = self._tally.row("sent"), self._tally.row("hits")
        self._requests: dict[tuple[str, str, int, int], int] = {}
        self._seconds: dict[str, int] = {}
        self._noted: Pool | None = None
        self._ended_before: dict[str, float] = {}  # by the pools before this one

    def count(self, resource: str, method: str, status: int, form: int, seconds: float, size: int) -> None:
        """Count one answered request; `form` is the number of a query's form."""
        numbers, key = self._numbers, (resource, method, status, form)
        place = self._requests.get(key)
        if place is None:
            place = self._requests[key] = self._tally.row("requests", resource, method, str(status), _FORMS[form])
        numbers[place] += 1
        numbers[self._sent] += size
        place = self._seconds.get(resource)
        if place is None:
            place = self._seconds[resource] = self._tally.row("seconds", resource, width=len(_SECONDS) + 2)
        numbers[place + bisect_left(_SECONDS, seconds)] += 1
        numbers[place + len(_SECONDS) + 1] += seconds

    def hit(self) -> None:
        """Count an answer given from a cache."""
        self._numbers[self._hits] += 1

    def note(self, pool: Pool) -> None:
        """Take note of what this process is doing at this moment."""
        numbers, (under_way, waiting) = self._numbers, pool.load
        for name, number in (("processes", 1), ("under_way", under_way), ("waiting", waiting)):
            numbers[self._tally.row(name)] = number
        if pool is not self._noted:
            self._noted, self._ended_before = pool, {}
        for reason, number in pool.ended.items():
            place = self._tally.row("ended", reason)
            numbers[place] = self._ended_before.setdefault(reason, numbers[place]) + number

    def collect(self) -> Iterator[Metric]:
        """Yield what Prometheus reads."""
        rows: dict[str, dict[tuple[str, ...], list[float]]] = {}
        for (kind, *labels), numbers in sorted(self._tally.sums().items()):
            rows.setdefault(kind, {})[tuple(labels)] = numbers
        requests = CounterMetricFamily(
            "kg_requests",
            "Requests by first path segment, method, status and query form.",
            labels=["resource", "method", "status", "form"],
        )
        for names, (number,) in rows.get("requests", {}).items():
            requests.add_metric(names, number)
        yield requests
        seconds = HistogramMetricFamily(
            "kg_request_seconds", "Seconds from a request to the end of its answer.", labels=["resource"]
        )
        for names, (*buckets, total) in rows.get("seconds", {}).items():
            bounds = [*map(str, _SECONDS), "+Inf"]
            seconds.add_metric(names, list(zip(bounds, accumulate(buckets), strict=True)), total)
        yield seconds
        for kind, name, about in _COUNTERS:
            yield CounterMetricFamily(name, about, value=sum(rows[kind][()]))
        ended = GaugeMetricFamily("kg_workers_ended", "Workers that were ended or died, by reason.", labels=["reason"])
        for names, (number,) in rows.get("ended", {}).items():
            ended.add_metric(names, number)
        yield ended
        for kind, name, about in _GAUGES:
            yield GaugeMetricFamily(name, about, value=sum(rows.get(kind, {}).get((), [0])))


def log_request(*, client: str, method: str, path: str, asked: bytes, status: int, size: int, seconds: float) -> None:
    """Write one JSON line about a request: never what was asked, only a hash of it."""
    hashed = hashlib.sha256(asked).hexdigest()[:16] if asked else None
    line = {"client": client, "method": method, "path": path, "asked": hashed, "status": status, "bytes": size}
    _log.info(json.dumps(line | {"ms": round(seconds * 1000, 2)}))


class Observer:
    """Middleware that counts every request that takes the long way."""

    def __init__(self, app: ASGIApp, *, measures: Measures, resources: frozenset[str]) -> None:
        self.app = app
        self.measures = measures
        self.resources = resources

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and watch its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), _LEFT, 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            status = _FAILED if status == _LEFT else status
            raise
        finally:
            segment = scope["path"].removeprefix(scope.get("root_path", "")).strip("/").partition("/")[0]
            resource = segment if segment in self.resources else "thing" if segment else "start"
            method, seconds = scope["method"], time.perf_counter() - began
            self.measures.count(resource, method, status, scope.get(FORM, 0), seconds, size)
            if self.measures.log:
                log_request(
                    client=client_of(scope), method=method, path=scope["path"],
                    asked=scope["query_string"] + scope.get(ASKED, b""),
                    status=status, size=size, seconds=seconds,
                )  # fmt: skip


async def metrics(request: Request) -> Response:
    """Return the counters in Prometheus' text format."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request.scope)
    context.measures.note(context.pool)
    registry = CollectorRegistry()
    registry.register(context.measures)
    Gauge("kg_triples", "Triples in the default graph.", registry=registry).set(context.facts["triples"])
    content = generate_latest(registry)
    return Response(content, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})
