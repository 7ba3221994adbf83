"""A request to the SPARQL endpoint, from its bytes to a result: read, decide, evaluate, serialise.

All of it happens in a worker, where a long or strange text holds up nobody else.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from kg_service import __version__
from kg_service.evaluation.frames import DECODED
from kg_service.negotiation import Representation, negotiate
from kg_service.protocol import Operation, decode
from kg_service.store.embedded import answer_query

if TYPE_CHECKING:
    from kg_service.store.embedded import EmbeddedStore, Headers, Writer

__all__ = ["answer_request"]

#: Formats that programs open, and browsers save.
_ATTACHED = frozenset({"xlsx", "parquet"})


def answer_request(store: EmbeddedStore, writer: Writer, *, accept: str, **request: Any) -> None:
    """Answer a request; where a page is wanted, or no query was sent, tell the operation instead.

    accept    value of the Accept header
    request   the arguments of `protocol.decode`, but for the limits
    Raises what `decode`, `negotiate` and `answer_query` raise.
    """
    operation = decode(**request, limits=store.limits)
    chosen = None
    if operation is not None:
        chosen = negotiate(accept, operation.analysis.form.kind, format_name=operation.format_name)
    if operation is None or chosen is None or chosen.format.name == "html":
        writer.begin([DECODED])
        writer.write(json.dumps(None if operation is None else operation.as_json()).encode())
        return
    headers = _headers(store, operation, chosen)
    answer_query(store, writer, headers=headers, **operation.work(chosen.format.name))


def _headers(store: EmbeddedStore, operation: Operation, chosen: Representation) -> Headers:
    """Return the headers of a result: what it is, and whether and how long it stays so (RFC 9110 §8, RFC 9111)."""
    headers = [("content-type", chosen.content_type), ("vary", "Accept, Accept-Encoding")]
    if chosen.format.name in _ATTACHED:
        headers.append(("content-disposition", f'attachment; filename="results.{chosen.format.name}"'))
    if operation.analysis.volatile:
        return [*headers, ("cache-control", "no-store")]
    asked = (
        store.facts["hash"], __version__, operation.query, operation.base, operation.default_graphs,
        operation.named_graphs, operation.limit_rows, operation.bom, chosen.content_type,
    )  # fmt: skip
    tag = hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return [*headers, ("etag", f'W/"{tag}"'), ("cache-control", "no-cache")]
