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

from kg_service.analysis import QueryForm
from kg_service.web.answers import ASKED, FORM
from kg_service.web.context import client_of, context_of
from kg_service.web.problems import require_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg_service.web.context import Context

__all__ = ["Measures", "Observer", "log_request", "metrics"]

_log = logging.getLogger("kg_service.access")
#: Status of a request whose client left before there was an answer.
_LEFT, _FAILED = 499, 500
_FORMS = ("", *(form.value for form in QueryForm))
_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120)


class Measures(Collector):
    """The counters of one running service; plain numbers until somebody asks for them.

    hits   answers given from a cache
    log    whether each request is logged as one JSON line; never the query's text
    """

    def __init__(self, *, log: bool = False) -> None:
        self.hits = 0
        self.log = log
        self._sent = 0
        self._requests: Counter[tuple[str, str, int, int]] = Counter()
        self._seconds: dict[str, list[int]] = {}
        self._total_seconds: Counter[str] = Counter()

    def count(self, resource: str, method: str, status: int, form: int, seconds: float, size: int) -> None:
        """Count one answered request; `form` is the number of a query's form."""
        self._requests[resource, method, status, form] += 1
        self._sent += size
        buckets = self._seconds.get(resource)
        if buckets is None:
            buckets = self._seconds[resource] = [0] * (len(_SECONDS) + 1)
        buckets[bisect_left(_SECONDS, seconds)] += 1
        self._total_seconds[resource] += seconds  # type: ignore[assignment]  # a Counter of floats

    def collect(self) -> Iterator[Metric]:
        """Yield what Prometheus reads."""
        requests = CounterMetricFamily(
            "kg_requests",
            "Requests by first path segment, method, status and query form.",
            labels=["resource", "method", "status", "form"],
        )
        for (resource, method, status, form), number in sorted(self._requests.items()):
            requests.add_metric([resource, method, str(status), _FORMS[form]], number)
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


def log_request(*, client: str, method: str, path: str, asked: bytes, status: int, size: int, seconds: float) -> None:
    """Write one JSON line about a request: never what was asked, only a hash of it."""
    hashed = hashlib.sha256(asked).hexdigest()[:16] if asked else None
    line = {"client": client, "method": method, "path": path, "asked": hashed, "status": status, "bytes": size}
    _log.info(json.dumps(line | {"ms": round(seconds * 1000, 2)}))


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
    registry = CollectorRegistry()
    registry.register(context.measures)
    registry.register(State(context))
    content = generate_latest(registry)
    return Response(content, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})
