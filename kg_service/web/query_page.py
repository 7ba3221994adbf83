"""The page where queries are written, with or without a result: without scripts a form and a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg_service.errors import PROBLEMS
from kg_service.formats import Kind, offered
from kg_service.named_queries import VIEWS, bind
from kg_service.parameters import readable
from kg_service.web.context import context_of
from kg_service.web.reader import reader_of
from kg_service.web.templates import label_of, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.errors import Problem
    from kg_service.named_queries import NamedQuery
    from kg_service.web.reader import Reader
    from kg_service.web.vocabulary import Vocabulary

__all__ = ["query_page", "question_fields", "text_of"]

_EXAMPLE = "SELECT ?type (COUNT(*) AS ?things)\nWHERE { ?thing a ?type }\nGROUP BY ?type\nORDER BY DESC(?things)\n"
#: How the description of a parameter says what it can be.
_OF_A = re.compile(r"of an? ([\w-]+:[\w-]+)")
_HEADER = re.compile(r"(?m)^#\+.*(?:\r\n|\n|\r|\Z)")


def query_page(
    request: Request,
    *,
    query: str | None = None,
    result: dict[str, Any] | None = None,
    labels: dict[str, dict[str, str]] | None = None,
    vocabulary: Vocabulary | None = None,
    problem: Problem | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Show the editor with a query, and the result of it.

    result   names, rows and more of a SELECT, or boolean of an ASK; downloads: (format, address) pairs
    labels   IRI → label, of the IRIs in the rows
    vocabulary   names the things that a parameter of a named query can be
    problem  what the query failed with
    """
    context = context_of(request.scope)
    reader = reader_of(request)
    named = context.queries.get(request.path_params.get("name", ""))
    pairs = dict(readable(request.scope["query_string"]))
    version = pairs.get("version", "")
    known = str(context.facts["hash"])
    return page(
        request,
        "sparql.html",
        status=status,
        headers={"Vary": "Accept", **(headers or {})},
        heading=label_of(named.summaries, reader) if named is not None and query is not None else None,
        query=_HEADER.sub("", query) if query is not None else _EXAMPLE,
        result=result,
        problem=problem,
        problems=PROBLEMS,
        named=named,
        fields=question_fields(named, vocabulary, reader, pairs) if named and vocabulary else [],
        labels=labels or {},
        view=named.view if named is not None else VIEWS[0],
        other_version=version[:64] if version and not known.startswith(version) else "",
        formats=offered(Kind.SOLUTIONS),
        files={
            "rows": [{"name": row.name, "title": row.title} for row in offered(Kind.SOLUTIONS)],
            "graphs": [{"name": row.name, "title": row.title} for row in offered(Kind.TRIPLES)],
        },
        examples=[_example(each, reader) for each in context.queries.values()],
    )


def question_fields(
    query: NamedQuery, vocabulary: Vocabulary, reader: Reader, given: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return the parameters of a question as fields of a form; one described as `of a CLASS` offers its things.

    given   values, in place of those of the example
    """
    values = query.example if given is None else given
    fields = []
    for each in query.parameters:
        class_ = _OF_A.match(each.description)
        options = vocabulary.things(class_[1], reader) if class_ and each.type == "iri" else []
        fields.append({"parameter": each, "value": values.get(each.name, ""), "options": options,
                       "class": vocabulary.named(class_[1], reader) if class_ else None})  # fmt: skip
    return fields


def text_of(query: NamedQuery, prefixes: dict[str, str]) -> str:
    """Return a named query as it is shown: without its header, with its example's values."""
    return _HEADER.sub("", bind(query, query.example, prefixes))


def _example(query: NamedQuery, reader: Reader) -> dict[str, str]:
    summary = (label_of(query.summaries, reader) or {"value": query.summary})["value"]
    return {"name": query.name, "summary": summary, "view": query.view}
