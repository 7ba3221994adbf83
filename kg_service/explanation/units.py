"""The parts of a pattern that can leave it without solutions, and the pattern without some of them.

A unit is a triple pattern, a statement with nameless nodes, VALUES, a UNION, a subquery, a FILTER or MINUS. OPTIONAL
and BIND leave every solution there is; groups and GRAPH are looked into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg_service.patterns.elements import Element
    from kg_service.patterns.nodes import Node

__all__ = ["Unit", "render", "units_of"]

_KINDS: dict[type, str] = {
    TriplePattern: "pattern",
    Statement: "pattern",
    Values: "values",
    Union: "union",
    Subquery: "subquery",
    Filter: "filter",
    Minus: "minus",
}


class Unit(NamedTuple):
    """One part, from `start` to `end` of the text; `graph` names the graph it is looked for in, None is the default."""

    part: TriplePattern | Statement | Values | Union | Subquery | Filter | Minus
    graph: Node | None

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        return _KINDS[type(self.part)]

    @property
    def start(self) -> int:
        """Where it begins; different for each."""
        return self.part.start

    @property
    def is_condition(self) -> bool:
        """Whether it only takes solutions away."""
        return isinstance(self.part, Filter | Minus)

    def patterns(self) -> tuple[TriplePattern, ...]:
        """Return its triple patterns."""
        match self.part:
            case TriplePattern():
                return (self.part,)
            case Statement(patterns):
                return patterns
            case _:
                return ()


def units_of(group: Group, graph: Node | None = None) -> Iterator[Unit]:
    """Yield the units of a group in the order of the text."""
    for element in group.elements:
        match element:
            case Statement(patterns, whole):
                yield from [Unit(element, graph)] if whole else [Unit(each, graph) for each in patterns]
            case Group():
                yield from units_of(element, graph)
            case Graph(name, inner):
                yield from units_of(inner, name)
            case Optional() | Bind():
                pass
            case _:
                yield Unit(element, graph)


def render(text: str, group: Group, is_kept: Callable[[int], bool]) -> str:
    """Return a group of whole parts of the query's text.

    is_kept   whether the unit that begins at this offset stays
    """
    return f"{{ {' . '.join(filter(None, (_element(text, each, is_kept) for each in group.elements)))} }}"


def _element(text: str, element: Element, is_kept: Callable[[int], bool]) -> str:
    match element:
        case Statement(patterns, whole) if not whole:
            return " . ".join(_triple(text, each) for each in patterns if is_kept(each.start))
        case Group():
            return render(text, element, is_kept)
        case Graph(name, inner):
            return f"GRAPH {text[name.start : name.end]} {render(text, inner, is_kept)}"
        case Optional() | Bind():
            return text[element.start : element.end]
        case _:
            return text[element.start : element.end] if is_kept(element.start) else ""


def _triple(text: str, pattern: TriplePattern) -> str:
    spans = (
        (pattern.subject.start, pattern.subject.end),
        (pattern.verb_start, pattern.verb_end),
        (pattern.object.start, pattern.object.end),
    )
    return " ".join(text[start:end] for start, end in spans)
