"""pySHACL's verdict on suspects, and what failed inside its results; the one module that loads pySHACL."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from pyshacl.graph_abstraction import DataGraph
from pyshacl.rdfutil.stringify import stringify_blank_node
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator

from kg_service.errors import DataInvalid
from kg_service.validation.engine import Outcome
from kg_service.validation.shape_data import StoreGraph, as_dataset, as_graph, to_rdflib
from kg_service.validation.shape_details import details

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import rdflib
    from pyshacl.pytypes import SHACLExecutor

    from kg_service.terms import Term

__all__ = ["judge"]


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
        validator: Any = Validator(held, shacl_graph=graph, options=options)
        narrowed = _Narrowed(graph, suspects or {}, logger)
        validator.shacl_graph = narrowed
        _, report, _ = validator.run()
        unfolded = details(validator, narrowed.results)
    except DataInvalid:
        raise
    except Exception as error:  # it refuses shapes in a dozen ways, those of its parsers among them
        raise DataInvalid(f"The shapes cannot be used: {error}") from error
    return Outcome(report, unfolded, graph)


class _Narrowed(ShapesGraph):
    """A shapes graph whose shapes find only their suspects when they look for targets."""

    def __init__(
        self, graph: rdflib.Graph, suspects: Mapping[Term, frozenset[Term] | None], logger: logging.Logger
    ) -> None:
        super().__init__(graph, False, logger)
        self.results: list[Any] = []
        self._suspects = {to_rdflib(shape): found for shape, found in suspects.items()}

    @property
    def shapes(self) -> list[Any]:
        """The shapes, each with its suspects."""
        return [_Suspected(each, self._suspects.get(each.node), self.results) for each in super().shapes]


class _Suspected:
    def __init__(self, shape: Any, suspects: frozenset[Term] | None, results: list[Any]) -> None:
        self.shape, self.results = shape, results
        self.focus = None if suspects is None else [to_rdflib(each) for each in suspects]

    def set_advanced(self, value: bool) -> None:  # noqa: FBT001 - pySHACL's
        self.shape.set_advanced(value)

    def validate(self, executor: SHACLExecutor, graph: Any, focus: None = None) -> tuple[bool, list[Any]]:  # noqa: ARG002 - pySHACL's
        conforms, results = (True, []) if self.focus == [] else self.shape.validate(executor, graph, focus=self.focus)
        self.results += results
        # Its text of the report is not wanted, and grows with the square of the results.
        return conforms, [("", node, triples) for _, node, triples in results]
