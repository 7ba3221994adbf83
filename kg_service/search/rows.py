"""The labels of a data set, read from its store: what an index of labels is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.namespaces import DCTERMS, FOAF, RDF, RDFS, SCHEMA, SKOS
from kg_service.search.index import Classed, Labelled
from kg_service.terms import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.search.index import Row

__all__ = ["LABELS", "label_rows"]

#: The properties by which things are named, the best first.
LABELS = tuple(
    map(
        ox.NamedNode,
        (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", DCTERMS + "title", FOAF + "name", SCHEMA + "name"),
    )
)
_SUB_PROPERTY, _TYPE = ox.NamedNode(RDFS + "subPropertyOf"), ox.NamedNode(RDF + "type")


def label_rows(store: Any) -> Iterator[Row]:
    """Yield the labels of all things of the default graph, then their classes; nothing is held in memory.

    store   quads, read as a pyoxigraph store is read: an index, memory, or a remote engine
    A name is what one of LABELS gives, or a property that any graph, alignments too, declares as part of one.
    """
    for rank, name in enumerate(_names(store)):
        for quad in store.quads_for_pattern(None, name, None, DEFAULT):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield Labelled(quad.subject.value, quad.object.value, quad.object.language or "", rank)
    for quad in store.quads_for_pattern(None, _TYPE, None, DEFAULT):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            yield Classed(quad.subject.value, quad.object.value)


def _names(store: Any) -> list[ox.NamedNode]:
    """Return the properties that name things: the known ones, then what is declared to be part of them."""
    found = dict.fromkeys(LABELS)
    waiting = list(LABELS)
    for name in waiting:
        declared = (quad.subject for quad in store.quads_for_pattern(None, _SUB_PROPERTY, name, None))
        new = {each for each in declared if isinstance(each, ox.NamedNode)} - found.keys()
        found |= dict.fromkeys(sorted(new, key=str))
        waiting += sorted(new, key=str)
    return [*found]
