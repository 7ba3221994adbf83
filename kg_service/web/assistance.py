"""Resources for those who write queries: the schema document, the check of a text, what is behind a row or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import Response

from kg_service.errors import MalformedRequest
from kg_service.parameters import parameters, single, timeout_hint
from kg_service.protocol import FORM
from kg_service.web.answers import WorkerAnswer
from kg_service.web.body import read_body
from kg_service.web.context import context_of, service_address
from kg_service.web.problems import require_method
from kg_service.web.reader import reader_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

__all__ = ["RESOURCES", "Resource"]

_READ, _WRITE = ("GET", "HEAD"), ("POST",)
_JSON = {"Content-Type": "application/json", "Vary": "Accept-Encoding"}
_LANGUAGES = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(,[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*){0,9}")


async def schema(request: Request) -> ASGIApp:
    """Tell what queries can be written with: `/sparql/schema[?lang=ru,en]`; without `lang`, texts in all languages."""
    require_method(request, _READ)
    wanted = single(parameters(request.scope["query_string"]), "lang") or ""
    if wanted and not _LANGUAGES.fullmatch(wanted):
        raise MalformedRequest(f"lang={wanted[:40]!r} is no list of up to ten language tags, such as ru or kk,ru.")
    return WorkerAnswer({"operation": "schema", "languages": wanted.lower().split(",") if wanted else []}, _JSON)


async def check(request: Request) -> ASGIApp:
    """Tell what is wrong with a query, in the order of its places: `POST /sparql/check`, as a JSON list."""
    return await _of_query(request, "check")


async def why(request: Request) -> ASGIApp:
    """Tell what is behind a row: `POST /sparql/why`, with `row` as it stands in results in JSON."""
    return await _of_query(request, "why", languages=list(reader_of(request).languages))


async def why_empty(request: Request) -> ASGIApp:
    """Tell why a query has no result: `POST /sparql/why-empty`."""
    return await _of_query(request, "why_empty")


async def _of_query(request: Request, operation: str, **further: object) -> ASGIApp:
    """Return a worker's answer to a posted query; it is read there, so that nobody waits while a long one is read."""
    require_method(request, _WRITE)
    body = await read_body(request.receive, context_of(request.scope).limits.query_bytes)
    if body is None:  # the client has gone
        return Response(status_code=400)
    query_string, content_type = request.scope["query_string"], request.headers.get("content-type", "")
    asked = {
        "query_string": query_string, "content_type": content_type, "body": body,
        "base": f"{service_address(request.scope)}/sparql",
    }  # fmt: skip
    headers = _JSON | ({"Vary": "Accept-Encoding, Accept-Language"} if "languages" in further else {})
    is_form = content_type.partition(";")[0].strip().lower() == FORM
    timeout_s = timeout_hint(query_string) or (timeout_hint(body) if is_form else None)
    return WorkerAnswer({"operation": operation, "request": asked, **further}, headers, timeout_s=timeout_s)


class Resource(NamedTuple):
    """One row: an address, what responds there, and what the OpenAPI document says of it.

    method       in lower case; those that read also answer HEAD
    parameters   (name, description) of each
    """

    path: str
    respond: Callable[[Request], Awaitable[ASGIApp]]
    method: str
    summary: str
    parameters: tuple[tuple[str, str], ...] = ()


_DATASET = (
    ("default-graph-uri", "graphs merged into the default graph"),
    ("named-graph-uri", "graphs for GRAPH"),
    ("timeout", "seconds to wait at most"),
)
_LANGUAGE = ("lang", "language of labels and texts; by default by Accept-Language")
RESOURCES: tuple[Resource, ...] = (
    Resource(
        "/sparql/schema", schema, "get", "What queries can be written with",
        (("lang", "language tags, with commas between, of the texts wanted; by default all"),),
    ),
    Resource("/sparql/check", check, "post", "What is wrong with a query", _DATASET),
    Resource(
        "/sparql/why", why, "post", "What is behind a row of a query's result",
        (("row", "one binding of SPARQL results in JSON; in the form, or here"), *_DATASET, _LANGUAGE),
    ),
    Resource("/sparql/why-empty", why_empty, "post", "What leaves a query without result", _DATASET),
)  # fmt: skip
