"""Triple patterns matched by a solution: the triples that each stands for, blank nodes and unnamed ends found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg_service.explanation.walks import walks
from kg_service.patterns.nodes import Blank, Link, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg_service.explanation.dataset import Dataset, Solution
    from kg_service.patterns.elements import TriplePattern
    from kg_service.patterns.nodes import Node
    from kg_service.terms import Term

__all__ = ["Evidence", "match"]


class Evidence(NamedTuple):
    """A pattern and the triples that match it in a graph, of a path several or none; None is the default graph."""

    pattern: TriplePattern
    triples: tuple[ox.Triple, ...]
    graph: Term | None


def match(
    dataset: Dataset, patterns: Sequence[TriplePattern], solution: Solution, graph: Term | None
) -> Iterator[tuple[Evidence, ...]]:
    """Yield the triples for patterns that hold together, in the order of the patterns.

    solution   values of variables; those without one, and blank nodes, are whatever fits
    Raises TooMuchError.
    """
    yield from _Matcher(dataset, graph, dict(solution)).rest(list(patterns), ())


class _Matcher:
    def __init__(self, dataset: Dataset, graph: Term | None, values: dict[str, Term]) -> None:
        self.dataset = dataset
        self.graph = graph
        self.values = values

    def rest(self, patterns: list[TriplePattern], before: tuple[Evidence, ...]) -> Iterator[tuple[Evidence, ...]]:
        """Match the pattern that is known best, then the others."""
        if not patterns:
            yield tuple(sorted(before, key=lambda each: each.pattern.start))
            return
        pattern = max(patterns, key=lambda each: (self.known(each), -each.start))
        others = [each for each in patterns if each is not pattern]
        ends = self.value(pattern.subject), self.value(pattern.object)
        for start, end, triples, verb in self.found(pattern, *ends):
            added = self.bind(((pattern.subject, start), (pattern.object, end)), verb)
            if added is not None:
                yield from self.rest(others, (*before, Evidence(pattern, triples, self.graph)))
                for name in added:
                    del self.values[name]

    def found(
        self, pattern: TriplePattern, start: Term | None, end: Term | None
    ) -> Iterator[tuple[Term, Term, tuple[ox.Triple, ...], tuple[str, Term] | None]]:
        """Yield ends and triples, and the value of a verb that is a variable without one."""
        verb = pattern.verb
        if isinstance(verb, Variable):
            value = self.values.get(verb.name)
            if value is None:
                for triple in self.dataset.triples(start, None, end, self.graph):
                    yield triple.subject, triple.object, (triple,), (verb.name, triple.predicate)
                return
            if not isinstance(value, ox.NamedNode):
                return
            verb = Link(value)
        for first, last, triples in walks(self.dataset, verb, start, end, self.graph):
            yield first, last, triples, None

    def known(self, pattern: TriplePattern) -> int:
        """Return how many of a pattern's ends have a value."""
        return sum(self.value(each) is not None for each in (pattern.subject, pattern.object))

    def value(self, node: Node) -> Term | None:
        """Return the value of a node; None where it may be any."""
        value = node.value
        if isinstance(value, Variable | Blank):
            return self.values.get(_name(value))
        return value

    def bind(self, ends: tuple[tuple[Node, Term], ...], verb: tuple[str, Term] | None) -> list[str] | None:
        """Give values to what has none; return the names, or None where two values differ."""
        wanted = [(_name(node.value), term) for node, term in ends if isinstance(node.value, Variable | Blank)]
        added: list[str] = []
        for name, term in [*wanted, *([verb] if verb is not None else [])]:
            if name not in self.values:
                self.values[name] = term
                added.append(name)
            elif self.values[name] != term:
                for each in added:
                    del self.values[each]
                return None
        return added


def _name(value: Variable | Blank) -> str:
    """Return a name for the values; no variable is called like a blank node."""
    return value.name if isinstance(value, Variable) else value.label
