"""Run pySHACL over a data set before inference and read its report; the shapes decide, not this code.

pySHACL reads a pyoxigraph store as it reads an rdflib Dataset, and SPARQL constraints run there some
hundred times faster. The store canonicalises numbers and dates, so where a literal of the data set is
written in another form the Dataset is used, which keeps lexical forms.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import DCTERMS, SH

from kg_service.errors import DataInvalid
from kg_service.terms import in_graph
from kg_service.validation.results import Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["as_dataset", "as_graph", "as_store", "check_shapes"]

_SEVERITIES: dict[object, Severity] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}


def as_dataset(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """Return an rdflib Dataset of the quads whose default graph is the union of all graphs.

    Lexical forms are kept as written. `GRAPH` in SHACL-SPARQL needs the graphs apart.
    """
    dataset = rdflib.Dataset(default_union=True)
    graphs: dict[object, rdflib.Graph] = {}
    for quad in quads:
        name = quad.graph_name
        if name not in graphs:
            identifier = rdflib.URIRef(name.value) if isinstance(name, ox.NamedNode) else rdflib.BNode("default")
            graphs[name] = dataset.graph(identifier)
        graphs[name].add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return dataset


def as_graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Return one rdflib Graph of the quads' triples."""
    graph = rdflib.Graph()
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def check_shapes(quads: Sequence[ox.Quad], shapes: rdflib.Graph, *, reference: bool = False) -> list[Result]:
    """Validate quads against the shapes (SHACL, with SHACL-SPARQL and SHACL-AF targets), no inference.

    Plain patterns of SHACL-SPARQL see the triples of all graphs as a set, `GRAPH` sees the graphs.
    reference   use rdflib for the data, whatever its literals
    Raises DataInvalid (exit 1) where the shapes themselves are faulty.
    """
    import pyshacl  # noqa: PLC0415 - a third of a second that only validation pays
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError  # noqa: PLC0415
    from pyshacl.graph_abstraction import OxigraphDataGraph  # noqa: PLC0415

    # pySHACL asks the data graph for its truth value at every result; its own answer counts all triples.
    OxigraphDataGraph.__bool__ = lambda _: True  # type: ignore[attr-defined]
    logger = logging.getLogger("kg_service.validation.pyshacl")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    store = None if reference else as_store(quads)
    data: Any = store if store is not None else as_dataset(quads)  # its annotations leave the store out
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none", logger=logger)
    except (ReportableRuntimeError, ShapeLoadError, SyntaxError) as error:
        raise DataInvalid(f"The shapes cannot be used: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise DataInvalid(f"The shapes cannot be used: {report!s}")
    return [_result(report, shapes, node) for node in report.objects(None, SH.result)]


def as_store(quads: Sequence[ox.Quad]) -> ox.Store | None:
    """Return a store of the quads, all triples also in its default graph; None where it changes a literal."""
    store = ox.Store()
    store.bulk_extend(quads)
    if set(store) != set(quads):
        return None
    store.bulk_extend(in_graph(quad.triple) for quad in quads)
    return store


def _result(report: rdflib.Graph, shapes: rdflib.Graph, node: rdflib.term.Node) -> Result:
    shape = report.value(node, SH.sourceShape)
    constraint = report.value(node, SH.sourceConstraint)
    rule = next((found for each in (constraint, shape) if (found := shapes.value(each, DCTERMS.identifier))), None)
    templates = [*shapes.objects(constraint, SH.message), *shapes.objects(shape, SH.message)]
    messages: dict[str, str] = {}
    for message in report.objects(node, SH.resultMessage):
        messages.setdefault(_language(message, templates), str(message))
    return Result(
        severity=_SEVERITIES.get(report.value(node, SH.resultSeverity), Severity.VIOLATION),
        rule=str(rule or _local_name(shape)),
        messages=messages,
        focus=_text(report.value(node, SH.focusNode)),
        path=_text(report.value(node, SH.resultPath)),
        value=_text(report.value(node, SH.value)),
        shape=_text(shape),
        component=_local_name(report.value(node, SH.sourceConstraintComponent)),
    )


def _language(message: rdflib.term.Node, templates: list[rdflib.term.Node]) -> str:
    """Tell a message's language; pySHACL drops it where it fills in a template, so the template tells."""
    if isinstance(message, rdflib.Literal) and message.language:
        return message.language
    for template in templates:
        pattern = ".*".join(re.escape(part) for part in re.split(r"\{[?$]\w+\}", str(template)))
        if re.fullmatch(pattern, str(message), re.DOTALL):
            return getattr(template, "language", None) or ""
    return ""


def _text(term: rdflib.term.Node | None) -> str:
    if term is None:
        return ""
    return term.n3() if isinstance(term, rdflib.Literal) else str(term)


def _local_name(term: rdflib.term.Node | None) -> str:
    return "" if term is None else str(term).replace("#", "/").rstrip("/").rpartition("/")[2]


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> rdflib.term.Node:
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            datatype = None if term.datatype.value == str(rdflib.XSD.string) else rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, datatype=datatype, normalize=False)
        case _:
            raise DataInvalid(f"{term} is no RDF 1.1 term; data here is RDF 1.1.")
