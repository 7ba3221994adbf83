"""The elements of a query's pattern (SPARQL 1.1 Query §5, §18.2), each from `start` to `end` of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.patterns.nodes import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.patterns.nodes import Node, Path

__all__ = [
    "Bind",
    "Element",
    "Exists",
    "Filter",
    "Graph",
    "Group",
    "Minus",
    "Optional",
    "Query",
    "Statement",
    "Subquery",
    "TriplePattern",
    "Union",
    "Values",
    "walk",
]


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple pattern or property path pattern; `start` is where what is its own begins, after `;` or `,` too."""

    subject: Node
    verb: Path | Variable
    verb_start: int
    verb_end: int
    object: Node
    start: int
    end: int

    def variables(self) -> set[str]:
        """Return the names of its variables."""
        parts = (self.subject.value, self.verb, self.object.value)
        return {each.name for each in parts if isinstance(each, Variable)}


@dataclass(frozen=True, slots=True)
class Statement:
    """Triples of one subject; `whole` where blank nodes without labels or lists tie them together."""

    patterns: tuple[TriplePattern, ...]
    whole: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exists:
    """EXISTS, or NOT EXISTS, within an expression."""

    negated: bool
    group: Group
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filter:
    """FILTER; `alone` where the expression is nothing but EXISTS or NOT EXISTS."""

    variables: frozenset[str]
    literals: tuple[Node, ...]
    exists: tuple[Exists, ...]
    alone: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Bind:
    """BIND, whose variable is `name`."""

    name: str
    variables: frozenset[str]
    exists: tuple[Exists, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Values:
    """VALUES; `nodes` are all its terms, `complete` whether none is UNDEF."""

    names: tuple[str, ...]
    nodes: tuple[Node, ...]
    complete: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its elements in the order of the text, from brace to brace."""

    elements: tuple[Element, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Optional:
    """OPTIONAL."""

    group: Group
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Minus:
    """MINUS."""

    group: Group
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Union:
    """UNION of two groups or more."""

    branches: tuple[Group, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Graph:
    """GRAPH, whose name is an IRI or a variable."""

    name: Node
    group: Group
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Subquery:
    """A SELECT within the pattern, not looked into; `names` are the variables it gives, None for `*`."""

    names: tuple[str, ...] | None
    start: int
    end: int


Element = Statement | Filter | Bind | Values | Group | Optional | Minus | Union | Graph | Subquery


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its form, what it selects and its pattern.

    head_end    where the prologue ends and the query form begins
    clause      start and end of the clause between the form's keyword and FROM, WHERE or the pattern's brace
    names       variables that stand by themselves in a SELECT clause; None for `*`
    computed    variables of `(expression AS ?variable)`, with the places of the parenthesis
    seen        variables of the expressions in the SELECT clause
    where       the pattern; None only for DESCRIBE
    modifiers   keywords after the pattern, upper case, each with its place: GROUP, HAVING, ORDER, LIMIT, OFFSET, VALUES
    """

    form: str
    head_end: int
    clause: tuple[int, int]
    names: tuple[Node, ...] | None
    computed: tuple[tuple[Node, int, int], ...]
    seen: tuple[Node, ...]
    aggregates: bool
    where: Group | None
    modifiers: tuple[tuple[str, int], ...]
    end: int


def walk(group: Group) -> Iterator[Element]:
    """Yield the elements of a group and of all groups within it, also those within EXISTS, in the order of the text."""
    for element in group.elements:
        yield element
        match element:
            case Optional(inner) | Minus(inner) | Graph(_, inner):
                yield from walk(inner)
            case Group():
                yield from walk(element)
            case Union(branches):
                for branch in branches:
                    yield from walk(branch)
            case Filter() | Bind():
                for each in element.exists:
                    yield from walk(each.group)
