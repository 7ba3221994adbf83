"""Which parts of a pattern leave it without solutions: one that has none by itself, or as few as have none together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg_service.explanation.dataset import NotDetermined
from kg_service.explanation.units import Unit, render, units_of
from kg_service.namespaces import RDF
from kg_service.patterns.nodes import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.explanation.dataset import Solution
    from kg_service.explanation.text import QueryText
    from kg_service.patterns.elements import Group
    from kg_service.patterns.nodes import Node

__all__ = ["COUNTED", "Blame", "Search"]

#: Parts of a query that are asked for one explanation.
_ASKED = 200
#: Solutions are counted up to here.
COUNTED = 1_000
_TYPE = ox.NamedNode(RDF + "type")


class Blame(NamedTuple):
    """Units that leave a pattern without solutions: each by itself, or only `together`."""

    units: tuple[Unit, ...]
    together: bool


class Search:
    """The search in one group of a query; it asks the dataset for parts of the pattern, so many times at most.

    graph   node that names the graph which the group stands in
    """

    def __init__(self, text: QueryText, group: Group, graph: Node | None = None, *, asked: int = 0) -> None:
        self.text = text
        self.group = group
        self.graph = graph
        self.units = tuple(units_of(group, graph))
        self.asked = asked

    def blame(self) -> Blame | None:
        """Return what leaves the group without solutions; None where it has some. Raises NotDetermined."""
        patterns = [each for each in self.units if not each.is_condition]
        conditions = [each for each in self.units if each.is_condition]
        if self.is_empty(patterns):
            return self._least(patterns, [])
        if not conditions or not self.is_empty(self.units):
            return None
        return self._least(conditions, patterns)

    def is_empty(self, units: Iterable[Unit]) -> bool:
        """Tell whether the pattern of these units alone has no solution."""
        return next(self.solutions(units, most=1), None) is None

    def count(self, units: Iterable[Unit]) -> int:
        """Return how many solutions the pattern of these units has, counted up to COUNTED."""
        return sum(1 for _ in self.solutions(units, most=COUNTED))

    def solutions(self, units: Iterable[Unit], *, most: int) -> Iterator[Solution]:
        """Yield solutions of the pattern of these units. Raises NotDetermined once too much has been asked."""
        self.asked += 1
        if self.asked > _ASKED:
            raise NotDetermined("the pattern has too many parts")
        kept = {each.start for each in units}
        pattern = render(self.text.text, self.group, kept.__contains__)
        if self.graph is not None:
            pattern = f"{{ GRAPH {self.text.text[self.graph.start : self.graph.end]} {pattern} }}"
        yield from self.text.dataset.solutions(self.text.select(pattern), most=most)

    def _least(self, suspects: list[Unit], always: list[Unit]) -> Blame:
        """Return the units without solution by themselves, or else a set from which none can be taken."""
        dead = tuple(each for each in suspects if self.is_empty([*always, each]))
        if dead:
            return Blame(dead, together=False)
        kept = list(suspects)
        for each in sorted(suspects, key=_rank):
            fewer = [other for other in kept if other is not each]
            if self.is_empty([*always, *fewer]):
                kept = fewer
        return Blame(tuple(kept), together=True)


def _rank(unit: Unit) -> tuple[bool, int]:
    """Order what is tried to leave out: from the end of the text, what says which class a thing is of last."""
    verbs = [each.verb for each in unit.patterns()]
    return any(isinstance(verb, Link) and verb.property == _TYPE for verb in verbs), -unit.start
