"""Small steps with pyoxigraph's terms that the library leaves to its users; its types stop here."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Protocol, cast

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DEFAULT",
    "PREFIXED",
    "RDF_FORMATS",
    "Graph",
    "Resource",
    "Sink",
    "Term",
    "in_graph",
    "quads_of",
    "to_bytes",
    "used_prefixes",
    "value",
    "write",
]

DEFAULT = ox.DefaultGraph()
#: Short name of an RDF format → the library's.
RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
#: Those of them that know prefixes.
PREFIXED = frozenset({"ttl", "trig", "rdf", "jsonld"})
Resource = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class Sink(Protocol):
    """All that a serialiser needs of a file."""

    def write(self, chunk: bytes, /) -> int:
        """Take bytes."""


def value(term: Term | Graph) -> str:
    """Return an IRI, a blank node's label or a literal's lexical form; "" for the default graph.

    >>> value(ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    '1'
    """
    if isinstance(term, ox.DefaultGraph):
        return ""
    return str(term) if isinstance(term, ox.Triple) else term.value


def in_graph(triple: ox.Triple, graph: Graph = DEFAULT) -> ox.Quad:
    """Return the triple as a quad of the graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def quads_of(statements: Iterable[ox.Quad | ox.Triple]) -> list[ox.Quad]:
    """Return parsed statements as quads."""
    return [each if isinstance(each, ox.Quad) else in_graph(each) for each in statements]


def used_prefixes(quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes whose namespace an IRI of the quads starts with; the longest for each IRI."""
    by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))
    iris = {
        node.value
        for quad in quads
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name, getattr(quad.object, "datatype", None))
        if isinstance(node, ox.NamedNode)
    }
    fitting = (next((name for name, namespace in by_length if iri.startswith(namespace)), None) for iri in iris)
    return {name: prefixes[name] for name in sorted({each for each in fitting if each is not None})}


def write(
    statements: Iterable[ox.Triple] | Iterable[ox.Quad],
    sink: Sink,
    syntax: ox.RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Serialise statements into a sink, in the chunks the library makes."""
    ox.serialize(statements, cast("IO[bytes]", sink), format=syntax, prefixes=dict(prefixes) if prefixes else None)


def to_bytes(statements: Iterable[ox.Triple] | Iterable[ox.Quad], syntax: ox.RdfFormat) -> bytes:
    """Return the serialised statements."""
    return cast("bytes", ox.serialize(statements, format=syntax))
