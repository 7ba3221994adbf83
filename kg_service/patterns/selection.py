"""The SELECT clause of a query or subquery (SPARQL 1.1 Query §16.1, §18.2.4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_service.patterns.nodes import Variable
from kg_service.patterns.triples import read_node

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.patterns.cursor import Cursor
    from kg_service.patterns.elements import Exists
    from kg_service.patterns.nodes import Node

__all__ = ["Selection", "read_selection"]

_AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})


class Selection(NamedTuple):
    """What a SELECT clause names; the members of Query of the same names say what."""

    names: tuple[Node, ...] | None = None
    computed: tuple[tuple[Node, int, int], ...] = ()
    seen: tuple[Node, ...] = ()
    aggregates: bool = False


def read_selection(cursor: Cursor, expression: Callable[[], tuple[list[Node], list[Exists]]]) -> Selection:
    """Take a SELECT clause; `expression` takes what stands in parentheses."""
    names: list[Node] = []
    computed: list[tuple[Node, int, int]] = []
    seen: list[Node] = []
    first, is_all = cursor.token.offset, False
    while not (cursor.is_mark("{") or cursor.is_word("WHERE", "FROM") or cursor.token.kind == "end"):
        start = cursor.token.offset
        if cursor.is_mark("("):
            inside, _ = expression()
            seen += [each for each in inside[:-1] if isinstance(each.value, Variable)]
            computed.append((inside[-1], start, cursor.last_end))
        elif cursor.token.kind == "variable":
            names.append(read_node(cursor))
        else:
            is_all = is_all or cursor.is_mark("*")
            cursor.take()
    words = _words(cursor, first, cursor.token.offset)
    return Selection(None if is_all else tuple(names), tuple(computed), tuple(seen), bool(words & _AGGREGATES))


def _words(cursor: Cursor, start: int, end: int) -> set[str]:
    return {token.text.upper() for token in cursor.between(start, end) if token.kind == "word"}
