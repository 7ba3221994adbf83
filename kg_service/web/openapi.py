"""The OpenAPI document: operations of the plain ASGI resources, described from the tables they derive from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from kg_service.analysis import analyse
from kg_service.errors import PROBLEMS
from kg_service.formats import Kind, offered
from kg_service.validation.reports import WRITERS
from kg_service.web.assistance import RESOURCES

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg_service.named_queries import NamedQuery

__all__ = ["describe_api"]


def describe_api(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    if not app.openapi_schema:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        named = app.state.context.queries.values()
        document["paths"] = {**_paths(), **{f"/queries/{query.name}": _named(query) for query in named}}
        document["components"] = {"schemas": {"Problem": _PROBLEM}}
        app.openapi_schema = document
    return app.openapi_schema


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
    },
}


_EXAMPLE = "SELECT ?type (COUNT(*) AS ?count) { ?thing a ?type } GROUP BY ?type ORDER BY DESC(?count)"


def _paths() -> dict[str, Any]:
    results = _content(Kind.SOLUTIONS) | _content(Kind.TRIPLES)
    dataset = [
        _repeated("default-graph-uri", "graphs merged into the default graph"),
        _repeated("named-graph-uri", "graphs for GRAPH"),
    ]
    options = [
        _parameter("format", "short name or media type of the result; wins over Accept"),
        _parameter("timeout", "seconds to wait at most", kind="number"),
        _parameter("limit-rows", "solutions wanted at most; X-More-Rows tells whether there are more", kind="integer"),
        _parameter("bom", "1: CSV begins with a byte order mark", kind="integer"),
        *dataset,
    ]
    form = {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
    body = {
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {"schema": form},
        }
    }
    writing = {
        row.path: {
            row.method: {
                **_operation(row.summary, [_parameter(*each) for each in row.parameters], {"application/json": {}}),
                **({"requestBody": body} if row.method == "post" else {}),
            }
        }
        for row in RESOURCES
    }
    graphs = _content(Kind.TRIPLES)
    reports: dict[str, Any] = {row.media_type: {} for row in WRITERS.values()}
    iri = {**_parameter("iri", "the IRI to describe"), "required": True}
    path = {"name": "path", "in": "path", "required": True, "schema": {"type": "string"}}
    pages: dict[str, Any] = {"application/json": {}, "text/html": {}}
    paged = [_parameter("class", "name or IRI of a class"), _parameter("page", "number of a page", kind="integer")]
    return {
        "/browse": {
            "get": _operation("Classes, or things of one; any further PROPERTY=VALUE narrows them down", paged, pages)
        },
        "/search": {
            "get": _operation("Things by their names", [_parameter("q", "a name, or its beginning"), *paged], pages)
        },
        "/sparql/labels": {"post": _posted("Labels of IRIs", "iri")},
        "/sparql/shared": {"post": _posted("A short link to a query", "query")},
        "/sparql": {
            "get": _operation(
                "Query", [{**_parameter("query", "SPARQL query"), "example": _EXAMPLE}, *options], results
            ),
            "post": {**_operation("Query", options, results), "requestBody": body},
        },
        **writing,
        "/graphs": {
            "get": _operation(
                "Read a graph", [_parameter("graph", "IRI of a graph"), _parameter("default", "")], graphs
            )
        },
        "/describe": {"get": _operation("Describe an IRI", [iri, options[0]], graphs)},
        "/data/{path}": {"get": _operation("Description of a thing, by extension", [path], graphs)},
        "/download/{path}": {"get": _operation("The whole data set", [path], _content(Kind.QUADS))},
        "/download/context.jsonld": {
            "get": _operation("JSON-LD context of the descriptions", [], {"application/ld+json": {}})
        },
        "/sitemap.xml": {
            "get": _operation("Addresses of pages", [_parameter("part", "number of a part")], {"application/xml": {}})
        },
        "/robots.txt": {"get": _operation("What robots may ask for", [], {"text/plain": {}})},
        "/.well-known/void": {"get": _operation("Description of data set and endpoint", [options[0]], graphs)},
        "/validation": {"get": _operation("Last validation report", [options[0]], reports)},
        "/health": {"get": _operation("Whether the process answers", [], {"application/json": {}})},
        "/ready": {"get": _operation("Whether the data set is loaded and valid", [], {"application/json": {}})},
    }


def _named(query: NamedQuery) -> dict[str, Any]:
    """Return the path item of a named query."""
    own = [
        {
            **_parameter(each.name, f"{each.type}; {each.description}"),
            **({"example": query.example[each.name]} if each.name in query.example else {}),
        }
        for each in query.parameters
    ]
    options = [_parameter("format", "short name or media type of the result; wins over Accept")]
    content = _content(analyse(query.text).form.kind)
    return {"get": {**_operation(query.summary, [*own, *options], content), "description": query.question}}


def _operation(summary: str, parameters: list[dict[str, Any]], content: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": {"description": "OK", "content": content}}
    for status in sorted({problem.status for problem in PROBLEMS}):
        titles = sorted({problem.title for problem in PROBLEMS if problem.status == status})
        schema = {"$ref": "#/components/schemas/Problem"}
        responses[str(status)] = {
            "description": "; ".join(titles),
            "content": {"application/problem+json": {"schema": schema}},
        }
    return {"summary": summary, "parameters": parameters, "responses": responses}


def _posted(summary: str, field: str) -> dict[str, Any]:
    """Return an operation that takes a form with one field."""
    form = {"type": "object", "required": [field], "properties": {field: {"type": "string"}}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return {**_operation(summary, [], {"application/json": {}}), "requestBody": body}


def _parameter(name: str, description: str, *, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind}}


def _repeated(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string", "format": "uri"}}
    return {"name": name, "in": "query", "description": description, "explode": True, "schema": schema}


def _content(kind: Kind) -> dict[str, Any]:
    return {row.media_type: {"schema": {"type": "string"}} for row in offered(kind)}
