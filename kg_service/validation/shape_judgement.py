"""pySHACL's verdict on suspects, and what failed inside its results; the one module that loads pySHACL."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import rdflib
from pyshacl.graph_abstraction import DataGraph, OxigraphDataGraph, to_ox
from pyshacl.rdfutil.stringify import stringify_blank_node
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib.namespace import NamespaceManager
from rdflib.query import Result

from kg_service.errors import DataInvalid
from kg_service.terms import DEFAULT
from kg_service.validation.shape_details import details

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyshacl.pytypes import SHACLExecutor
    from pyshacl.shape import Shape

    from kg_service.terms import Term

__all__ = ["Outcome", "as_dataset", "as_graph", "judge"]


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


def judge(
    data: ox.Store | Sequence[ox.Quad],
    shapes: Sequence[ox.Quad],
    suspects: Mapping[Term, frozenset[Term] | None] | None,
) -> Outcome:
    """Have pySHACL judge the suspects of each shape, all targets of a shape without.

    data   a store with all triples in its default graph, or quads to be held as written
    Raises DataInvalid (exit 1) where pySHACL refuses the shapes.
    """
    logger = logging.getLogger("kg_service.validation.pyshacl")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    # Its texts of blank nodes are kept by the address of a graph, which another graph may have by now.
    stringify_blank_node.dict_cache.clear()
    graph = as_graph(shapes)
    held = StoreGraph(data) if isinstance(data, ox.Store) else DataGraph.from_rdflib(as_dataset(data))
    options = {"advanced": True, "inplace": True, "logger": logger}
    try:
        validator = Validator(held, shacl_graph=graph, options=options)
        narrowed = _Narrowed(graph, suspects or {}, logger)
        validator.shacl_graph = narrowed
        _, report, _ = validator.run()
        unfolded = details(validator, narrowed.results)
    except (RuntimeError, SyntaxError, re.error, AssertionError, LookupError, TypeError, ValueError) as error:
        raise DataInvalid(f"The shapes cannot be used: {error}") from error
    return Outcome(report, unfolded, graph)


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


class StoreGraph(OxigraphDataGraph):  # type: ignore[misc]
    """A store's default graph as pySHACL's data graph, its terms those that an rdflib Dataset would hold.

    pySHACL's own reads the union, each triple once a graph, and has rdflib rewrite numbers and dates.
    """

    objects = rdflib.Graph.objects
    subjects = rdflib.Graph.subjects
    subject_objects = rdflib.Graph.subject_objects
    subject_predicates = rdflib.Graph.subject_predicates
    predicate_objects = rdflib.Graph.predicate_objects

    def __init__(self, store: ox.Store) -> None:
        super().__init__(store)
        # The prefixes that a Dataset writes its messages with.
        self._namespace_manager = NamespaceManager(self._default_graph)

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
        for quad in self.impl.quads_for_pattern(to_ox(subject), to_ox(predicate), to_ox(object_), DEFAULT):
            yield _term(quad.subject), _term(quad.predicate), _term(quad.object)

    def query(self, query_object: Any, *args: Any, initBindings: Any = None, **options: Any) -> Result:  # noqa: N803 - rdflib's
        """Evaluate a query as pySHACL's graph does, with terms as here."""
        bindings = {name: to_ox(term) for name, term in (initBindings or {}).items()}
        found = self.query_oxigraph(query_object, initBindings=bindings or None, **options)
        if not isinstance(found, ox.QuerySolutions):
            return super().query(query_object, *args, initBindings=initBindings, **options)
        result = Result("SELECT")
        names = [rdflib.Variable(each.value) for each in found.variables]
        result.vars = names
        result.bindings = [
            {name: _term(term) for name, term in zip(names, solution, strict=True) if term is not None}
            for solution in found
        ]
        return result


class _Narrowed(ShapesGraph):  # type: ignore[misc]
    """A shapes graph whose shapes find only their suspects when they look for targets."""

    def __init__(
        self, graph: rdflib.Graph, suspects: Mapping[Term, frozenset[Term] | None], logger: logging.Logger
    ) -> None:
        super().__init__(graph, False, logger)
        self.results: list[Any] = []
        self._suspects = {_term(shape): found for shape, found in suspects.items()}

    @property
    def shapes(self) -> list[Any]:
        """The shapes, each with its suspects."""
        return [_Suspected(each, self._suspects.get(each.node), self.results) for each in super().shapes]


class _Suspected:
    def __init__(self, shape: Shape, suspects: frozenset[Term] | None, results: list[Any]) -> None:
        self.shape, self.results = shape, results
        self.focus = None if suspects is None else [_term(each) for each in suspects]

    def set_advanced(self, value: bool) -> None:  # noqa: FBT001 - pySHACL's
        self.shape.set_advanced(value)

    def validate(self, executor: SHACLExecutor, graph: Any, focus: None = None) -> tuple[bool, list[Any]]:  # noqa: ARG002 - pySHACL's
        conforms, results = (True, []) if self.focus == [] else self.shape.validate(executor, graph, focus=self.focus)
        self.results += results
        return conforms, results


def _term(term: Term | ox.DefaultGraph) -> rdflib.term.Node:
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
