"""Sharing a query: `POST /sparql/shared` makes a short link, `/sparql/shared/<code>` leads to the query."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse

from kg_service.errors import BodyTooLarge, MalformedRequest
from kg_service.parameters import parameters, single
from kg_service.shared_link import decode, encode
from kg_service.web.body import read_body
from kg_service.web.context import context_of, service_address
from kg_service.web.problems import require_method

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["share", "shared"]

#: Characters of the data set's hash that a link carries, and those of an address that browsers and proxies still take.
_VERSION, _LONGEST = 12, 6_000


async def share(request: Request) -> Response:
    """Make a link to the query of a form, with the version of the data set it was made over."""
    require_method(request, ("POST",))
    context = context_of(request.scope)
    most = context.limits.query_bytes
    query = single(parameters(await read_body(request.receive, most) or b""), "query")
    if not query:
        raise MalformedRequest("There is no query to share.")
    if len(query.encode("utf-8", "surrogatepass")) > most:
        raise BodyTooLarge(f"The query is longer than {most} bytes.")
    code = encode(query)
    length = max(len(code), len(urlencode({"query": query})))  # the link, and the address it leads to
    if length > _LONGEST:
        raise BodyTooLarge(f"The query is too long for a link: it would take {length} characters of {_LONGEST}.")
    version = str(context.facts["hash"])[:_VERSION]
    link = f"{service_address(request.scope)}/sparql/shared/{code}?{urlencode({'version': version})}"
    return JSONResponse({"link": link, "version": version}, headers={"Cache-Control": "no-store"})


async def shared(request: Request) -> Response:
    """Lead to the page of a shared query, which says where the version of the data is another than the link's."""
    require_method(request, ("GET", "HEAD"))
    query = decode(request.path_params["code"], context_of(request.scope).limits.query_bytes)
    pairs = parameters(request.scope["query_string"])
    kept = [(name, value) for name, value in pairs if name in ("version", "lang", "format")]
    address = f"{service_address(request.scope)}/sparql?{urlencode([('query', query), *kept])}"
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-cache"})
