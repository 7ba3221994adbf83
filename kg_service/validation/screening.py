"""Which focus nodes may fail a shape, found by the engine for all of them at once; names too many, never too few.

pySHACL then judges those alone. It knows neither pySHACL nor rdflib: where nothing may fail, neither is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF, RDFS
from kg_service.terms import DEFAULT
from kg_service.validation.screening_query import At, Query
from kg_service.validation.screening_values import is_typed_literal
from kg_service.validation.shape_graph import CannotTell, ShapeGraph
from kg_service.validation.shape_paths import FALSE
from kg_service.validation.shape_query import read_select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.terms import Term

__all__ = ["screen"]

_THIS = "?this"


def screen(
    store: ox.Store, shapes: Iterable[ox.Quad], *, exact: bool = True
) -> dict[Term, frozenset[Term] | None] | None:
    """Return for each shape that has targets the focus nodes that may fail it, or None for all its targets.

    store   all triples in its default graph, and the named graphs
    exact   whether the store holds every literal as written; else a shape that looks at their forms gets None
    None for the whole stands where pySHACL might refuse the shapes, or where they hold rules, functions and the like.
    """
    graph = ShapeGraph(shapes)
    try:
        graph.check()
    except CannotTell:
        return None
    classes: dict[ox.NamedNode, list[Term]] = {}
    return {shape: _suspects(Query(store, graph, classes, exact=exact), shape) for shape in graph.targeted()}


def _suspects(query: Query, shape: Term) -> frozenset[Term] | None:
    try:
        if query.graph.flag(shape, "deactivated"):
            return frozenset()
        patterns, found = list(_targets(query, shape)), set(_unscreened(query, shape))
        every = f"SELECT DISTINCT {_THIS} WHERE {{ {' UNION '.join(f'{{ {each} }}' for each in patterns)} }}"
        if not patterns and not found:
            return frozenset()
        failure = At(query, shape, _THIS).failure()
        if patterns and failure != FALSE:
            found.update(query.select(f"SELECT {_THIS} WHERE {{ {{ {every} }} FILTER({failure}) }}"))
        if patterns:
            found.update(query.failing_singly(every))
    except (CannotTell, SyntaxError, ValueError, RuntimeError):
        # What the engine cannot read, pySHACL will refuse in words of its own.
        return None
    return frozenset(found)


def _targets(query: Query, shape: Term) -> Iterator[str]:
    """Yield a pattern for each target, as pySHACL reads them."""
    graph, other = query.graph, query.names()
    unscreened = set(_unscreened(query, shape))
    yield from (f"VALUES {_THIS} {{ {each} }}" for each in graph.objects(shape, "targetNode") if each not in unscreened)
    for class_ in [*graph.objects(shape, "targetClass"), *([shape] if graph.is_class(shape) else [])]:
        below = query.below(_iri(class_))
        if all(isinstance(each, ox.NamedNode) for each in below):
            yield from (f"{_THIS} <{RDF}type> {each} ." for each in below)
        else:
            yield f"{_THIS} <{RDF}type>/<{RDFS}subClassOf>* {class_} ."
    yield from (f"{_THIS} {_iri(each)} {other} ." for each in graph.objects(shape, "targetSubjectsOf"))
    yield from (f"{other} {_iri(each)} {_THIS} ." for each in graph.objects(shape, "targetObjectsOf"))
    for target in graph.objects(shape, "target"):
        if not query.exact:
            raise CannotTell
        group = " ".join(token.text for token in read_select(graph, target).group)
        yield f"{{ SELECT DISTINCT {_THIS} WHERE {group} }}"


def _unscreened(query: Query, shape: Term) -> Iterator[Term]:
    """Yield the named targets that are suspect whatever they are.

    The engine would write a typed literal in its own form, and finds no empty path at a node it does not hold.
    """
    for node in query.graph.objects(shape, "targetNode"):
        if isinstance(node, ox.BlankNode | ox.Triple) or (is_typed_literal(node) and not query.exact):
            raise CannotTell
        subject = node if isinstance(node, ox.NamedNode) else None
        held = (subject and any(query.store.quads_for_pattern(subject, None, None, DEFAULT))) or any(
            query.store.quads_for_pattern(None, None, node, DEFAULT)
        )
        if is_typed_literal(node) or not held:
            yield node


def _iri(term: Term) -> ox.NamedNode:
    if not isinstance(term, ox.NamedNode):
        raise CannotTell
    return term
