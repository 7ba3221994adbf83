"""The application: which resource lives where, and what starts and ends with the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.routing import Mount, Route

from kg_service import __version__
from kg_service.cross_origin import EXPOSED
from kg_service.errors import Problem
from kg_service.layout import query_files
from kg_service.named_queries import read_queries
from kg_service.web import (
    assistance,
    browse,
    graph_store,
    labels,
    pages,
    problems,
    queries,
    resources,
    shared,
    start,
    validation,
    whole,
)
from kg_service.web.assets import Assets
from kg_service.web.cache import Cache
from kg_service.web.context import Context, Verdict
from kg_service.web.forwarded import Forwarded
from kg_service.web.observe import Measures, Observer, metrics
from kg_service.web.openapi import describe_api
from kg_service.web.reload import Changes, look_after
from kg_service.web.sparql import Shortcut, SparqlEndpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg_service.config import Limits
    from kg_service.evaluation.pool import Pool
    from kg_service.validation.results import Report
    from kg_service.web.validity import Validity

__all__ = ["create_app"]

_log = logging.getLogger("kg_service")


def create_app(
    pool: Pool,
    limits: Limits,
    *,
    root_path: str = "",
    validity: Validity | None = None,
    refuse: Callable[[Report], None] | None = None,
    changes: Changes | None = None,
    measures: Measures | None = None,
    trusted_proxies: str = "",
    sources: Path | None = None,
) -> FastAPI:
    """Return the application that serves one data set; `pool` is started with it, where it is not yet.

    validity   checks the data set in a child process; None leaves its validity unknown
    refuse     called with the report where the data set is not to be served
    changes    when the files are taken over anew; needs `validity`
    measures   counters, and whether each request is logged
    trusted_proxies   whose X-Forwarded headers are believed
    sources    folder with the texts of source documents, which pages quote from
    """
    measures = measures or Measures()
    context = Context(pool, limits, measures, read_queries(query_files(pool.places)), Cache(limits.cache * 1024 * 1024))
    context.sources = sources

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await pool.start()
        beside = []
        if validity is None:
            context.validity = Verdict("unknown", "The data set is not validated by this service.")
        else:
            beside.append(asyncio.create_task(look_after(context, validity, changes or Changes(), refuse=refuse)))
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await context.pool.close()

    app = FastAPI(
        title="Knowledge graph service",
        version=__version__,
        lifespan=lifespan,
        routes=_routes(),
        exception_handlers={
            Problem: problems.handle_problem,
            HTTPException: problems.handle_http_exception,
            Exception: problems.handle_unexpected,
        },
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.context = context
    app.openapi = lambda: describe_api(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "QUERY", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
        max_age=86_400,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    segments = frozenset(route.path.split("/")[1] for route in _routes() if isinstance(route, Route | Mount))
    app.add_middleware(Shortcut, endpoint=SparqlEndpoint(), root_path=root_path)
    app.add_middleware(Observer, measures=measures, resources=segments)
    app.add_middleware(Forwarded, trusted=trusted_proxies, root_path=root_path)
    # Last, because it takes every address that nothing else has: the data set's own IRIs.
    app.router.routes.append(_route("/{path:path}", resources.thing))
    return app


def _routes() -> list[BaseRoute]:
    return [
        _route("/", start.start),
        # Both spellings are registered: a redirect would lose the body of a POST in many clients.
        Route("/sparql", SparqlEndpoint(), name="sparql"),
        Route("/sparql/", SparqlEndpoint(), name="sparql-slash"),
        *(_route(row.path, row.respond) for row in assistance.RESOURCES),
        _route("/graphs", graph_store.graph_store),
        _route("/data/{path:path}", resources.data),
        _route("/page/{path:path}", resources.page),
        _route("/describe", resources.describe),
        _route("/browse", browse.browse),
        _route("/search", browse.search),
        _route("/sparql/labels", labels.labels),
        _route("/sparql/shared", shared.share),
        _route("/sparql/shared/{code}", shared.shared),
        _route("/download/context.jsonld", whole.context),
        _route("/download/{path:path}", resources.download),
        _route("/.well-known/void", resources.void),
        _route("/queries", queries.named_queries),
        _route("/queries/{name}", queries.named_query),
        _route("/validation", validation.validation),
        _route("/errors/{slug}", problems.error_page),
        _route("/robots.txt", whole.robots),
        _route("/sitemap.xml", whole.sitemap),
        _route("/about", pages.about),
        _route("/docs", pages.docs),
        _route("/health", pages.health),
        _route("/ready", pages.ready),
        _route("/metrics", metrics),
        Mount("/static", Assets(), name="static"),
    ]


def _route(path: str, respond: Callable[[Request], Awaitable[ASGIApp]]) -> Route:
    """Register a resource; it says itself which methods it knows, so that 405 is worded in one place."""
    return Route(path, _Resource(respond), name=respond.__name__)


class _Resource:
    """A function from a request to an ASGI response, as an ASGI application."""

    def __init__(self, respond: Callable[[Request], Awaitable[ASGIApp]]) -> None:
        self.respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self.respond(request)
        except Problem as problem:
            response = problems.problem_response(request, problem)
        await response(scope, receive, send)
