"""Validate a data set before inference; the shapes decide, pySHACL judges, and the engine finds what to judge.

Screening leaves a few focus nodes for pySHACL, mostly none: then neither it nor rdflib is loaded. It judges on the
same store, where SPARQL constraints run some hundred times faster than on rdflib. The store canonicalises numbers
and dates; where a literal is written in another form pySHACL judges on an rdflib Dataset, which keeps lexical forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.terms import in_graph
from kg_service.validation.screening import screen
from kg_service.validation.screening_values import is_typed_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import rdflib

    from kg_service.terms import Term

__all__ = ["Outcome", "as_dataset", "as_graph", "as_store", "check_shapes"]

_ANY = ox.NamedNode("urn:kg:any")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pySHACL found.

    report     its validation report
    unfolded   sh:detail of results that pySHACL gives none, and those details: what failed inside sh:or and the like
    shapes     the shapes graph
    """

    report: rdflib.Graph
    unfolded: rdflib.Graph
    shapes: rdflib.Graph


def check_shapes(quads: Sequence[ox.Quad], shapes: Sequence[ox.Quad], *, reference: bool = False) -> Outcome | None:
    """Validate quads against the shapes (SHACL, with SHACL-SPARQL and SHACL-AF targets), no inference.

    Plain patterns of SHACL-SPARQL see the triples of all graphs as a set, `GRAPH` sees the graphs.
    reference   have pySHACL look at everything, on rdflib
    None where the data conform and pySHACL was not needed to tell.
    Raises DataInvalid (exit 1) where the shapes themselves are faulty.
    """
    suspects: dict[Term, frozenset[Term] | None] | None = None
    store = None
    if not reference:
        written = _written(quads)
        if written is not None:
            store = _store(quads, with_graphs=_mention_graphs(shapes))
            suspects = screen(store, shapes, exact=not written)
        if suspects is not None and written:
            suspects = {
                shape: found and frozenset(written.get(node, node) for node in found)
                for shape, found in suspects.items()
            }
        if suspects is not None and all(found is not None and not found for found in suspects.values()):
            return None
        if written is None or written:
            store = None
    from kg_service.validation.shape_judgement import judge  # noqa: PLC0415 - a third of a second

    return judge(quads if store is None else store, shapes, suspects)


def as_dataset(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """Return an rdflib Dataset of the quads whose default graph is the union of all graphs."""
    from kg_service.validation import shape_data  # noqa: PLC0415 - loads rdflib

    return shape_data.as_dataset(quads)


def as_graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Return one rdflib Graph of the quads' triples."""
    from kg_service.validation import shape_data  # noqa: PLC0415 - loads rdflib

    return shape_data.as_graph(quads)


def as_store(quads: Sequence[ox.Quad]) -> ox.Store | None:
    """Return a store of the quads, all triples also in its default graph; None where it changes a literal."""
    return None if _written(quads) != {} else _store(quads, with_graphs=True)


def _store(quads: Sequence[ox.Quad], *, with_graphs: bool) -> ox.Store:
    store = ox.Store()
    if with_graphs:
        store.bulk_extend(quads)
    store.bulk_extend(in_graph(quad.triple) for quad in quads)
    return store


def _written(quads: Iterable[ox.Quad]) -> dict[Term, Term] | None:
    """Return each literal that the store writes in another form → as it is written; None where two become one."""
    typed = list({quad.object for quad in quads if is_typed_literal(quad.object)})
    store = ox.Store()
    store.bulk_extend(ox.Quad(ox.NamedNode(f"urn:kg:{place}"), _ANY, term) for place, term in enumerate(typed))
    stored = {typed[int(quad.subject.value.rpartition(":")[2])]: quad.object for quad in store}
    if len(set(stored.values())) < len(typed):
        return None
    return {there: here for here, there in stored.items() if here != there}


def _mention_graphs(shapes: Iterable[ox.Quad]) -> bool:
    """Tell whether a query of the shapes may ask for graphs; without them the store is half as large."""
    return any(isinstance(quad.object, ox.Literal) and "graph" in quad.object.value.lower() for quad in shapes)
