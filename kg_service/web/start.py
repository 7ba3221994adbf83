"""The start page: what the graph holds, in one screen; the data set's own queries say what is drawn and asked."""

from __future__ import annotations

import asyncio
import json
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kg_service.errors import Problem
from kg_service.formats import Kind, offered
from kg_service.language_tags import best_text
from kg_service.named_queries import bind
from kg_service.protocol import read_operation
from kg_service.web.browse import counting_query
from kg_service.web.context import client_of, context_of
from kg_service.web.labels import labels_of
from kg_service.web.once import Once
from kg_service.web.problems import require_method
from kg_service.web.reader import reader_of
from kg_service.web.resources import dataset_name
from kg_service.web.templates import page
from kg_service.web.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.named_queries import NamedQuery
    from kg_service.web.context import Context

__all__ = ["start"]

#: Classes counted, questions offered and rows drawn at most: the page is one screen.
_COUNTS, _QUESTIONS, _ROWS = 12, 3, 500
_GIT_S = 5.0


async def start(request: Request) -> Response:
    """Show what there is: the map that a query with `#+ start: map` gives, counts, questions, facts."""
    require_method(request, ("GET", "HEAD"))
    context = context_of(request.scope)
    reader = reader_of(request)
    vocabulary = await vocabulary_of(context)
    queries = list(context.queries.values())
    rows = await _rows(context)
    labels = await labels_of(context, _iris(rows), reader, client=client_of(request.scope))
    counts = [
        {**vocabulary.term(each["iri"], reader), "count": each["instances"], "query": counting_query(each["iri"])}
        for each in sorted(vocabulary.own_classes, key=_is_plain)[:_COUNTS]
    ]
    return page(
        request, "start.html", rows_of_formats=offered(Kind.TRIPLES), file_name=dataset_name(request), counts=counts,
        description=best_text(context.facts["description"], reader.languages), drawn=_drawn(context),
        shown=_by_kind(rows), solutions=rows, labels=labels, changed=await _CHANGED.of(context),
        questions=[query for query in queries if query.start == "question"][:_QUESTIONS],
    )  # fmt: skip


async def _ask(context: Context) -> list[dict[str, Any]]:
    """Return the solutions that the map shows."""
    query = _drawn(context)
    if query is None:
        return []
    text = bind(query, query.example, context.facts["prefixes"])
    operation = read_operation(text, [], base=context.facts["base"], limits=context.limits)
    answer = await context.pool.evaluate({"operation": "query", **operation.work("json", limit_rows=_ROWS)})
    found: list[dict[str, Any]] = json.loads(await answer.read())["results"]["bindings"]
    return found


async def _rows(context: Context) -> list[dict[str, Any]]:
    """Return them; none where the query fails, since the page has more to say."""
    try:
        return await _SOLUTIONS.of(context)
    except Problem:
        return []


def _drawn(context: Context) -> NamedQuery | None:
    return next((query for query in context.queries.values() if query.start == "map"), None)


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
    return await asyncio.to_thread(_committed, [str(place) for place in context.pool.places])


def _committed(places: list[str]) -> str:
    """Return the day on which the data set's files last changed in git, as YYYY-MM-DD; "" where no git knows them."""
    days = []
    for place in places:
        command = ["git", "-C", place, "log", "-1", "--format=%cI", "--", "ontology", "data", "queries"]
        try:
            told = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_S, check=True).stdout
            days.append(datetime.fromisoformat(told.strip()).date().isoformat())
        except (OSError, subprocess.SubprocessError, ValueError):
            continue
    return max(days, default="")


#: What the page shows of the data set, made once: what the map draws, and the day of the last change.
_SOLUTIONS, _CHANGED = Once(_ask), Once(_last_change)
