"""The endpoint and its data set described in RDF: SPARQL 1.1 Service Description and VoID, counted, not typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.formats import FORMATS
from kg_service.namespaces import RDF, RDFS, SD, VOID, XSD
from kg_service.statistics import describe_statistics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.statistics import Statistics

__all__ = ["describe_service"]

_TYPE = ox.NamedNode(RDF + "type")
_ALL = "SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } } names them all."
_URI_SPACE = ox.NamedNode(VOID + "uriSpace")


def describe_service(store: ox.Store, facts: dict[str, Any], counted: Statistics, endpoint: str) -> Iterator[ox.Triple]:
    """Yield the description of the endpoint: formats, default graph, named graphs, counts, and what the catalogue says.

    SPARQL 1.1 Service Description §3; VoID §2–4
    """
    service, dataset = ox.NamedNode(endpoint), ox.NamedNode(f"{endpoint}#dataset")
    default = ox.NamedNode(f"{endpoint}#default-graph")
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _sd("feature"), _sd("EmptyGraphs"))
    for row in FORMATS:
        if row.w3c:
            format_iri = ox.NamedNode(f"http://www.w3.org/ns/formats/{row.w3c}")
            yield ox.Triple(service, _sd("resultFormat"), format_iri)
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, _TYPE, _sd("Graph"))
    yield _count(default, facts["triples"])
    catalogued = next(store.quads_for_pattern(None, _URI_SPACE, None, ox.DefaultGraph()), None)
    if catalogued is not None:
        subject = catalogued.subject
        for quad in store.quads_for_pattern(subject, None, None, ox.DefaultGraph()):
            yield quad.triple
        yield ox.Triple(subject, ox.NamedNode(VOID + "sparqlEndpoint"), service)
        yield _count(subject, facts["triples"])
    described = catalogued.subject if catalogued is not None else default
    if isinstance(described, ox.NamedNode):
        yield from describe_statistics(described, counted, endpoint)
    if facts["graph_count"] > len(facts["graphs"]):
        told = f"{facts['graph_count']} named graphs, of which the first {len(facts['graphs'])} are described here."
        yield ox.Triple(dataset, ox.NamedNode(RDFS + "comment"), ox.Literal(f"{told} {_ALL}", language="en"))
    for number, graph in enumerate(facts["graphs"], 1):
        name = ox.NamedNode(graph["iri"])
        # An IRI of its own for the description: the graph's name names the graph.
        entry = ox.NamedNode(f"{endpoint}#graph-{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), entry)
        yield ox.Triple(entry, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(entry, _sd("name"), name)
        yield ox.Triple(entry, _sd("graph"), name)
        yield ox.Triple(name, _TYPE, _sd("Graph"))
        yield _count(name, graph["triples"])
        if catalogued is not None and graph["public"]:
            yield ox.Triple(catalogued.subject, ox.NamedNode(VOID + "subset"), name)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _count(subject: ox.NamedNode | ox.BlankNode | ox.Triple, triples: int) -> ox.Triple:
    number = ox.Literal(str(triples), datatype=ox.NamedNode(XSD + "integer"))
    return ox.Triple(subject, ox.NamedNode(VOID + "triples"), number)
