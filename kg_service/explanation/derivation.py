"""From a solution of a pattern to the triples that make it one (SPARQL 1.1 Query §18.5, read backwards)."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pyoxigraph as ox

from kg_service.explanation.dataset import NotDetermined
from kg_service.explanation.matching import Evidence, match
from kg_service.explanation.scope import surely
from kg_service.patterns.elements import (
    Bind,
    Filter,
    Graph,
    Group,
    Minus,
    Optional,
    Statement,
    Subquery,
    TriplePattern,
    Union,
    Values,
    walk,
)
from kg_service.patterns.nodes import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.explanation.dataset import Dataset, Solution
    from kg_service.patterns.elements import Element
    from kg_service.patterns.nodes import Node
    from kg_service.terms import Term

__all__ = ["WAYS", "Derivation", "Text", "absences", "derive"]


class Derivation(NamedTuple):
    """One way to a solution: the triples used, and the variables that they and the rest of the pattern bind."""

    evidence: tuple[Evidence, ...]
    bound: frozenset[str]


class Text(Protocol):
    """The text of the query, of which parts are asked again."""

    def holds(self, group: Group, solution: Solution, graph: Node | None) -> bool:
        """Tell whether a group, by itself in a graph, has a solution that this one agrees with."""

    def matches(self, parent: Group, optional: Optional, solution: Solution, graph: Node | None) -> bool:
        """Tell whether an OPTIONAL of a group matched in the solution."""


#: Ways that are told at most, and one more that tells that there are others.
WAYS = 21


def derive(dataset: Dataset, group: Group, solution: Solution, text: Text) -> Iterator[Derivation]:
    """Yield the ways in which a solution of the group comes about; a group that it does not fit has none.

    Raises NotDetermined for a pattern in which triples are not what a solution is made of, TooMuchError.
    """
    yield from _Deriver(dataset, solution, text).group(group, None)


def absences(group: Group) -> list[tuple[int, int]]:
    """Return the places of what must not be there: MINUS and NOT EXISTS."""
    return [
        (element.start, element.end)
        for element in walk(group)
        if isinstance(element, Minus) or (isinstance(element, Filter) and any(e.negated for e in element.exists))
    ]


class _Deriver:
    def __init__(self, dataset: Dataset, solution: Solution, text: Text) -> None:
        self.dataset = dataset
        self.solution = solution
        self.text = text

    def group(self, group: Group, graph: Node | None) -> Iterator[Derivation]:
        """Yield the derivations of a group: one of each of its parts, together."""
        patterns = [each for element in group.elements if isinstance(element, Statement) for each in element.patterns]
        parts: list[list[Derivation]] = [list(islice(self.triples(patterns, graph), WAYS))]
        for element in group.elements:
            if not parts[-1]:
                return
            if isinstance(element, Optional):
                parts.append(self.optional(group, element, graph))
            elif not isinstance(element, Statement):
                parts.append(list(islice(self.element(element, graph), WAYS)))
        for chosen in product(*parts):
            evidence = tuple(each for part in chosen for each in part.evidence)
            yield Derivation(evidence, frozenset().union(*(part.bound for part in chosen)))

    def triples(self, patterns: list[TriplePattern], graph: Node | None) -> Iterator[Derivation]:
        """Yield the derivations of triple patterns in one graph."""
        bound = frozenset(name for each in patterns for name in each.variables())
        for evidence in match(self.dataset, patterns, self.solution, self._graph(graph)):
            yield Derivation(evidence, bound)

    def element(self, element: Element, graph: Node | None) -> Iterator[Derivation]:
        """Yield the derivations of what is neither triples nor optional."""
        match element:
            case Filter():
                yield from self.filter(element, graph)
            case Group():
                yield from self.group(element, graph)
            case Graph():
                yield from self.graph(element)
            case Union():
                yield from self.union(element, graph)
            case Subquery():
                raise NotDetermined("a subquery stands in the pattern", element.start)
            case _:
                yield self.binding(element)

    def binding(self, element: Element) -> Derivation:
        """Return what VALUES and BIND add, no triples; MINUS nothing at all."""
        if isinstance(element, Bind) and element.exists:
            raise NotDetermined("EXISTS stands within an expression", element.start)
        names = element.names if isinstance(element, Values) else (element.name,) if isinstance(element, Bind) else ()
        return Derivation((), frozenset(names))

    def graph(self, element: Graph) -> Iterator[Derivation]:
        """Yield the derivations of a group in a named graph."""
        name = element.name.value
        named = {name.name} if isinstance(name, Variable) else set()
        for each in self.group(element.group, element.name):
            yield Derivation(each.evidence, each.bound | named)

    def union(self, element: Union, graph: Node | None) -> Iterator[Derivation]:
        """Yield the derivations of the branches that the solution fits."""
        for branch in element.branches:
            fits = surely(branch) <= self.solution.keys()
            if fits and (not _has_conditions(branch) or self.text.holds(branch, self.solution, graph)):
                yield from self.group(branch, graph)

    def filter(self, element: Filter, graph: Node | None) -> Iterator[Derivation]:
        """Yield what a condition adds: nothing, but for what EXISTS has found."""
        if element.exists and not element.alone:
            raise NotDetermined("EXISTS stands within an expression", element.start)
        found = [each for each in element.exists if not each.negated]
        if not found:
            yield Derivation((), frozenset())
            return
        inside = found[0].group.elements
        if not all(isinstance(each, Statement) for each in inside):
            raise NotDetermined("EXISTS holds more than triples", element.start)
        patterns = [each for part in inside if isinstance(part, Statement) for each in part.patterns]
        for each in self.triples(patterns, graph):
            yield Derivation(each.evidence, frozenset())

    def optional(self, parent: Group, element: Optional, graph: Node | None) -> list[Derivation]:
        """Return the derivations of a part that matched, or the empty one where it did not."""
        group = element.group
        matched = surely(group) <= self.solution.keys()
        if matched and _has_conditions(group):
            matched = self.text.matches(parent, element, self.solution, graph)
        found = list(islice(self.group(group, graph), WAYS)) if matched else []
        return found or [Derivation((), frozenset())]

    def _graph(self, node: Node | None) -> Term | None:
        if node is None:
            return None
        value = node.value
        if isinstance(value, Variable):
            return self.solution.get(value.name, ox.BlankNode())
        return value if isinstance(value, ox.NamedNode) else ox.BlankNode()


def _has_conditions(group: Group) -> bool:
    return any(isinstance(each, Filter | Minus) for each in walk(group))
