"""Problems on the wire: application/problem+json (RFC 9457), or a page for browsers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import Response

from kg_service.errors import PROBLEMS, InternalError, MalformedRequest, MethodNotAllowed, NotFound, Problem
from kg_service.negotiation import preferred
from kg_service.web.context import service_address
from kg_service.web.query_page import query_page
from kg_service.web.templates import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.exceptions import HTTPException
    from starlette.requests import Request

__all__ = [
    "error_page",
    "handle_http_exception",
    "handle_problem",
    "handle_unexpected",
    "problem_response",
    "require_method",
    "unknown_method",
]

MEDIA_TYPE = "application/problem+json"


def problem_response(request: Request, problem: Problem) -> Response:
    """Return the response that tells a client about a problem, in the form it prefers."""
    base = service_address(request.scope)
    document = problem.document(base=base, instance=request.url.path)
    headers = {"Vary": "Accept", "Cache-Control": "no-store", **problem.headers}
    try:
        chosen = preferred(request.headers.get("accept", ""), [MEDIA_TYPE, "application/json", "text/html"])
    except MalformedRequest:
        chosen = None
    if chosen == "text/html":
        asked = dict(parse_qsl(request.scope["query_string"].decode("latin-1"))).get("query")
        if asked and request.url.path.rstrip("/").endswith("/sparql"):  # where it can be mended
            return query_page(request, query=asked, problem=problem, status=problem.status, headers=headers)
        return page(request, "problem.html", status=problem.status, headers=headers, problem=problem, document=document)
    content = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    return Response(content, problem.status, headers, media_type=MEDIA_TYPE)


async def handle_problem(request: Request, problem: Exception) -> Response:
    """Answer a problem raised by a resource."""
    if not isinstance(problem, Problem):
        raise TypeError(problem)
    return problem_response(request, problem)


async def handle_unexpected(request: Request, _: Exception) -> Response:
    """Answer a fault of our own; what it was stands in the log only."""
    return problem_response(request, InternalError("The service failed on this request; the log tells why."))


async def handle_http_exception(request: Request, exception: Exception) -> Response:
    """Put the framework's own 404 and 405 into the same form."""
    error: HTTPException = exception  # type: ignore[assignment]  # registered for this class only
    if error.status_code == MethodNotAllowed.status:
        allowed = (error.headers or {}).get("Allow", "GET, HEAD")
        problem: Problem = MethodNotAllowed(f"{request.method} is not known here.", headers={"Allow": allowed})
    else:
        problem = NotFound(f"There is nothing at {request.url.path}.")
    return problem_response(request, problem)


def require_method(request: Request, allowed: Sequence[str]) -> None:
    """Raise MethodNotAllowed (405, with Allow) for any other method."""
    if request.method not in allowed:
        raise unknown_method(request.method, allowed)


def unknown_method(method: str, allowed: Sequence[str]) -> MethodNotAllowed:
    """Return the problem of a method that a resource does not know."""
    names = ", ".join(allowed)
    return MethodNotAllowed(f"{method} is not known here; use {names}.", headers={"Allow": names})


async def error_page(request: Request) -> Response:
    """Explain one kind of problem: the page its `type` points to."""
    slug = request.path_params["slug"]
    kind = next((each for each in PROBLEMS if each.slug == slug), None)
    if kind is None:
        raise NotFound(f"There is no problem called {slug!r}.", known=[each.slug for each in PROBLEMS])
    return page(request, "error-kind.html", kind=kind)
