"""The RDF dataset of one query, asked and read: its default graph, its named graphs, and which graph states what."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pyoxigraph as ox

from kg_service.errors import EvaluationFailed
from kg_service.formats import Kind
from kg_service.protocol import Question
from kg_service.query_errors import syntax_problem
from kg_service.store.contract import Wanted
from kg_service.store.embedded import EmbeddedStore, named_node
from kg_service.terms import DEFAULT, in_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg_service.protocol import Operation
    from kg_service.store.contract import Store
    from kg_service.terms import Term

__all__ = ["Dataset", "NotDetermined", "Select", "Solution", "TooMuchError"]

Solution = dict[str, "Term"]
#: Statements read for one explanation.
_MOST = 200_000


class NotDetermined(Exception):
    """What is asked for cannot be told; the message ends a sentence that says why, `start` is the place in the way."""

    def __init__(self, reason: str, start: int | None = None) -> None:
        super().__init__(reason)
        self.start = start


class TooMuchError(NotDetermined):
    """There is more to look through than one explanation may."""

    def __init__(self) -> None:
        super().__init__("there is too much to look through")


class Select(NamedTuple):
    """A query for solutions, in three parts: up to its pattern, the pattern, and VALUES that follow it."""

    head: str
    pattern: str = ""
    values: str = ""

    def text(self, given: Mapping[str, Term], most: int | None) -> str:
        """Return the query's text: with values of variables that every solution has, for so many solutions at most."""
        pattern = f"{{ {self.pattern} {_values(given)} }}" if given else self.pattern
        limit = f"LIMIT {most}" if most is not None else ""
        return f"{self.head}{pattern} {limit} {self.values}"


class Dataset:
    """What a query sees, as `operation` says; `reads` statements have been read of those that may be."""

    def __init__(self, store: Store, operation: Operation) -> None:
        self.store = store
        self.facts = store.facts
        self._operation = operation
        chosen = operation.default_graphs is not None or operation.named_graphs is not None
        self._defaults = [named_node(each) for each in operation.default_graphs or ()] if chosen else [DEFAULT]
        self._chosen = frozenset(operation.default_graphs or ())
        self._names = frozenset(operation.named_graphs or ()) if chosen else None
        self._hidden = frozenset(each["iri"] for each in self.facts["graphs"] if not each["public"])
        self._read = 0

    def require_syntax(self, query: str) -> None:
        """Raise QuerySyntaxError, with its place, for what is no query."""
        try:
            ox.Store().query(query, base_iri=self._operation.base or None)
        except SyntaxError as error:
            raise syntax_problem(str(error), query, self.facts["prefixes"]) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise EvaluationFailed(f"The engine cannot evaluate this query: {str(error)[:300]}") from error

    def solutions(
        self, select: Select, given: Mapping[str, Term] | None = None, *, most: int | None = None
    ) -> Iterator[Solution]:
        """Yield the solutions of a SELECT.

        given   values of variables that every solution has
        most    so many at most; an engine behind a remote store would else send them all
        """
        operation, store, given = self._operation, self.store, given or {}
        if isinstance(store, EmbeddedStore):
            target: ox.Store = store.store
            dataset: dict[str, Any] = {}
            if operation.default_graphs is not None or operation.named_graphs is not None:
                target, dataset = store.dataset(operation.default_graphs or (), operation.named_graphs or ())
            bound = {ox.Variable(name): term for name, term in given.items()}
            try:
                result = target.query(
                    select.text({}, None), base_iri=operation.base or None, substitutions=bound, **dataset
                )
                yield from islice(_rows(cast("ox.QuerySolutions", result)), most)
            except SyntaxError as error:  # a part may not stand alone, such as BIND of what is bound before it
                raise NotDetermined("a part of the query cannot be asked by itself") from error
            except (RuntimeError, ValueError, OSError) as error:
                raise EvaluationFailed(f"The engine cannot evaluate a part of this query: {error}") from error
            return
        writer = _Buffer()
        question = Question(select.text(given, most), *operation.question[1:])
        store.evaluate(writer, question, Wanted({Kind.SOLUTIONS: "json"}))
        read = ox.parse_query_results(writer.getvalue(), format=ox.QueryResultsFormat.JSON)
        yield from _rows(cast("ox.QuerySolutions", read))

    def triples(
        self, subject: Term | None, predicate: ox.NamedNode | None, object_: Term | None, graph: Term | None
    ) -> Iterator[ox.Triple]:
        """Yield the triples that match, each once, of a named graph, or of the default graph where none is named.

        Raises TooMuchError once more has been read than may be.
        """
        if isinstance(subject, ox.Literal) or (graph is not None and not self._has_graph(graph)):
            return
        seen: set[ox.Triple] = set()
        for each in [graph] if graph is not None else self._defaults:
            for quad in self.store.store.quads_for_pattern(subject, predicate, object_, each):
                self._read += 1
                if self._read > _MOST:
                    raise TooMuchError
                if quad.triple not in seen:
                    if len(self._defaults) > 1:
                        seen.add(quad.triple)
                    yield quad.triple

    def graphs_of(self, triple: ox.Triple, graph: Term | None) -> list[str]:
        """Return the named graphs that state a triple of a graph; None is the default graph."""
        if isinstance(graph, ox.NamedNode):
            return [graph.value]
        pattern = in_graph(triple)
        quads = self.store.store.quads_for_pattern(pattern.subject, pattern.predicate, pattern.object, None)
        found = sorted({quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)})
        if self._names is None:
            return [each for each in found if each not in self._hidden] or found
        return [each for each in found if each in self._chosen]

    def has(self, graph: ox.NamedNode) -> bool:
        """Tell whether the dataset has a named graph with something in it."""
        return next(self.triples(None, None, None, graph), None) is not None

    def _has_graph(self, graph: Term) -> bool:
        return isinstance(graph, ox.NamedNode) and (self._names is None or graph.value in self._names)


class _Buffer(io.BytesIO):
    """A writer of results that keeps them."""

    def begin(self, head: bytes = b"", *, form: int = 0) -> None:
        """Take note of nothing."""


def _rows(solutions: ox.QuerySolutions) -> Iterator[Solution]:
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        yield {name: term for name in names if (term := row[name]) is not None}


def _values(given: Mapping[str, Term]) -> str:
    """Return a block of values to end a group with, for engines that take no others; terms as the library writes."""
    names = " ".join(f"?{name}" for name in given)
    return f"VALUES ({names}) {{ ({' '.join(map(str, given.values()))}) }}"
