"""Named queries as an API: a list, and one resource each whose parameters are bound as terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse

from kg_service.errors import NotFound
from kg_service.named_queries import NamedQuery, bind
from kg_service.negotiation import preferred
from kg_service.parameters import REPEATED, SINGLE, parameters, single
from kg_service.protocol import QUERY
from kg_service.web.context import context_of, service_address
from kg_service.web.problems import require_method
from kg_service.web.query_page import question_fields, text_of
from kg_service.web.reader import reader_of
from kg_service.web.sparql import answer
from kg_service.web.templates import page
from kg_service.web.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

__all__ = ["describe_query", "named_queries", "named_query"]

READ = ("GET", "HEAD")
#: Parameters that links of pages carry.
_OF_PAGES = ("lang", "version")


async def named_queries(request: Request) -> Response:
    """List the named queries with their documentation, as a page or as JSON."""
    require_method(request, READ)
    base = service_address(request.scope)
    queries = list(context_of(request.scope).queries.values())
    headers = {"Vary": "Accept"}
    if preferred(request.headers.get("accept", ""), ["application/json", "text/html"]) == "text/html":
        return page(request, "queries.html", headers=headers, queries=await _listed(request, queries))
    prefixes = context_of(request.scope).facts["prefixes"]
    described = [describe_query(query, base) | {"text": text_of(query, prefixes)} for query in queries]
    return JSONResponse({"queries": described}, headers=headers)


async def _listed(request: Request, queries: list[NamedQuery]) -> list[dict[str, Any]]:
    vocabulary, reader = await vocabulary_of(context_of(request.scope)), reader_of(request)
    return [{"query": each, "fields": question_fields(each, vocabulary, reader)} for each in queries]


async def named_query(request: Request) -> ASGIApp:
    """Answer a named query: `/queries/<name>?<parameter>=<value>`, with the options of /sparql.

    Formats, limits and problems are those of /sparql; a parameter that the query does not have is a 400.
    """
    require_method(request, READ)
    context = context_of(request.scope)
    query = context.queries.get(request.path_params["name"])
    if query is None:
        raise NotFound(f"There is no query {request.path_params['name']!r}.", known=list(context.queries))
    pairs = parameters(request.scope["query_string"])
    names = dict.fromkeys(name for name, _ in pairs if name not in (*SINGLE, *REPEATED, *_OF_PAGES))
    values = {name: value for name in names if (value := single(pairs, name))}
    text = bind(query, values, context.facts["prefixes"])
    options = urlencode([(name, value) for name, value in pairs if name in (*SINGLE, *REPEATED) and name != "query"])
    return answer(request.scope, "POST", options.encode(), QUERY, text.encode())


def describe_query(query: NamedQuery, base: str) -> dict[str, Any]:
    """Return a query's documentation as JSON values; `base` is the address of the service."""
    return {
        "name": query.name,
        "summary": query.summary,
        "summaries": {language: text for language, text in query.summaries.items() if language},
        "question": query.question,
        "tags": list(query.tags),
        "view": query.view,
        "start": query.start,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "description": parameter.description,
                "example": query.example.get(parameter.name),
            }
            for parameter in query.parameters
        ],
        "address": f"{base}/queries/{query.name}",
    }
