"""The report as SHACL defines it (§3.6), in Turtle: the engine's own graph, and the checks beside the shapes."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from kg_service.namespaces import RDF, SH, XSD
from kg_service.terms import write
from kg_service.validation.reports.words import is_iri
from kg_service.validation.results import Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.validation.reports.writer import Options

__all__ = ["write_turtle"]

_SEVERITIES = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}
#: What names a check that is no constraint of SHACL; no address, since there is nothing to look up.
_CHECK = "urn:kg:component:"


def write_turtle(report: Report, _: Options) -> str:
    """Write a graph that is isomorphic with the engine's, where the shapes were all that was checked.

    Blank nodes are named canonically and triples sorted, so that the same report gives the same text.
    """
    graph = ox.Dataset(_kept(report))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    triples = [quad.triple for quad in graph]
    root = next((each.subject for each in triples if each.predicate.value == SH + "conforms"), ox.BlankNode("report"))
    beside = [each for each in report.results if not (triples and each.shape)]
    triples = [each for each in triples if not (beside and each.predicate.value == SH + "conforms")]
    triples += _head(root, conforms=not beside) if beside or not triples else ()
    for number, result in enumerate(beside, 1):
        triples += _described(result, root, ox.BlankNode(f"check{number}"))
    in_order = sorted(set(triples), key=lambda each: (each.subject != root, str(each)))
    sink = BytesIO()
    write(in_order, sink, ox.RdfFormat.TURTLE, {"sh": SH, "xsd": XSD})
    return sink.getvalue().decode()


def _kept(report: Report) -> list[ox.Quad]:
    """Return the engine's graph without the results that are no longer in the report, and what only they lead to."""
    quads = [*ox.parse(report.graph, format=ox.RdfFormat.N_TRIPLES)]
    kept = {result.node for result in report.results}
    about: dict[object, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
    roots = [quad for quad in quads if quad.predicate.value == SH + "conforms"]
    if not roots:
        return []
    waiting: list[object] = [roots[0].subject]
    seen = set(waiting)
    found: list[ox.Quad] = []
    while waiting:
        for quad in about[waiting.pop()]:
            if quad.predicate.value == SH + "result" and str(quad.object) not in kept:
                continue
            if quad.predicate.value == SH + "conforms":
                conforms = not any(each.shape for each in report.results)
                found.append(ox.Quad(quad.subject, quad.predicate, ox.Literal(conforms)))
                continue
            found.append(ox.Quad(quad.subject, quad.predicate, quad.object))
            if quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
    return found


def _head(root: ox.NamedNode | ox.BlankNode, *, conforms: bool) -> Iterator[ox.Triple]:
    yield ox.Triple(root, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationReport"))
    yield ox.Triple(root, ox.NamedNode(SH + "conforms"), ox.Literal(conforms))


def _described(result: Result, root: ox.NamedNode | ox.BlankNode, node: ox.BlankNode) -> Iterator[ox.Triple]:
    """Yield the triples of a result that the engine did not write."""
    yield ox.Triple(root, ox.NamedNode(SH + "result"), node)
    yield ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationResult"))
    messages = result.messages or ({"": result.detail} if result.detail else {})
    component = result.component or result.rule
    namespace = SH if component.endswith("ConstraintComponent") else _CHECK
    values: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {
        "resultSeverity": [ox.NamedNode(SH + _SEVERITIES[result.severity])],
        "sourceConstraintComponent": [ox.NamedNode(namespace + quote(component, safe=""))],
        "sourceShape": [_term(result.shape, node)] if result.shape else [],
        "focusNode": [_term(result.focus, node)] if result.focus else [],
        "resultPath": [ox.NamedNode(result.path)] if is_iri(result.path) else [],
        "value": [_term(result.value, node)] if result.value else [],
        "resultMessage": [_message(text, tag) for tag, text in messages.items()],
    }
    if not result.focus and not result.value and result.file:
        values["value"] = [ox.Literal(result.file)]
    for name, terms in values.items():
        yield from (ox.Triple(node, ox.NamedNode(SH + name), each) for each in terms)


def _term(text: str, node: ox.BlankNode) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term that a result names; what is none is kept as a literal."""
    if text.startswith("_:"):
        return ox.BlankNode(node.value + "x" + "".join(f"{each:02x}" for each in text[2:].encode()))
    if is_iri(text):
        return ox.NamedNode(text)
    try:
        (triple,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return ox.Literal(text)
    return triple.object if isinstance(triple.object, ox.Literal) else ox.Literal(text)


def _message(text: str, tag: str) -> ox.Literal:
    try:
        return ox.Literal(text, language=tag) if tag else ox.Literal(text)
    except ValueError:
        return ox.Literal(text)
