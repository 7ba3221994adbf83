"""A result as a page: a table of solutions, or yes or no; capped, and it says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kg_service.formats import offered
from kg_service.parameters import parameters
from kg_service.web.context import client_of, context_of, service_address
from kg_service.web.labels import labels_of
from kg_service.web.query_page import query_page
from kg_service.web.reader import reader_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.protocol import Operation
    from kg_service.web.gone import Gone

__all__ = ["ROWS", "result_page"]

#: A page shows at most this many rows; files have them all.
ROWS = 1_000


async def result_page(request: Request, operation: Operation, gone: Gone) -> Response:
    """Evaluate a SELECT or ASK query and show its result; who has gone away is not waited for."""
    context = context_of(request.scope)
    limit = ROWS if operation.limit_rows is None else min(ROWS, operation.limit_rows)
    work = {"operation": "query", **operation.work("json", limit_rows=limit)}
    answer = await context.pool.evaluate(
        work, client=client_of(request.scope), timeout_s=operation.timeout_s, slow=gone.begin_to_watch
    )
    document = json.loads(await answer.read())
    kept = [
        (name, value) for name, value in parameters(request.scope["query_string"]) if name not in ("query", "format")
    ]
    base = service_address(request.scope)
    downloads = [
        (row, f"{base}/sparql?{urlencode([('query', operation.query), *kept, ('format', row.name)])}")
        for row in offered(operation.analysis.form.kind)
        if row.name != "html"
    ]
    rows = document.get("results", {}).get("bindings", [])
    iris = [term["value"] for row in rows for term in row.values() if term["type"] == "uri"]
    result = {
        "names": document.get("head", {}).get("vars", []),
        "rows": rows,
        "boolean": document.get("boolean"),
        "more": (b"x-more-rows", b"true") in answer.headers,
        "downloads": downloads,
    }
    labels = await labels_of(context, iris, reader_of(request), client=client_of(request.scope))
    cache = "no-store" if operation.analysis.volatile else "no-cache"
    return query_page(request, query=operation.query, result=result, labels=labels, headers={"Cache-Control": cache})
