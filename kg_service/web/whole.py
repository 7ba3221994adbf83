"""Documents about the data set as a whole: its JSON-LD context, and what search engines ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from kg_service.errors import MalformedRequest
from kg_service.formats import Kind, named
from kg_service.parameters import parameters, single
from kg_service.web.answers import WorkerAnswer
from kg_service.web.context import service_address
from kg_service.web.problems import require_method

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

__all__ = ["context", "robots", "sitemap"]

_READ = ("GET", "HEAD")
#: What has an answer for every query, and so no end: a robot has nothing to find there that pages do not have.
_ENDLESS = ("/sparql", "/describe", "/graphs", "/data/", "/queries/", "/search?", "/browse?", "/metrics")


async def context(request: Request) -> ASGIApp:
    """Serve the JSON-LD context by which descriptions are written: `/download/context.jsonld`."""
    require_method(request, _READ)
    row = named("jsonld", Kind.TRIPLES)
    media_type = row.content_type() if row is not None else "application/ld+json"
    return WorkerAnswer({"operation": "context"}, {"Content-Type": media_type, "Vary": "Accept-Encoding"})


async def robots(request: Request) -> Response:
    """Tell robots where pages are listed, and what not to ask for (RFC 9309)."""
    require_method(request, _READ)
    root = request.scope.get("root_path", "").rstrip("/")
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in _ENDLESS), ""]
    return PlainTextResponse("\n".join([*lines, f"Sitemap: {service_address(request.scope)}/sitemap.xml", ""]))


async def sitemap(request: Request) -> ASGIApp:
    """List the pages of the data set's things: `/sitemap.xml` the parts, `/sitemap.xml?part=1` the pages of one."""
    require_method(request, _READ)
    part = single(parameters(request.scope["query_string"]), "part")
    if part is not None and not re.fullmatch(r"[1-9][0-9]{0,5}", part):
        raise MalformedRequest(f"part={part[:40]!r} is no number of a part, such as 1.")
    work = {
        "operation": "sitemap",
        "address": service_address(request.scope),
        "part": None if part is None else int(part),
    }
    return WorkerAnswer(work, {"Content-Type": "application/xml", "Vary": "Accept-Encoding"})
