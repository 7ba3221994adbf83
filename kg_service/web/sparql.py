"""/sparql: the query operation of the SPARQL 1.1 Protocol; without a query, the endpoint's own description."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from kg_service.cross_origin import CORS
from kg_service.errors import Problem
from kg_service.formats import Kind
from kg_service.negotiation import negotiate, wants_page
from kg_service.parameters import parameters, single, timeout_hint
from kg_service.protocol import FORM, Operation
from kg_service.web.answers import ASKED, WorkerAnswer
from kg_service.web.body import read_body
from kg_service.web.context import context_of, field_values, service_address
from kg_service.web.problems import problem_response, unknown_method
from kg_service.web.query_page import query_page
from kg_service.web.result_page import result_page

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg_service.web.context import Context
    from kg_service.web.gone import Gone

__all__ = ["METHODS", "Shortcut", "SparqlEndpoint", "answer", "request_key", "rest_of_key"]

_CORS = [(name.encode(), value.encode()) for name, value in CORS]
#: Requests longer than this are known by their hash: bytes.
_LONG = 1_000
METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")


class SparqlEndpoint:
    """The endpoint as a plain ASGI application: the framework's routing costs more than a small query."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever the origin of the script that asks."""
        try:
            response = await respond(scope, receive)
        except Problem as problem:
            response = problem_response(Request(scope), problem)

        async def open_to_all(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if not any(name == _CORS[0][0] for name, _ in headers):
                    message["headers"] = [*headers, *_CORS]
            await send(message)

        if response is not None:
            await response(scope, receive, open_to_all)


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
    """Return the response to be; None where the client has gone."""
    method = scope["method"]
    if method not in METHODS:
        raise unknown_method(method, METHODS)
    if method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    body = b""
    if method not in ("GET", "HEAD"):
        received = await read_body(receive, context_of(scope).limits.query_bytes)
        if received is None:
            return None
        body = received
    content_type = field_values(scope).get(b"content-type", b"").decode("latin-1")
    return answer(scope, "GET" if method == "HEAD" else method, scope["query_string"], content_type, body)


def rest_of_key(content_type: bytes, body: bytes, base: bytes, accept: bytes) -> bytes:
    """Return what stands in a request's key beside method and query string; `base` is the endpoint's address."""
    return b"\0".join((content_type, body, base, accept))


def request_key(context: Context, method: bytes, query_string: bytes, rest: bytes) -> bytes:
    """Return what is equal for requests to the endpoint with equal answers."""
    key = b"\0".join((context.facts["hash"].encode(), method, query_string, rest))
    return key if len(key) < _LONG else hashlib.sha256(key).digest()


def answer(scope: Scope, method: str, query_string: bytes, content_type: str, body: bytes) -> WorkerAnswer:
    """Return the answer to a request: a worker reads it, so that nobody waits while a long one is read."""
    if body:
        scope[ASKED] = body
    accept, base = field_values(scope).get(b"accept", b""), f"{service_address(scope)}/sparql"
    work = {
        "operation": "request", "method": method, "query_string": query_string, "content_type": content_type,
        "body": body, "base": base, "accept": accept.decode("latin-1"),
    }  # fmt: skip
    rest = rest_of_key(content_type.encode("latin-1"), body, base.encode("latin-1"), accept)
    key = request_key(context_of(scope), method.encode(), query_string, rest)

    async def otherwise(decoded: bytes, gone: Gone) -> ASGIApp:
        found = json.loads(decoded)
        request = Request(scope)
        if found is None:
            return describe_endpoint(request)
        return await result_page(request, Operation.of_json(found), gone)

    is_form = content_type.partition(";")[0].strip().lower() == FORM
    timeout_s = timeout_hint(query_string) or (timeout_hint(body) if is_form else None)
    return WorkerAnswer(work, key=key, timeout_s=timeout_s, otherwise=otherwise)


def describe_endpoint(request: Request) -> ASGIApp:
    """Return the query page for browsers, the service description (SPARQL 1.1 SD) for programs."""
    format_name = single(parameters(request.scope["query_string"]), "format") or None
    accept = request.headers.get("accept", "")
    if wants_page(accept, format_name=format_name):
        return query_page(request)
    chosen = negotiate(accept, Kind.TRIPLES, format_name=format_name)
    endpoint = f"{service_address(request.scope)}/sparql"
    work = {"operation": "service_description", "endpoint": endpoint, "format_name": chosen.format.name}
    return WorkerAnswer(work, {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"})
