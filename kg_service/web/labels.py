"""Labels for the IRIs of a result: what things are called beside where they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from kg_service.errors import MalformedRequest
from kg_service.parameters import parameters
from kg_service.web.body import read_body
from kg_service.web.context import client_of, context_of
from kg_service.web.problems import require_method
from kg_service.web.reader import Reader, reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kg_service.web.context import Context

__all__ = ["MOST", "labels", "labels_of"]

#: IRIs whose labels can be asked for at once, and the bytes they may take.
MOST, _BYTES = 2_000, 1_000_000


async def labels(request: Request) -> Response:
    """Tell the labels of IRIs in the reader's language: POST with `iri=…&iri=…`; the answer is IRI → label."""
    require_method(request, ("POST",))
    body = await read_body(request.receive, _BYTES)
    asked = [value for name, value in parameters(body or b"") if name == "iri"]
    if len(asked) > MOST:
        raise MalformedRequest(f"At most {MOST} labels can be asked for at once.")
    found = await labels_of(context_of(request.scope), asked, reader_of(request), client=client_of(request.scope))
    return JSONResponse(found, headers={"Vary": "Accept-Language", "Cache-Control": "no-cache"})


async def labels_of(context: Context, iris: Sequence[str], reader: Reader, *, client: str) -> dict[str, dict[str, str]]:
    """Return IRI → {"value", "language"} for the first MOST of some IRIs; what has no label is left out."""
    wanted = list(dict.fromkeys(iris))[:MOST]
    if not wanted:
        return {}
    work: dict[str, Any] = {"operation": "names", "iris": wanted, "languages": list(reader.languages)}
    answer = await context.pool.evaluate(work, client=client)
    found: dict[str, dict[str, str]] = json.loads(await answer.read())
    return found
