"""Data and shapes as rdflib holds them: graphs made of quads, and a store read as if rdflib held it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import rdflib
from pyshacl import graph_abstraction as pyshacl_graphs
from rdflib.namespace import NamespaceManager
from rdflib.query import Result

from kg_service.errors import DataInvalid
from kg_service.terms import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.terms import Term

__all__ = ["StoreGraph", "as_dataset", "as_graph", "to_rdflib"]

# A warning with a traceback for every ill-typed literal; that is for the shapes to tell.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)
# No override fits what these say of their methods, the one inheriting from the other.
_OxigraphDataGraph: Any = pyshacl_graphs.OxigraphDataGraph
_Graph: Any = rdflib.Graph
_to_ox: Any = pyshacl_graphs.to_ox


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
        graphs[name].add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return dataset


def as_graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Return one rdflib Graph of the quads' triples."""
    graph = rdflib.Graph()
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph


class StoreGraph(_OxigraphDataGraph):  # type: ignore[misc]
    """A store's default graph as pySHACL's data graph, its terms those that an rdflib Dataset would hold.

    pySHACL's own reads the union, each triple once a graph, and has rdflib rewrite numbers and dates.
    """

    objects = _Graph.objects
    subjects = _Graph.subjects
    subject_objects = _Graph.subject_objects
    subject_predicates = _Graph.subject_predicates
    predicate_objects = _Graph.predicate_objects

    def __init__(self, store: ox.Store) -> None:
        super().__init__(store)
        # The prefixes that a Dataset writes its messages with.
        self._namespace_manager = NamespaceManager(self._default_graph)
        self._described = _Described(self)

    def __bool__(self) -> bool:
        # pySHACL asks for the truth value at every result; without this that counts all triples.
        return True

    @property
    def default_union(self) -> bool:
        """Whether patterns see all graphs: the default graph holds their triples already."""
        return False

    @default_union.setter
    def default_union(self, value: bool) -> None:
        pass

    def triples(self, triple: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the triples that fit a pattern."""
        subject, predicate, object_ = triple
        if isinstance(subject, rdflib.Literal) or isinstance(predicate, rdflib.BNode | rdflib.Literal):
            return
        for quad in self.impl.quads_for_pattern(_to_ox(subject), _to_ox(predicate), _to_ox(object_), DEFAULT):
            yield to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)

    def quads(self, quad: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the triples that fit, with a graph that tells all of a blank node."""
        for triple in self.triples(quad[:3]):
            yield (*triple, self._described)

    def query(self, query_object: Any, *args: Any, initBindings: Any = None, **options: Any) -> Any:  # noqa: N803 - rdflib's
        """Evaluate a query as pySHACL's graph does, with terms as here."""
        bindings = {name: _to_ox(term) for name, term in (initBindings or {}).items()}
        found = self.query_oxigraph(query_object, initBindings=bindings or None, **options)
        if not isinstance(found, ox.QuerySolutions):
            return super().query(query_object, *args, initBindings=initBindings, **options)
        result = Result("SELECT")
        names = [rdflib.Variable(each.value) for each in found.variables]
        result.vars = names
        result.bindings = [
            {name: to_rdflib(term) for name, term in zip(names, solution, strict=True) if term is not None}
            for solution in found
        ]
        return result


class _Described(_Graph):  # type: ignore[misc]
    """The triples of a store as a graph that is no dataset, for pySHACL's texts of blank nodes."""

    def __init__(self, source: StoreGraph) -> None:
        super().__init__()
        self.source = source

    def triples(self, triple: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the triples that fit a pattern."""
        return self.source.triples(triple)


def to_rdflib(term: Term | ox.DefaultGraph) -> rdflib.term.Identifier:
    """Return a term with its lexical form as it is; rdflib's plain literals stand for xsd:string."""
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
