"""The start page: what the graph holds, in one screen; the data set's own queries say what is drawn and asked."""

from __future__ import annotations

import asyncio
import json
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from kg_service.errors import Problem
from kg_service.formats import Kind, offered
from kg_service.named_queries import bind
from kg_service.protocol import read_operation
from kg_service.web.browse import counting_query
from kg_service.web.context import client_of, context_of, service_address
from kg_service.web.labels import labels_of
from kg_service.web.problems import require_method
from kg_service.web.reader import reader_of
from kg_service.web.resources import dataset_name
from kg_service.web.templates import label_of, page
from kg_service.web.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.evaluation.pool import Pool
    from kg_service.named_queries import NamedQuery
    from kg_service.web.context import Context

__all__ = ["start"]

#: Classes counted, questions offered and rows drawn at most: the page is one screen.
_COUNTS, _QUESTIONS, _ROWS = 12, 3, 500
_GIT_S = 5.0
_CHANGED: WeakKeyDictionary[Pool, str] = WeakKeyDictionary()


async def start(request: Request) -> Response:
    """Show what there is: the map that a query with `#+ start: map` gives, counts, questions, facts."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request.scope)
    reader = reader_of(request)
    vocabulary = await vocabulary_of(context)
    queries = list(context.queries.values())
    drawn = next((query for query in queries if query.start == "map"), None)
    rows = await _rows(request, drawn) if drawn is not None else []
    labels = await labels_of(context, _iris(rows), reader, client=client_of(request.scope))
    counts = [
        {**vocabulary.term(each["iri"], reader), "count": each["instances"], "query": counting_query(each["iri"])}
        for each in sorted(vocabulary.own_classes, key=_is_plain)[:_COUNTS]
    ]
    return page(
        request, "start.html", rows_of_formats=offered(Kind.TRIPLES), file_name=dataset_name(request), counts=counts,
        description=label_of(context.facts["description"], reader), drawn=drawn, arcs=_by_kind(rows),
        solutions=rows, labels=labels, changed=await _last_change(context),
        questions=[query for query in queries if query.start == "question"][:_QUESTIONS],
    )  # fmt: skip


async def _rows(request: Request, query: NamedQuery) -> list[dict[str, Any]]:
    """Return the solutions of a query of the data set; none where it fails, since the page has more to say."""
    context = context_of(request.scope)
    try:
        text = bind(query, query.example, context.facts["prefixes"])
        base = f"{service_address(request.scope)}/sparql"
        operation = read_operation(text, [], base=base, limits=context.limits)
        work = {"operation": "query", **operation.work("json", limit_rows=_ROWS)}
        answer = await context.pool.evaluate(work, client=client_of(request.scope))
        found: list[dict[str, Any]] = json.loads(await answer.read())["results"]["bindings"]
    except Problem:
        return []
    return found


def _is_plain(class_: dict[str, Any]) -> bool:
    """Tell whether no shape asks anything of a class: those of which one does are what the data set is about."""
    return not any(each.get("presence") == "mandatory" for each in class_.get("properties", []))


def _iris(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(term["value"] for row in rows for term in row.values() if term["type"] == "uri"))


def _by_kind(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that the map draws, by their kind, in the order of the result; of marks each thing once."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for number, row in enumerate(rows):
        kind = found.setdefault(row.get("kind", {}).get("value", ""), {})
        if "from" in row and "to" in row:
            kind[str(number)] = row
        elif "mark" in row:
            kind.setdefault(row["mark"]["value"], row)
    return {kind: list(each.values()) for kind, each in found.items() if each}


async def _last_change(context: Context) -> str:
    """Return the day on which the data set's files last changed in git, as YYYY-MM-DD; "" where no git knows them."""
    pool = context.pool
    if pool not in _CHANGED:
        _CHANGED[pool] = await asyncio.to_thread(_committed, [str(place) for place in pool.places])
    return _CHANGED[pool]


def _committed(places: list[str]) -> str:
    days = []
    for place in places:
        command = ["git", "-C", place, "log", "-1", "--format=%cI", "--", "ontology", "data", "queries"]
        try:
            told = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_S, check=True).stdout
            days.append(datetime.fromisoformat(told.strip()).date().isoformat())
        except (OSError, subprocess.SubprocessError, ValueError):
            continue
    return max(days, default="")
