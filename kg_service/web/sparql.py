"""/sparql: the query operation of the SPARQL 1.1 Protocol; without a query, the endpoint's own description."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg_service.errors import BodyTooLarge, Problem
from kg_service.formats import Kind, offered
from kg_service.negotiation import negotiate, preferred
from kg_service.protocol import Operation, decode, parameters, single
from kg_service.web.answers import WorkerAnswer
from kg_service.web.context import client_of, context_of, field_values, service_address
from kg_service.web.problems import problem_response, unknown_method
from kg_service.web.result_page import result_page, work_for
from kg_service.web.templates import render

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg_service.web.context import Context

__all__ = ["METHODS", "Shortcut", "SparqlEndpoint"]

_EXAMPLE = """SELECT ?type (COUNT(*) AS ?count)
WHERE {
  ?thing a ?type
}
GROUP BY ?type
ORDER BY DESC(?count)
"""
#: Longer requests are not decoded beside everybody else's: bytes.
_LONG = 20_000
#: Formats that programs open, and browsers save.
ATTACHED = frozenset({"xlsx", "parquet"})
METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")


class SparqlEndpoint:
    """The endpoint as a plain ASGI application: the framework's routing costs more than a small query."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await respond(scope, receive)
        except Problem as problem:
            response = problem_response(Request(scope), problem)
        if response is not None:
            await response(scope, receive, send)


class Shortcut:
    """Middleware that takes requests to the endpoint past all others, but for what browsers ask before a request."""

    def __init__(self, app: ASGIApp, *, endpoint: SparqlEndpoint, root_path: str) -> None:
        self.app = app
        self.endpoint = endpoint
        self.paths = frozenset({f"{root}/sparql{slash}" for root in ("", root_path.rstrip("/")) for slash in ("", "/")})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["path"] in self.paths and scope["method"] != "OPTIONS":
            await self.endpoint(scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def respond(scope: Scope, receive: Receive) -> ASGIApp | None:
    """Decode, decide, and return what will evaluate and serialise; None where the client has gone."""
    method = scope["method"]
    if method not in METHODS:
        raise unknown_method(method, METHODS)
    if method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    context, fields = context_of(scope), field_values(scope)
    body: bytes | None = b""
    if method not in ("GET", "HEAD"):
        body = await read_body(receive, context.limits.query_bytes)
        if body is None:
            return None
    request = {
        "method": method,
        "query_string": scope["query_string"],
        "content_type": fields.get(b"content-type", b"").decode("latin-1"),
        "body": body,
        "base": f"{service_address(scope)}/sparql",
    }
    if len(scope["query_string"]) + len(body) > _LONG:
        operation = await decode_elsewhere(context, request, client_of(scope))
    else:
        operation = decode(**request, limits=context.limits)
    if operation is None:
        return describe_endpoint(Request(scope))
    return await answer(scope, fields.get(b"accept", b"").decode("latin-1"), operation)


async def decode_elsewhere(context: Context, request: dict[str, Any], client: str) -> Operation | None:
    """Have a worker decode a long request: nobody else shall wait for it."""
    work = {"operation": "decode", "limits": asdict(context.limits), **request}
    found = json.loads(await (await context.pool.evaluate(work, client=client)).read())
    return None if found is None else Operation.of_json(found)


async def answer(scope: Scope, accept: str, operation: Operation) -> ASGIApp:
    """Choose the representation for the query's form and return the answer to be."""
    chosen = negotiate(accept, operation.analysis.form.kind, format_name=operation.format_name)
    if chosen.format.name == "html":
        return await result_page(Request(scope), operation)
    headers = {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"}
    if chosen.format.name in ATTACHED:
        headers["Content-Disposition"] = f'attachment; filename="results.{chosen.format.name}"'
    return WorkerAnswer(
        work_for(operation, chosen.format.name),
        headers,
        timeout_s=operation.timeout_s,
        volatile=operation.analysis.volatile,
    )


def describe_endpoint(request: Request) -> ASGIApp:
    """Return the query page for browsers, the service description (SPARQL 1.1 SD) for programs."""
    format_name = single(parameters(request.scope["query_string"]), "format") or None
    rows = offered(Kind.TRIPLES)
    accept = request.headers.get("accept", "")
    if format_name is None and preferred(accept, [*(row.media_type for row in rows), "text/html"]) == "text/html":
        page = render(request, "sparql.html", title="SPARQL", formats=offered(Kind.SOLUTIONS), query=_EXAMPLE)
        return HTMLResponse(page, headers={"Vary": "Accept"})
    chosen = negotiate(accept, Kind.TRIPLES, format_name=format_name)
    endpoint = f"{service_address(request.scope)}/sparql"
    work = {"operation": "service_description", "endpoint": endpoint, "format_name": chosen.format.name}
    return WorkerAnswer(work, {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"})


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """Read a request's body, at most `limit` bytes and what percent-encoding adds; None where the client has gone.

    Raises BodyTooLarge (413) as soon as it is longer.
    """
    most = 3 * limit + 10_000
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > most:
            raise BodyTooLarge(f"The body is longer than {most} bytes.", headers={"Connection": "close"})
        parts.append(part)
    return b"".join(parts)
