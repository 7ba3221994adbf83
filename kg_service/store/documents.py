"""What a worker writes about the data set as a whole, beside its triples: the JSON-LD context, the sitemap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg_service.jsonld.context import make_context
from kg_service.jsonld.tree import frame
from kg_service.sitemap import write_index, write_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyoxigraph as ox

    from kg_service.store.contract import Store, Writer

__all__ = ["DOCUMENTS", "write_framed"]


def answer_context(store: Store, writer: Writer) -> None:
    """Write the context of the data set as a JSON-LD document."""
    content = {"@context": make_context(store).as_json()}
    writer.begin()
    writer.write(json.dumps(content, ensure_ascii=False, indent=1).encode())


def answer_sitemap(store: Store, writer: Writer, *, address: str, part: int | None) -> None:
    """Write one part of the sitemap, or the index of the parts; `address` is that of the service."""
    writer.begin()
    if part is None:
        write_index(store, writer, address)
    else:
        write_part(store, writer, address, part)


def write_framed(store: Store, writer: Writer, triples: Iterable[ox.Triple], topic: ox.NamedNode) -> None:
    """Write triples about a topic as JSON-LD: compact, framed, with the part of the context that they use in it.

    The context stands in the document: who reads it need not fetch one, and gets the same triples without a network.
    """
    document = frame(triples, topic, make_context(store))
    writer.write(json.dumps(document, ensure_ascii=False, indent=1).encode())


#: Rows for the table of operations.
DOCUMENTS: dict[str, Callable[..., None]] = {
    "context": answer_context,
    "sitemap": answer_sitemap,
}
