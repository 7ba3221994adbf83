"""/sparql: the query operation of the SPARQL 1.1 Protocol; without a query, the endpoint's own description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from kg_service.errors import BodyTooLarge, Problem
from kg_service.formats import Kind, offered
from kg_service.negotiation import negotiate, preferred
from kg_service.protocol import Operation, decode, parameters, single
from kg_service.web.answers import WorkerAnswer
from kg_service.web.context import context_of, service_address
from kg_service.web.problems import problem_response, require_method
from kg_service.web.result_page import result_page, work_for
from kg_service.web.templates import render

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["METHODS", "SparqlEndpoint", "read_body"]

_EXAMPLE = """SELECT ?type (COUNT(*) AS ?count)
WHERE {
  ?thing a ?type
}
GROUP BY ?type
ORDER BY DESC(?count)
"""
METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")


class SparqlEndpoint:
    """The endpoint as a plain ASGI application: the framework's routing costs more than a small query."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self.respond(request)
        except Problem as problem:
            response = problem_response(request, problem)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def respond(self, request: Request) -> ASGIApp:
        """Decode, decide, and return what will evaluate and serialise."""
        require_method(request, METHODS)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
        context = context_of(request)
        body = await read_body(request, context.limits.query_bytes)
        operation = decode(
            request.method,
            request.scope["query_string"],
            request.headers.get("content-type", ""),
            body,
            base=f"{service_address(request)}/sparql",
            limits=context.limits,
        )
        if operation is None:
            return describe_endpoint(request)
        return await answer(request, operation)


async def answer(request: Request, operation: Operation) -> ASGIApp:
    """Choose the representation for the query's form and return the answer to be."""
    form = operation.analysis.form
    chosen = negotiate(request.headers.get("accept", ""), form.kind, format_name=operation.format_name)
    if chosen.format.name == "html":
        return await result_page(request, operation)
    headers = {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"}
    if chosen.format.name == "xlsx":
        headers["Content-Disposition"] = 'attachment; filename="results.xlsx"'
    return WorkerAnswer(
        request,
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
    endpoint = f"{service_address(request)}/sparql"
    work = {"operation": "service_description", "endpoint": endpoint, "format_name": chosen.format.name}
    return WorkerAnswer(request, work, {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"})


async def read_body(request: Request, limit: int) -> bytes:
    """Read the request's body, at most `limit` bytes and what percent-encoding adds.

    Raises BodyTooLarge (413) as soon as it is longer.
    """
    most = 3 * limit + 10_000
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise BodyTooLarge(f"The body is longer than {most} bytes.", headers={"Connection": "close"})
        parts.append(part)
    return b"".join(parts)
