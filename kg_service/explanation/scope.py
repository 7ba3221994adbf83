"""Which variables a pattern surely binds (SPARQL 1.1 Query §18.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.patterns.elements import Graph, Group, Statement, Union, Values
from kg_service.patterns.nodes import Variable

if TYPE_CHECKING:
    from kg_service.patterns.elements import Element

__all__ = ["surely"]


def surely(element: Element) -> set[str]:
    """Return the variables that have a value in every solution of an element."""
    match element:
        case Statement(patterns):
            return set().union(*(each.variables() for each in patterns))
        case Group(elements):
            return set().union(*map(surely, elements))
        case Graph(name, group):
            return surely(group) | ({name.value.name} if isinstance(name.value, Variable) else set())
        case Union(branches):
            return set.intersection(*map(surely, branches))
        case Values() if element.complete:
            return set(element.names)
        case _:
            return set()
