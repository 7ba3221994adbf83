"""What a worker can be asked to do, as one table: queries, graphs, dumps, descriptions, and what pages show."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.browsing import browse
from kg_service.description import LABELS, describe, is_known, is_mentioned, label, prefetch
from kg_service.errors import NotFound
from kg_service.namespaces import SD, VOID
from kg_service.search.index import build_index
from kg_service.search.rows import label_rows
from kg_service.service_description import describe_service
from kg_service.store.assistance import ASSISTANCE
from kg_service.store.documents import DOCUMENTS, write_framed
from kg_service.store.embedded import answer_query, named_node
from kg_service.store.endpoint import answer_request
from kg_service.terms import DEFAULT, PREFIXED, RDF_FORMATS, in_graph, used_prefixes, write
from kg_service.thing_page import thing_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg_service.store.contract import Store, Writer

__all__ = ["OPERATIONS", "answer_dump", "answer_graph"]

_CHUNK = 256 * 1024
#: Graphs under one that there is not, as its 404 names them.
_CHILDREN = 50


def answer_graph(store: Store, writer: Writer, *, graph: str | None, format_name: str) -> None:
    """Write one graph (None: the default graph). Raises NotFound with the graph's `#` children, if any."""
    name = DEFAULT if graph is None else named_node(graph)
    if isinstance(name, ox.NamedNode) and not store.store.contains_named_graph(name):
        children = [each["iri"] for each in store.graphs.under(f"{graph}#", _CHILDREN)]
        hint = f" Graphs under it: {', '.join(children)}." if children else ""
        raise NotFound(f"The data set has no graph <{graph}>.{hint}")
    writer.begin()
    triples = (quad.triple for quad in store.store.quads_for_pattern(None, None, None, name))
    _write_triples(store, writer, triples, format_name)


def answer_dump(store: Store, writer: Writer, *, format_name: str) -> None:
    """Write the whole data set: all named graphs where the format knows graphs, else the default graph."""
    writer.begin()
    if format_name in ("trig", "nq", "jsonld") and store.facts["base"]:
        quads = (quad for quad in store.store if quad.graph_name != DEFAULT)
        prefixes = store.facts["prefixes"] if format_name in PREFIXED else None
        write(quads, writer, RDF_FORMATS[format_name], prefixes)
    elif format_name in ("trig", "nq", "jsonld"):
        write(iter(store.store), writer, RDF_FORMATS[format_name])
    else:
        triples = (quad.triple for quad in store.store.quads_for_pattern(None, None, None, DEFAULT))
        _write_triples(store, writer, triples, format_name)


def answer_description(store: Store, writer: Writer, *, iri: str, document: str, format_name: str) -> None:
    """Write the description of an IRI; `document` is the address of the description itself."""
    quads = describe(store.store, store.facts, named_node(iri), named_node(document), store.fragments)
    writer.begin()
    if format_name == "jsonld":
        write_framed(store, writer, (quad.triple for quad in quads), named_node(iri))
        return
    prefixes = used_prefixes(quads, store.facts["prefixes"]) if format_name in PREFIXED else None
    if format_name in ("trig", "nq"):
        by_graph = sorted(quads, key=lambda quad: str(quad.graph_name))  # one block a graph
        write(by_graph, writer, RDF_FORMATS[format_name], prefixes)
    else:
        write(dict.fromkeys(quad.triple for quad in quads), writer, RDF_FORMATS[format_name], prefixes)


def answer_page(store: Store, writer: Writer, *, iri: str, languages: list[str]) -> None:
    """Write what a page about an IRI shows, as JSON."""
    content = thing_page(store.store, store.facts, named_node(iri), languages, store.fragments)
    writer.begin()
    writer.write(json.dumps(content, ensure_ascii=False).encode())


def answer_names(store: Store, writer: Writer, *, iris: list[str], languages: list[str]) -> None:
    """Write the labels of IRIs as JSON: IRI → value and language; what has none, or is no IRI, is left out."""
    nodes = []
    for iri in iris:
        with contextlib.suppress(ValueError):
            nodes.append(ox.NamedNode(iri))
    prefetch(store.store, set(nodes), LABELS)
    found = {node.value: best for node in nodes if (best := label(store.store, node, languages)) is not None}
    writer.begin()
    writer.write(json.dumps(found, ensure_ascii=False).encode())


def answer_browse(store: Store, writer: Writer, **asked: Any) -> None:
    """Write a page of the things of a class and the facets that narrow them down, as JSON."""
    content = browse(store.store, store.facts, **asked)
    writer.begin()
    writer.write(json.dumps(content, ensure_ascii=False).encode())


def answer_known(store: Store, writer: Writer, *, iris: list[str], mentioned: bool) -> None:
    """Write the first of some IRIs that the data set describes, as JSON; null where it describes none of them.

    mentioned   whether one that is only the object of statements counts, too
    """
    found = None
    for iri in iris:
        with contextlib.suppress(ValueError):  # what is no IRI is not described
            node = ox.NamedNode(iri)
            if is_known(store.store, node, store.fragments) or (mentioned and is_mentioned(store.store, node)):
                found = iri
                break
    writer.begin()
    writer.write(json.dumps(found).encode())


def answer_service_description(store: Store, writer: Writer, *, endpoint: str, format_name: str) -> None:
    """Write the description of the endpoint at this address."""
    writer.begin()
    triples = dict.fromkeys(describe_service(store.store, store.facts, store.statistics, endpoint))
    known = {"sd": SD, "void": VOID, **store.facts["prefixes"]}
    prefixes = used_prefixes(map(in_graph, triples), known) if format_name in PREFIXED else None
    write(triples, writer, RDF_FORMATS[format_name], prefixes)


def answer_graphs(store: Store, writer: Writer, *, offset: int, limit: int) -> None:
    """Write a page of the named graphs in the order of their IRIs, and how many there are in all, as JSON."""
    writer.begin()
    writer.write(json.dumps({"total": len(store.graphs), "graphs": store.graphs.page(offset, limit)}).encode())


def answer_labels(store: Store, writer: Writer) -> None:
    """Write an index of the data set's labels: the bytes of the file that `search.index.build_index` makes.

    It is made here, where that holds up nobody; neither this process nor who takes it ever holds it whole.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels"
        build_index(path, label_rows(store.store))
        writer.begin()
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                writer.write(chunk)


#: What a worker can be asked to do.
OPERATIONS: dict[str, Callable[..., None]] = {
    "request": answer_request,
    "query": answer_query,
    "graph": answer_graph,
    "graphs": answer_graphs,
    "dump": answer_dump,
    "describe": answer_description,
    "page": answer_page,
    "browse": answer_browse,
    "names": answer_names,
    "known": answer_known,
    "service_description": answer_service_description,
    **ASSISTANCE,
    **DOCUMENTS,
    "labels": answer_labels,
}


def _write_triples(store: Store, writer: Writer, triples: Iterable[ox.Triple], format_name: str) -> None:
    prefixes = store.facts["prefixes"] if format_name in PREFIXED else None
    write(triples, writer, RDF_FORMATS[format_name], prefixes)
