"""What failed inside a result, where pySHACL tells only that something did: sh:and, sh:or, sh:xone and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rdflib
from rdflib.namespace import SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyshacl.validator import Validator

__all__ = ["details"]

#: Component of a result without details → the parameter whose lists of shapes its value node was held against.
_LISTS = {
    SH.AndConstraintComponent: SH["and"],
    SH.OrConstraintComponent: SH["or"],
    SH.XoneConstraintComponent: SH.xone,
}
_DEEPEST = 8


def details(validator: Validator, results: Iterable[Any]) -> rdflib.Graph:
    """Return sh:detail of such results, at any depth, and the results it leads to.

    results   as pySHACL's shapes return them: text, node, triples
    """
    executor, graph, shapes = validator.make_executor(), validator.target_graph, validator.shacl_graph
    links: list[tuple[Any, Any, Any]] = []
    found: list[Any] = []
    waiting = [(result, 0) for result in results]
    while waiting:
        (_, _, triples), depth = waiting.pop()
        if depth == _DEEPEST:
            continue
        for node, said in _described(triples):
            for shape, focus in _held_against(shapes, graph, said):
                _, inside = shape.validate(executor, graph, focus=focus)
                links += [(node, SH.detail, each[1]) for each in inside]
                found += inside
                waiting += [(each, depth + 1) for each in inside]
    unfolded = rdflib.Graph()
    if found:
        report, _ = validator.create_validation_report(shapes, False, found)
        envelope = report.value(None, rdflib.RDF.type, SH.ValidationReport)
        unfolded += (each for each in report if each[0] != envelope)
    for link in links:
        unfolded.add(link)
    return unfolded


def _described(triples: Iterable[tuple[Any, Any, Any]]) -> Iterator[tuple[Any, dict[Any, Any]]]:
    """Yield each result that the triples describe and its properties; pySHACL pairs a term with its graph."""
    said: dict[Any, dict[Any, Any]] = {}
    for subject, predicate, object_ in triples:
        said.setdefault(subject, {})[predicate] = object_[1] if isinstance(object_, tuple) else object_
    yield from said.items()


def _held_against(shapes: Any, graph: Any, said: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the shapes that decided a result, each with the node it was asked about."""
    component, shape, focus = (said.get(SH[name]) for name in ("sourceConstraintComponent", "sourceShape", "focusNode"))
    if component in _LISTS:
        for head in shapes.graph.objects(shape, _LISTS[component]):
            yield from ((shapes.lookup_shape_from_node(member), said[SH.value]) for member in shapes.graph.items(head))
    elif component == SH.QualifiedMinCountConstraintComponent:
        values = shapes.lookup_shape_from_node(shape).value_nodes(graph, focus)[focus]
        for member in shapes.graph.objects(shape, SH.qualifiedValueShape):
            yield from ((shapes.lookup_shape_from_node(member), value) for value in values)
