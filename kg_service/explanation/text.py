"""Parts of a query's text put together as queries of their own: always whole elements, as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.explanation.dataset import Select
from kg_service.explanation.scope import surely
from kg_service.patterns.elements import Filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg_service.explanation.dataset import Dataset, Solution
    from kg_service.patterns.elements import Element, Group, Optional, Query
    from kg_service.patterns.nodes import Node

__all__ = ["QueryText"]

#: Solutions of a part that are looked at to find one.
_LOOKED_AT = 1_000


class QueryText:
    """A query, its elements, and the dataset that parts of it are asked of."""

    def __init__(self, text: str, query: Query, dataset: Dataset) -> None:
        self.text = text
        self.query = query
        self.dataset = dataset
        trailing = next((start for word, start in query.modifiers if word == "VALUES"), None)
        self._values = text[trailing:] if trailing is not None else ""

    def solutions(self, given: Solution, *, most: int) -> Iterator[Solution]:
        """Yield solutions of the whole pattern, with the computed variables of the SELECT clause."""
        where = self.query.where
        if where is None:
            return
        pattern = self._of(where)
        for _, start, end in self.query.computed:
            pattern = f"{{ {pattern} BIND {self.text[start:end]} }}"
        yield from self.dataset.solutions(self.select(pattern, self._values), given, most=most)

    def holds(self, group: Group, solution: Solution, graph: Node | None) -> bool:
        """Tell whether a group, by itself in a graph, has a solution that this one agrees with."""
        return self._agrees(self._of(group), surely(group), solution, graph)

    def matches(self, parent: Group, optional: Optional, solution: Solution, graph: Node | None) -> bool:
        """Tell whether an OPTIONAL of a group matched: what is before it and what is in it, joined (§18.2.2.6)."""
        inside = optional.group
        before = [each for each in parent.elements if each.start < optional.start and not isinstance(each, Filter)]
        pattern = f"{{ {self.group(before)} {self.text[inside.start + 1 : inside.end]}"
        sure = surely(inside).union(*map(surely, before))
        return self._agrees(pattern, sure, solution, graph)

    def group(self, elements: Sequence[Element]) -> str:
        """Return elements as a group; a dot may follow each (§19.8 rule 54)."""
        return f"{{ {' . '.join(self.text[each.start : each.end] for each in elements)} }}"

    def select(self, pattern: str, values: str = "") -> Select:
        """Return the query with another pattern and everything selected, without what comes after the pattern."""
        query = self.query
        where_start = query.where.start if query.where is not None else query.end
        dataset = self.text[query.clause[1] : where_start]
        return Select(f"{self.text[: query.head_end]}SELECT *{dataset}", pattern, values)

    def _of(self, group: Group) -> str:
        return self.text[group.start : group.end]

    def _agrees(self, pattern: str, sure: set[str], solution: Solution, graph: Node | None) -> bool:
        if graph is not None:
            pattern = f"{{ GRAPH {self.text[graph.start : graph.end]} {pattern} }}"
        given = {name: solution[name] for name in sorted(sure & solution.keys())}
        found = self.dataset.solutions(self.select(pattern), given, most=_LOOKED_AT)
        return any(all(solution.get(name) == term for name, term in each.items()) for each in found)
