"""The labels of a data set, out of its statements: what an index of labels is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.namespaces import DCTERMS, FOAF, RDF, RDFS, SCHEMA, SKOS
from kg_service.search.index import Classed, Labelled
from kg_service.terms import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.search.index import Row

__all__ = ["LABELS", "SUB_PROPERTY", "TYPE", "label_rows", "names", "rows_of"]

#: The properties by which things are named, the best first.
LABELS = tuple(
    map(
        ox.NamedNode,
        (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", DCTERMS + "title", FOAF + "name", SCHEMA + "name"),
    )
)
SUB_PROPERTY, TYPE = ox.NamedNode(RDFS + "subPropertyOf"), ox.NamedNode(RDF + "type")


def label_rows(store: Any) -> Iterator[Row]:
    """Yield the labels of all things of the default graph, then their classes; nothing is held in memory.

    store   quads, read as a pyoxigraph store is read: an index, memory, or a remote engine
    What any graph, alignments too, declares as part of a property that names things, does so as well.
    """
    declared = store.quads_for_pattern(None, SUB_PROPERTY, None, None)
    known = names((quad.subject, quad.object) for quad in declared)
    for predicate in (*known, TYPE):
        yield from rows_of((q.triple for q in store.quads_for_pattern(None, predicate, None, DEFAULT)), known)


def names(declared: Iterable[tuple[object, object]]) -> dict[ox.NamedNode, int]:
    """Return the properties that name things, with their ranks: the known ones, then what is part of them.

    declared   pairs of a property and what it is part of
    """
    parts: dict[object, set[ox.NamedNode]] = {}
    for part, whole in declared:
        if isinstance(part, ox.NamedNode):
            parts.setdefault(whole, set()).add(part)
    found = [*LABELS]
    for name in found:
        found += sorted(parts.get(name, set()).difference(found), key=str)
    return {name: rank for rank, name in enumerate(found)}


def rows_of(triples: Iterable[ox.Triple], known: dict[ox.NamedNode, int]) -> Iterator[Row]:
    """Yield what these triples tell of labels and classes; what has no name of its own is left out."""
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            if triple.predicate in known and isinstance(triple.object, ox.Literal):
                language = triple.object.language or ""
                yield Labelled(triple.subject.value, triple.object.value, language, known[triple.predicate])
            elif triple.predicate == TYPE and isinstance(triple.object, ox.NamedNode):
                yield Classed(triple.subject.value, triple.object.value)
