"""Why has a query no result: the smallest parts of its pattern that leave it without, and what they miss narrowly.

The answer is JSON: `empty`; where it is false, there is nothing to explain. Where it is true, `determined`; where that
is false, `reason` (a sentence) and, where there is one, the place in the way (`line`, `column`). Else:

    causes     each with kind (pattern, values, union, subquery, filter, minus, graph, or what comes after the pattern:
               having, limit, offset, bindings), line, column, endLine, endColumn, text, and `misses` (see `misses.py`);
               `solutions` is how many there are without it, `counted` whether that is all of them (of a graph neither
               is told); of a UNION also `branches`: the causes in each branch, where it has none by itself
    together   whether each of the causes has solutions by itself, and only all of them together have none
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.explanation.conditions import misses_of_filter
from kg_service.explanation.dataset import Dataset, NotDetermined, Select
from kg_service.explanation.joint import misses_of_class, misses_of_values
from kg_service.explanation.minimal import COUNTED, Blame, Search
from kg_service.explanation.misses import Misses
from kg_service.explanation.text import QueryText
from kg_service.patterns.elements import Filter, Union, Values
from kg_service.patterns.nodes import Unreadable, Variable
from kg_service.patterns.reader import read
from kg_service.query_places import Places
from kg_service.query_terms import prefixes_of
from kg_service.tokens import tokens

if TYPE_CHECKING:
    from kg_service.explanation.units import Unit
    from kg_service.patterns.elements import Group, Query
    from kg_service.patterns.nodes import Node
    from kg_service.protocol import Operation
    from kg_service.store.contract import Store
    from kg_service.terms import Term

__all__ = ["explain_emptiness"]

_TEXT = 200
_MODIFIERS = {"HAVING": "having", "LIMIT": "limit", "OFFSET": "offset", "VALUES": "bindings"}


def explain_emptiness(store: Store, operation: Operation) -> dict[str, Any]:
    """Return why a query has no result. Raises QuerySyntaxError, EvaluationFailed."""
    dataset, places = Dataset(store, operation), Places(operation.query)
    dataset.require_syntax(operation.query)
    try:
        query = read(operation.query, operation.base)
        return _Explanation(dataset, places, query).answer()
    except Unreadable as fault:
        return _undetermined(f"The pattern holds {fault}, which is not looked into.", places, fault.start)
    except NotDetermined as fault:
        return _undetermined(f"This is not determined, because {fault}.", places, fault.start)
    except RecursionError:
        return _undetermined("The pattern is too long to be looked into.", places, None)


def _undetermined(reason: str, places: Places, start: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {"empty": True, "determined": False, "reason": reason}
    place = places.range(start, start) if start is not None else {}
    return found | {name: place[name] for name in ("line", "column") if name in place}


class _Explanation:
    def __init__(self, dataset: Dataset, places: Places, query: Query) -> None:
        self.dataset = dataset
        self.places = places
        self.query = query
        self.text = QueryText(places.text, query, dataset)
        declared = prefixes_of(list(tokens(places.text)))
        self.misses = Misses(dataset, places, {name.text[:-1]: iri.text[1:-1] for _, name, iri in declared})

    def answer(self) -> dict[str, Any]:
        """Return the explanation."""
        where = self.query.where
        if where is None:
            raise NotDetermined("the query has no pattern")
        search = Search(self.text, where)
        blame = search.blame()
        if blame is not None:
            causes = self.causes(search, blame)
            if not causes:
                raise NotDetermined("it is no single part of the pattern")
            return {"empty": True, "determined": True, "causes": causes, "together": blame.together}
        if self.query.form != "SELECT" or next(self.dataset.solutions(Select(self.places.text)), None) is not None:
            return {"empty": False}
        causes = [self.modifier(word, start, search) for word, start in self.query.modifiers if word in _MODIFIERS]
        if not causes:
            raise NotDetermined("the pattern has solutions, and nothing after it takes them away")
        return {"empty": True, "determined": True, "causes": causes, "together": len(causes) > 1}

    def causes(self, search: Search, blame: Blame) -> list[dict[str, Any]]:
        """Return the parts to blame, with what they miss narrowly; graphs that are not there before all others."""
        return self.graphs(search) or [self.cause(search, blame, unit) for unit in blame.units]

    def cause(self, search: Search, blame: Blame, unit: Unit) -> dict[str, Any]:
        """Return one part to blame."""
        others = [each for each in search.units if each is not unit]
        count = search.count(others)
        start, end = unit.part.start, unit.part.end
        found: dict[str, Any] = {"kind": unit.kind, **self.places.range(start, end), "text": self.excerpt(start, end)}
        found |= {"solutions": count, "counted": count < COUNTED}
        if isinstance(unit.part, Union):
            found["branches"] = [self.branch(search, each, unit.graph) for each in unit.part.branches]
        found["misses"] = self.near(search, blame, unit, others)
        return found

    def near(self, search: Search, blame: Blame, unit: Unit, others: list[Unit]) -> list[dict[str, Any]]:
        """Return the near misses of a part to blame."""
        match unit.part:
            case Filter():
                seen = list(search.solutions(others, most=COUNTED))
                return misses_of_filter(self.misses, unit.part, seen)
            case Values():
                patterns = [pattern for each in search.units for pattern in each.patterns()]
                return misses_of_values(self.misses, unit.part, patterns)
            case _ if blame.together:
                patterns = [pattern for each in blame.units for pattern in each.patterns()]
                return [m for each in unit.patterns() for m in misses_of_class(self.misses, each, patterns)]
            case _:
                own = unit.patterns()
                graph, alone = _graph(unit.graph), len(own) == 1
                return [miss for each in own for miss in self.misses.of_pattern(each, graph=graph, alone=alone)]

    def branch(self, search: Search, group: Group, graph: Node | None) -> list[dict[str, Any]]:
        """Return the causes in a branch of a UNION; none where it has solutions by itself."""
        inner = Search(self.text, group, graph, asked=search.asked)
        blame = inner.blame()
        found = [] if blame is None else self.causes(inner, blame)
        search.asked = inner.asked
        return found

    def graphs(self, search: Search) -> list[dict[str, Any]]:
        """Return the graphs that the pattern names and the dataset does not have."""
        names = dict.fromkeys(each.graph for each in search.units if each.graph is not None)
        named = [each for each in names if isinstance(each.value, ox.NamedNode) and not self.dataset.has(each.value)]
        return [
            {
                "kind": "graph", **self.places.range(each.start, each.end),
                "text": self.excerpt(each.start, each.end),
                "misses": list(self.misses.of_iri(each, is_class=False)),
            }
            for each in named
        ]  # fmt: skip

    def modifier(self, word: str, start: int, search: Search) -> dict[str, Any]:
        """Return a clause after the pattern as a cause."""
        later = [offset for _, offset in self.query.modifiers if offset > start]
        end = min([*later, self.query.end])
        count = search.count(search.units)
        return {
            "kind": _MODIFIERS[word], **self.places.range(start, end), "text": self.excerpt(start, end).rstrip(),
            "solutions": count, "counted": count < COUNTED, "misses": [],
        }  # fmt: skip

    def excerpt(self, start: int, end: int) -> str:
        """Return a part of the query, its beginning where it is long."""
        text = self.places.text[start:end]
        return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"


def _graph(node: Node | None) -> Term | None:
    """Return the graph that is named; a blank node, equal to none, for a variable."""
    if node is None:
        return None
    return (
        ox.BlankNode() if isinstance(node.value, Variable) or not isinstance(node.value, ox.NamedNode) else node.value
    )
