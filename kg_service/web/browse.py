"""Finding things: by class and facet (`/browse`), and by name in any language (`/search`). The address is the state."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from kg_service.errors import MalformedRequest, NotFound
from kg_service.iris import absolute
from kg_service.named_queries import NamedQuery, Parameter, bind
from kg_service.negotiation import preferred
from kg_service.parameters import parameters, single
from kg_service.web.context import client_of, context_of
from kg_service.web.label_search import label_index
from kg_service.web.problems import require_method
from kg_service.web.reader import reader_of
from kg_service.web.templates import page
from kg_service.web.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.web.context import Context

__all__ = ["browse", "counting_query", "mentions_query", "page_number", "search"]

READ = ("GET", "HEAD")
_PAGE, _PAGES = 50, 10_000
#: Parameters of the address that are no facets.
_OWN = frozenset({"class", "page", "lang", "format", "q"})
_FACETS, _CHOICES = 20, 50

_COUNT = NamedQuery(
    "count",
    "# How many things of a class there are.\n"
    "SELECT (COUNT(DISTINCT ?thing) AS ?count)\nWHERE {\n  VALUES ?class { UNDEF }\n  ?thing a ?class .\n}\n",
    "",
    parameters=(Parameter("class", "iri", ""),),
)
_MENTIONS = NamedQuery(
    "mentions",
    "# What mentions a thing.\n"
    "SELECT ?subject ?property\nWHERE {\n  VALUES ?thing { UNDEF }\n  ?subject ?property ?thing .\n}\n"
    "ORDER BY ?property ?subject\n",
    "",
    parameters=(Parameter("thing", "iri", ""),),
)


async def browse(request: Request) -> Response:
    """Show the classes, or the things of one: `/browse?class=NAME&PROPERTY=VALUE…&page=N`, names as in queries.

    Several values of one property mean any of them, several properties all of them.
    """
    require_method(request, READ)
    context = context_of(request.scope)
    pairs = parameters(request.scope["query_string"])
    reader = reader_of(request)
    known = await vocabulary_of(context)
    wants_json = _wants_json(request, pairs)
    class_ = single(pairs, "class")
    if not class_:
        classes = [
            {**known.term(each["iri"], reader), "count": each["instances"], "text": known.text(each["iri"], reader)}
            for each in known.own_classes
        ]
        if wants_json:
            return _json({"classes": classes})
        return page(request, "classes.html", headers={"Vary": "Accept"}, classes=classes)
    iri = _expand(context, class_, "class")
    if iri not in known.classes:
        raise NotFound(
            f"The data set has no class {class_[:200]!r}.", known=[each["name"] for each in known.own_classes]
        )
    chosen = _choices(context, pairs)
    number = page_number(pairs)
    asked = {
        "operation": "browse",
        "class_iri": iri,
        "properties": known.facets(iri)[:_FACETS],
        "chosen": chosen,
        "languages": list(reader.languages),
        "offset": (number - 1) * _PAGE,
        "limit": _PAGE,
    }
    answer = await context.pool.evaluate(asked, client=client_of(request.scope))
    found = json.loads(await answer.read())
    if number > 1 and not found["things"]:
        raise NotFound(f"There is no page {number}: {found['total']} things are found.")
    for facet in found["facets"]:
        facet.update(known.term(facet["property"], reader))
    values: dict[str, Any] = {
        "class_": known.term(iri, reader),
        "page": number,
        "pages": -(-found["total"] // _PAGE),
        **found,
    }
    if wants_json:
        return _json(values)
    return page(
        request, "browse.html", headers={"Vary": "Accept"}, found=values, class_name=class_,
        definition=known.text(iri, reader), query=counting_query(iri), narrowed=bool(chosen),
    )  # fmt: skip


async def search(request: Request) -> Response:
    """Find things by their names in any language and spelling: `/search?q=TEXT[&class=NAME][&page=N]`."""
    require_method(request, READ)
    context = context_of(request.scope)
    pairs = parameters(request.scope["query_string"])
    reader = reader_of(request)
    text = (single(pairs, "q") or "")[:200]
    class_ = single(pairs, "class")
    iri = _expand(context, class_, "class") if class_ else None
    number = page_number(pairs)
    known = await vocabulary_of(context)
    index = await label_index(context)
    hits = await asyncio.to_thread(
        index.search, text, reader.languages, class_iri=iri, limit=_PAGE, offset=(number - 1) * _PAGE
    )
    if number > 1 and not hits.hits:
        raise NotFound(f"There is no page {number}: {hits.total} things are found.")
    near = () if hits.total else await asyncio.to_thread(index.near, text, reader.languages, class_iri=iri)
    rows = [
        {
            "iri": hit.iri,
            "name": hit.name,
            "label": {"value": hit.label, "language": hit.language},
            "classes": [known.term(each, reader) for each in known.narrowest(hit.classes)],
        }
        for hit in hits.hits or near
    ]
    if _wants_json(request, pairs):
        return _json({"q": text, "total": hits.total, "complete": hits.is_complete, "close": bool(near), "hits": rows})
    pages = -(-hits.total // _PAGE)
    return page(
        request, "search.html", headers={"Vary": "Accept"}, q=text, total=hits.total, complete=hits.is_complete,
        close=bool(near), hits=rows, page_number=number, pages=pages,
    )  # fmt: skip


def counting_query(iri: str) -> str:
    """Return the query that counts the things of a class."""
    return bind(_COUNT, {"class": iri})


def mentions_query(iri: str) -> str:
    """Return the query that finds all statements whose object is an IRI."""
    return bind(_MENTIONS, {"thing": iri})


def _wants_json(request: Request, pairs: list[tuple[str, str]]) -> bool:
    asked = single(pairs, "format")
    if asked:
        if asked not in ("json", "html"):
            raise MalformedRequest(f"format={asked[:40]!r} is neither json nor html.")
        return asked == "json"
    return preferred(request.headers.get("accept", ""), ["application/json", "text/html"]) != "text/html"


def _json(content: Any) -> Response:
    return JSONResponse(content, headers={"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"})


def _expand(context: Context, text: str, name: str) -> str:
    """Return the IRI that a prefixed name or an IRI stands for."""
    prefix, colon, local = text.strip("<>").partition(":")
    namespace = context.facts["prefixes"].get(prefix) if colon and not local.startswith("//") else None
    return namespace + local if namespace is not None else absolute(text.strip("<>"), name=name)


def _choices(context: Context, pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    given = [(name, value) for name, value in pairs if name not in _OWN and value]
    if len(given) > _CHOICES:
        raise MalformedRequest(f"At most {_CHOICES} values can be chosen at a time.")
    chosen: dict[str, list[str]] = {}
    for name, value in given:
        if ":" in name:
            chosen.setdefault(_expand(context, name, "a facet"), []).append(_expand(context, value, name))
    return chosen


def page_number(pairs: list[tuple[str, str]]) -> int:
    """Return the number of the page that is asked for. Raises MalformedRequest for what is none."""
    text = single(pairs, "page") or "1"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _PAGES:
        raise MalformedRequest(f"page={text[:20]!r} is no number from 1 to {_PAGES}.")
    return int(text)
