"""A result as a page: a table of solutions or of triples, or yes or no; capped, and it says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kg_service.formats import Kind, offered
from kg_service.ntriples import NAMES, read_triple
from kg_service.parameters import parameters
from kg_service.web.context import client_of, context_of, root_path
from kg_service.web.labels import labels_of
from kg_service.web.query_page import query_page
from kg_service.web.reader import reader_of
from kg_service.web.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.evaluation.call import Answer
    from kg_service.protocol import Operation
    from kg_service.web.gone import Gone

__all__ = ["ROWS", "result_page"]

#: A page shows at most this many rows; files have them all.
ROWS = 1_000


async def result_page(request: Request, operation: Operation, gone: Gone) -> Response:
    """Evaluate a query and show its result; who has gone away is not waited for."""
    context = context_of(request.scope)
    result = await (_graph if operation.analysis.form.kind is Kind.TRIPLES else _solutions)(request, operation, gone)
    kept = [
        (name, value) for name, value in parameters(request.scope["query_string"]) if name not in ("query", "format")
    ]
    endpoint = f"{root_path(request.scope)}/sparql"
    result["downloads"] = [
        (row, f"{endpoint}?{urlencode([('query', operation.query), *kept, ('format', row.name)])}")
        for row in offered(operation.analysis.form.kind)
        if row.name != "html"
    ]
    iris = [term["value"] for row in result["rows"] for term in row.values() if term["type"] == "uri"]
    labels = await labels_of(context, iris, reader_of(request), client=client_of(request.scope))
    cache = "no-store" if operation.analysis.volatile else "no-cache"
    vocabulary = await vocabulary_of(context) if "name" in request.path_params else None
    return query_page(
        request, query=operation.query, result=result, labels=labels, vocabulary=vocabulary,
        headers={"Cache-Control": cache},
    )  # fmt: skip


async def _solutions(request: Request, operation: Operation, gone: Gone) -> dict[str, Any]:
    limit = ROWS if operation.limit_rows is None else min(ROWS, operation.limit_rows)
    answer = await _ask(request, operation, "json", gone, limit)
    document = json.loads(await answer.read())
    return {
        "names": document.get("head", {}).get("vars", []),
        "rows": document.get("results", {}).get("bindings", []),
        "boolean": document.get("boolean"),
        "more": (b"x-more-rows", b"true") in answer.headers,
    }


async def _graph(request: Request, operation: Operation, gone: Gone) -> dict[str, Any]:
    """Take the first triples; the rest is never made."""
    answer = await _ask(request, operation, "nt", gone, None)
    lines: list[str] = []
    rest = b""
    try:
        async for chunk in answer.chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            lines += [line.decode() for line in whole]
            if len(lines) > ROWS:
                break
    finally:
        answer.close()
    lines += [rest.decode()] if rest and len(lines) <= ROWS else []
    rows = [row for row in map(read_triple, lines[:ROWS]) if row is not None]
    return {"names": list(NAMES), "rows": rows, "boolean": None, "more": len(lines) > ROWS}


async def _ask(request: Request, operation: Operation, format_name: str, gone: Gone, limit: int | None) -> Answer:
    work = {"operation": "query", **operation.work(format_name, limit_rows=limit)}
    return await context_of(request.scope).pool.evaluate(
        work, client=client_of(request.scope), timeout_s=operation.timeout_s, slow=gone.begin_to_watch
    )
