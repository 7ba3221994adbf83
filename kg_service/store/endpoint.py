"""A request to the SPARQL endpoint, from its bytes to a result: read, decide, evaluate, serialise.

All of it happens in a worker, where a long or strange text holds up nobody else.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

from kg_service import __version__
from kg_service.cross_origin import CORS, INERT
from kg_service.evaluation.frames import DECODED, header_lines
from kg_service.formats import Kind
from kg_service.negotiation import Representation, negotiate, wants_page
from kg_service.protocol import Operation, decode
from kg_service.store.contract import Wanted

if TYPE_CHECKING:
    from kg_service.store.contract import Store, Writer

__all__ = ["answer_request"]

#: Formats that programs open, and browsers save.
_ATTACHED = frozenset({"xlsx", "parquet"})


def answer_request(
    store: Store,
    writer: Writer,
    *,
    accept: str,
    query_string: bytes,
    base: str,
    method: str = "GET",
    content_type: str = "",
    body: bytes = b"",
) -> None:
    """Answer a request; where a page is wanted, or no query was sent, tell the operation instead.

    accept   value of the Accept header; the rest are the arguments of `protocol.decode`
    Raises what `decode`, `negotiate` and the store's `evaluate` raise.
    """
    operation = decode(method, query_string, content_type, body, base=base, limits=store.limits)
    chosen = None
    if operation is not None:
        kind = operation.analysis.form.kind
        if kind is not Kind.TRIPLES or not wants_page(accept, format_name=operation.format_name):
            chosen = negotiate(accept, kind, format_name=operation.format_name)
    if operation is None or chosen is None or chosen.format.name == "html":
        writer.begin(DECODED)
        writer.write(json.dumps(None if operation is None else operation.as_json()).encode())
        return
    wanted = Wanted(
        {kind: chosen.format.name}, dict(operation.analysis.prefixes), operation.limit_rows, operation.bom,
        _head(store, operation, chosen), operation.analysis.form.number,
    )  # fmt: skip
    store.evaluate(writer, operation.question, wanted)


def _head(store: Store, operation: Operation, chosen: Representation) -> bytes:
    """Return the header lines of a result: what it is, and whether it stays so (RFC 9110 §8, RFC 9111)."""
    told = _representation_lines(chosen)
    if operation.analysis.volatile:
        return told + b"cache-control: no-store\r\n"
    tag = _dataset_digest(store.facts["hash"]).copy()
    tag.update(f"{operation.query}\0{operation.base}\0{chosen.content_type}".encode())
    if operation.default_graphs or operation.named_graphs or operation.limit_rows is not None or operation.bom:
        tag.update(repr((operation[3:5], operation.limit_rows, operation.bom)).encode())
    return b'%betag: W/"%b"\r\ncache-control: no-cache\r\n' % (told, tag.hexdigest().encode())


@lru_cache(maxsize=64)
def _representation_lines(chosen: Representation) -> bytes:
    headers = [("content-type", chosen.content_type), ("vary", "Accept, Accept-Encoding"), *INERT, *CORS]
    if chosen.format.name in _ATTACHED:
        headers.append(("content-disposition", f'attachment; filename="results.{chosen.format.name}"'))
    return header_lines(headers)


@lru_cache(maxsize=4)
def _dataset_digest(data_set_hash: str) -> hashlib.blake2b:
    return hashlib.blake2b(f"{data_set_hash}\0{__version__}\0".encode(), digest_size=16)
