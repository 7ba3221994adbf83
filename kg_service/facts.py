"""What is to be known of a loaded data set without asking it: by the process that talks HTTP, and on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.graph_list import LISTED
from kg_service.namespaces import DCAT, DCTERMS, OWL, RDF, VOID
from kg_service.terms import DEFAULT, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg_service.graph_list import Graphs
    from kg_service.loading import Source

__all__ = ["facts_of", "named_graphs"]

_COUNT = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
_GRAPHS = "SELECT (COUNT(*) AS ?count) WHERE { GRAPH ?graph {} }"
_COUNTS = "SELECT ?graph (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


def facts_of(store: ox.Store, source: Source, hash_: str, graphs: Graphs) -> dict[str, Any]:
    """Return what the front process needs to know of a loaded data set, as plain JSON values.

    Of the graphs only the first are listed; `graph_count` tells how many there are.
    """
    texts: dict[str, dict[str, str]] = {}
    for name in ("title", "description", "license", "version"):
        predicate = ox.NamedNode((DCAT if name == "version" else DCTERMS) + name)
        texts[name] = {
            getattr(quad.object, "language", None) or "": value(quad.object)
            for dataset in store.quads_for_pattern(None, ox.NamedNode(VOID + "uriSpace"), None, DEFAULT)
            for quad in store.quads_for_pattern(dataset.subject, predicate, None, DEFAULT)
        }
    return {
        "base": source.base,
        "prefixes": source.prefixes,
        "fingerprint": source.fingerprint,
        "hash": hash_,
        "triples": _number(store, _COUNT),
        "graph_count": len(graphs),
        "graphs": graphs.page(0, LISTED),
        "ontology": _ontology(store, source.base),
        **texts,
    }


def _ontology(store: ox.Store, base: str) -> str:
    """Return the IRI of the data set's own ontology; "" where it has none."""
    found = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Ontology"), DEFAULT)
    own = sorted(value(quad.subject) for quad in found)
    return next((iri for iri in own if base and iri.startswith(base)), "")


def named_graphs(store: ox.Store, is_public: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    """Yield the named graphs of a loaded data set as `graph_list` holds them."""
    known = 0
    for row in cast("ox.QuerySolutions", store.query(_COUNTS)):
        known += 1
        if isinstance(row["graph"], ox.NamedNode):
            iri = row["graph"].value
            yield {"iri": iri, "triples": int(row["count"].value), "public": is_public(iri)}
    if _number(store, _GRAPHS) > known:  # some are empty
        for graph in store.named_graphs():
            if isinstance(graph, ox.NamedNode) and not any(store.quads_for_pattern(None, None, None, graph)):
                yield {"iri": graph.value, "triples": 0, "public": is_public(graph.value)}


def _number(store: ox.Store, query: str) -> int:
    return int(next(cast("ox.QuerySolutions", store.query(query)))["count"].value)
