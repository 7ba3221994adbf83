"""/graphs: the reading side of the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from kg_service.errors import NotFound
from kg_service.formats import Kind
from kg_service.graph_target import read_target
from kg_service.named_queries import NamedQuery, Parameter, bind
from kg_service.negotiation import negotiate, wants_page
from kg_service.parameters import parameters, single
from kg_service.web.answers import WorkerAnswer
from kg_service.web.browse import page_number
from kg_service.web.context import client_of, context_of, service_address
from kg_service.web.problems import require_method
from kg_service.web.templates import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

__all__ = ["METHODS", "graph_store"]

METHODS = ("GET", "HEAD", "OPTIONS")
#: Graphs on a page.
_PAGE = 200
#: Where people look into a graph: the query that gives it.
_DEFAULT_GRAPH = "CONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p ?o }\n"
_NAMED_GRAPH = NamedQuery(
    "graph",
    "CONSTRUCT { ?s ?p ?o }\nWHERE {\n  VALUES ?graph { UNDEF }\n  GRAPH ?graph { ?s ?p ?o }\n}\n",
    "",
    parameters=(Parameter("graph", "iri", ""),),
)


async def _list(request: Request, pairs: list[tuple[str, str]]) -> Response:
    """Show a page of the named graphs."""
    number = page_number(pairs)
    work = {"operation": "graphs", "offset": (number - 1) * _PAGE, "limit": _PAGE}
    answer = await context_of(request.scope).pool.evaluate(work, client=client_of(request.scope))
    found = json.loads(await answer.read())
    if number > 1 and not found["graphs"]:
        raise NotFound(f"There is no page {number}: there are {found['total']} graphs.")
    pages = -(-found["total"] // _PAGE)
    return page(request, "graphs.html", headers={"Vary": "Accept"}, **found, page_number=number, pages=pages)


async def graph_store(request: Request) -> ASGIApp:
    """Answer `?default`, `?graph=IRI`, or without either the list of graphs.

    SPARQL 1.1 Graph Store HTTP Protocol §5.2 (GET), §5.7 (HEAD); 404 for an unknown graph, 405 for writes.
    """
    require_method(request, METHODS)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    pairs = parameters(request.scope["query_string"])
    target = read_target(pairs, base=f"{service_address(request.scope)}/graphs")
    format_name = single(pairs, "format") or None
    accept = request.headers.get("accept", "")
    if wants_page(accept, format_name=format_name):
        if target is None:
            return await _list(request, pairs)
        query = _DEFAULT_GRAPH if target.iri is None else bind(_NAMED_GRAPH, {"graph": target.iri})
        address = f"{service_address(request.scope)}/sparql?{urlencode({'query': query})}"
        return RedirectResponse(address, status_code=303, headers={"Vary": "Accept"})
    chosen = negotiate(accept, Kind.TRIPLES, format_name=format_name)
    if target is None:
        endpoint = f"{service_address(request.scope)}/sparql"
        work: dict[str, str | None] = {
            "operation": "service_description",
            "endpoint": endpoint,
            "format_name": chosen.format.name,
        }
    else:
        work = {"operation": "graph", "graph": target.iri, "format_name": chosen.format.name}
    headers = {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"}
    return WorkerAnswer(work, headers)
