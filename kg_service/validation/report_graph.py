"""From a SHACL validation report (§3.6) to results: messages with their languages, rule ids, values as terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, RDF, SH

from kg_service.validation.results import Result, Severity

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg_service.validation.engine import Outcome

__all__ = ["read_results"]

_SEVERITIES: dict[object, Severity] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
#: SHACL §2.3.1: property of a path's blank node → how SPARQL writes the path (§9.1).
_PATHS = {SH.inversePath: "^{}", SH.zeroOrMorePath: "{}*", SH.oneOrMorePath: "{}+", SH.zeroOrOnePath: "{}?"}


def read_results(outcome: Outcome) -> list[Result]:
    """Return the results of a report, each with the details of what failed inside it."""
    return [_result(outcome, node) for node in outcome.report.objects(None, SH.result)]


def _result(outcome: Outcome, node: Node) -> Result:
    report = outcome.report if (node, SH.focusNode, None) in outcome.report else outcome.unfolded
    shapes = outcome.shapes
    shape = report.value(node, SH.sourceShape)
    constraint = report.value(node, SH.sourceConstraint)
    component = _local_name(report.value(node, SH.sourceConstraintComponent))
    described = [each for each in (constraint, shape) if each is not None]
    templates = [message for each in described for message in shapes.objects(each, SH.message)]
    said = list(report.objects(node, SH.resultMessage))
    messages: dict[str, str] = {}
    for message in said if templates else ():
        messages.setdefault(_language(message, templates), str(message))
    details = {*outcome.report.objects(node, SH.detail), *outcome.unfolded.objects(node, SH.detail)}
    found = [_result(outcome, each) for each in details]
    return Result(
        severity=_SEVERITIES.get(report.value(node, SH.resultSeverity), Severity.VIOLATION),
        rule=str(_first(shapes, described, DCTERMS.identifier) or _called(shape, component)),
        name=str(_first(shapes, described, SH.name) or ""),
        messages=messages,
        detail="" if templates else " ".join(" ".join(str(message).split()) for message in said),
        focus=_text(report.value(node, SH.focusNode)),
        path=_path(report, report.value(node, SH.resultPath)),
        value=_text(report.value(node, SH.value)),
        shape=_text(shape),
        component=component,
        node=f"_:{node}",
        details=tuple(sorted(found, key=lambda each: each.order)),
    )


def _called(shape: Node | None, component: str) -> str:
    """Name a rule after its shape; after what it asks where the shape is nameless."""
    return _local_name(shape) if isinstance(shape, URIRef) else component.removesuffix("ConstraintComponent")


def _first(shapes: Graph, subjects: list[Node], predicate: URIRef) -> Node | None:
    return next((found for each in subjects for found in shapes.objects(each, predicate)), None)


def _language(message: Node, templates: list[Node]) -> str:
    """Tell a message's language; pySHACL drops it where it fills in a template, so the template tells."""
    if isinstance(message, Literal) and message.language:
        return message.language
    for template in templates:
        pattern = ".*".join(re.escape(part) for part in re.split(r"\{[?$]\w+\}", str(template)))
        if re.fullmatch(pattern, str(message), re.DOTALL):
            return getattr(template, "language", None) or ""
    return ""


def _path(graph: Graph, path: Node | None) -> str:
    """Return an IRI as it is, another path as a SPARQL property path."""
    if path is None or isinstance(path, URIRef):
        return str(path or "")
    return _property_path(graph, path)


def _property_path(graph: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return f"<{path}>"
    for predicate, pattern in _PATHS.items():
        for inner in graph.objects(path, predicate):
            return pattern.format(_property_path(graph, inner))
    for alternatives in graph.objects(path, SH.alternativePath):
        return "(" + "|".join(_property_path(graph, each) for each in Collection(graph, alternatives)) + ")"
    if (path, RDF.first, None) in graph:
        return "(" + "/".join(_property_path(graph, each) for each in Collection(graph, path)) + ")"
    return ""


def _text(term: Node | None) -> str:
    """Write a term as results hold it: an IRI bare, a literal in the form of N-Triples."""
    match term:
        case None:
            return ""
        case BNode():
            return f"_:{term}"
        case Literal():
            datatype = ox.NamedNode(term.datatype) if term.datatype else None
            literal = ox.Literal(str(term), language=term.language) if term.language else None
            return str(literal or ox.Literal(str(term), datatype=datatype))
    return str(term)


def _local_name(term: Node | None) -> str:
    return "" if term is None else str(term).replace("#", "/").rstrip("/").rpartition("/")[2]
