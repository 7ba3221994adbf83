"""Pages about the service itself: limits, operations, health, readiness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from kg_service import __version__
from kg_service.config import SETTINGS
from kg_service.errors import PROBLEMS
from kg_service.negotiation import preferred
from kg_service.web.context import Verdict, context_of
from kg_service.web.problems import require_method
from kg_service.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["about", "docs", "health", "ready"]


async def about(request: Request) -> Response:
    """List the limits with their values in this service, as a page or as JSON."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request.scope)
    limits = [
        {"name": row.name, "value": getattr(context.limits, name), "unit": row.unit, "meaning": row.help}
        for row in SETTINGS
        if hasattr(context.limits, name := row.name.replace("-", "_"))
    ]
    headers = {"Vary": "Accept"}
    if preferred(request.headers.get("accept", ""), ["application/json", "text/html"]) == "text/html":
        return page(request, "about.html", headers=headers, limits=limits)
    return JSONResponse({"version": __version__, "dataset": context.facts["hash"], "limits": limits}, headers=headers)


async def docs(request: Request) -> Response:
    """List the operations for people, from the same tables as openapi.json."""
    require_method(request, ("GET", "HEAD"))
    return page(request, "docs.html", api=request.app.openapi(), problems=PROBLEMS)


async def health(_: Request) -> Response:
    """Tell that the process answers."""
    return JSONResponse({"status": "ok", "version": __version__}, headers={"Cache-Control": "no-store"})


async def ready(request: Request) -> Response:
    """Tell whether requests should be sent here: 200 once the data set is loaded and known to be valid, else 503.

    Also whether what is served are the files as they are now, and how the workers are cut off from the network:
    "seccomp", "namespace" or "none".
    """
    context = context_of(request.scope)
    verdict = context.validity
    if not context.pool.is_answering:
        verdict = Verdict("restarting", "The process that evaluates queries is being started again.")
    content = {
        "status": "ready" if verdict.ready else verdict.state,
        "detail": verdict.sentence,
        "valid": verdict.state == "valid",
        "current": verdict.current,
        "dataset": context.facts["hash"],
        "triples": context.facts["triples"],
        "workers": context.pool.size,
        "network": context.pool.network,
    }
    return JSONResponse(content, 200 if verdict.ready else 503, headers={"Cache-Control": "no-store"})
