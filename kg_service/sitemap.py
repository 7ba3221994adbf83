"""The addresses of a data set's pages, for search engines: an index of parts, and the parts (sitemaps.org).

A page is listed for each thing under the base whose class is known; what has its address within a document is listed
as that document. A data set of more than MOST things is listed as far as that.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import IO, TYPE_CHECKING, cast
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import pyoxigraph as ox

from kg_service.errors import NotFound
from kg_service.iris import page_path
from kg_service.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.store.contract import Store
    from kg_service.terms import Sink

__all__ = ["MOST", "PART", "write_index", "write_part"]

#: Addresses in one part, as the protocol allows, and things looked at in all.
PART, MOST = 50_000, 1_000_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_THINGS = f"SELECT DISTINCT ?thing WHERE {{ ?thing a ?class FILTER(isIRI(?thing)) }} LIMIT {MOST}"


def write_index(store: Store, sink: Sink, address: str) -> None:
    """Write the list of parts; `address` is that of the service. Raises NotFound for a data set without base."""
    count = sum(1 for _ in _paths(store))
    parts = (f"{address}/sitemap.xml?part={number}" for number in range(1, -(-count // PART) + 1))
    _write(sink, "sitemapindex", "sitemap", parts)


def write_part(store: Store, sink: Sink, address: str, part: int) -> None:
    """Write one part, from 1. Raises NotFound where there are fewer."""
    start = (part - 1) * PART
    paths = islice(_paths(store), start, start + PART)
    first = next(paths, None)
    if first is None:
        raise NotFound(f"The sitemap has no part {part}; see {address}/sitemap.xml.")
    _write(sink, "urlset", "url", (f"{address}/page/{path}" for path in chain([first], paths)))


def _paths(store: Store) -> Iterator[str]:
    """Yield the paths of pages, each once, in the order in which the store has them."""
    base = store.facts["base"]
    if not base:
        raise NotFound("These files state no base, so their things have no pages of their own here.")
    documents: set[str] = set()
    for row in cast("ox.QuerySolutions", store.store.query(_THINGS)):
        iri = row["thing"].value
        if not iri.startswith(base):
            continue
        document, hash_, _ = iri.removeprefix(base).partition("#")
        if not document or (hash_ and document in documents):
            continue
        if hash_:
            documents.add(document)
            # Where the document is of a class itself, it comes on its own.
            if _has_class(store, ox.NamedNode(base + document)):
                continue
        if (path := page_path(document)) is not None:
            yield path


def _has_class(store: Store, node: ox.NamedNode) -> bool:
    kind = ox.NamedNode(RDF + "type")
    return next(store.store.quads_for_pattern(node, kind, None, ox.DefaultGraph()), None) is not None


def _write(sink: Sink, root: str, entry: str, addresses: Iterable[str]) -> None:
    xml = XMLGenerator(cast("IO[bytes]", sink), "utf-8", short_empty_elements=True)
    plain: AttributesImpl[str] = AttributesImpl({})
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": _SPACE}))
    for each in addresses:
        xml.startElement(entry, plain)
        xml.startElement("loc", plain)
        xml.characters(each)
        xml.endElement("loc")
        xml.endElement(entry)
    xml.endElement(root)
    xml.endDocument()
