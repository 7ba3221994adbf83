"""Groups and what stands in them (SPARQL 1.1 Query §5, §19.8 rules 53 to 69).

Expressions are not read but for the variables, terms and EXISTS in them; what SPARQL 1.2 adds to patterns is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.patterns.elements import Bind, Exists, Filter, Graph, Group, Minus, Optional, Subquery, Union, Values
from kg_service.patterns.nodes import Node, Variable
from kg_service.patterns.selection import read_selection
from kg_service.patterns.triples import read_node, read_statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.patterns.cursor import Cursor
    from kg_service.patterns.elements import Element

__all__ = ["GroupReader"]


class GroupReader:
    """Reads groups from a cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self._readers: dict[str, Callable[[int], Element]] = {
            "OPTIONAL": self._optional,
            "MINUS": self._minus,
            "GRAPH": self._graph,
            "FILTER": self._filter,
            "BIND": self._bind,
            "VALUES": self._values,
        }

    def group(self) -> Group:
        """Take a group in braces."""
        cursor = self.cursor
        start = cursor.take_mark("{").offset
        elements: list[Element] = []
        while not cursor.is_mark("}"):
            if cursor.token.kind == "end":
                raise cursor.unreadable("a group that is not closed")
            if cursor.is_word("SELECT"):
                elements.append(self._subquery())
            elif cursor.is_mark("."):
                cursor.take()
            else:
                elements.append(self._element())
        cursor.take()
        return Group(tuple(elements), start, cursor.last_end)

    def _element(self) -> Element:
        cursor = self.cursor
        start = cursor.token.offset
        if cursor.is_mark("{"):
            return self._groups(start)
        word = cursor.token.text.upper() if cursor.token.kind == "word" else ""
        if word in ("", "TRUE", "FALSE"):
            return read_statement(cursor)
        if word not in self._readers:
            raise cursor.unreadable(f"{word} in a pattern")
        cursor.take()
        return self._readers[word](start)

    def _optional(self, start: int) -> Optional:
        return Optional(self.group(), start, self.cursor.last_end)

    def _minus(self, start: int) -> Minus:
        return Minus(self.group(), start, self.cursor.last_end)

    def _graph(self, start: int) -> Graph:
        name = read_node(self.cursor)
        return Graph(name, self.group(), start, self.cursor.last_end)

    def _groups(self, start: int) -> Element:
        """Take a group, or several with UNION between."""
        branches = [self.group()]
        while self.cursor.is_word("UNION"):
            self.cursor.take()
            branches.append(self.group())
        return branches[0] if len(branches) == 1 else Union(tuple(branches), start, self.cursor.last_end)

    def _filter(self, start: int) -> Filter:
        cursor = self.cursor
        alone = cursor.is_word("EXISTS") or (cursor.is_word("NOT") and cursor.is_word("EXISTS", ahead=1))
        if alone:
            exists = [self._exists()]
            return Filter(frozenset(), (), tuple(exists), alone=True, start=start, end=cursor.last_end)
        if not cursor.is_mark("("):  # a function's name
            cursor.take()
        seen, exists = self.expression()
        literals = tuple(each for each in seen if not isinstance(each.value, Variable))
        return Filter(_names(seen), literals, tuple(exists), alone=False, start=start, end=cursor.last_end)

    def _bind(self, start: int) -> Bind:
        seen, exists = self.expression()
        last = seen[-1].value if seen else None
        if not isinstance(last, Variable):
            raise self.cursor.unreadable("BIND without AS")
        return Bind(last.name, _names(seen[:-1]), tuple(exists), start, self.cursor.last_end)

    def expression(self) -> tuple[list[Node], list[Exists]]:
        """Take what stands in parentheses; return the variables and terms in it, and EXISTS."""
        cursor = self.cursor
        seen: list[Node] = []
        exists: list[Exists] = []
        cursor.take_mark("(")
        depth = 1
        while depth:
            if cursor.token.kind == "end":
                raise cursor.unreadable("a bracket that is not closed")
            if cursor.is_word("EXISTS") or (cursor.is_word("NOT") and cursor.is_word("EXISTS", ahead=1)):
                exists.append(self._exists())
            elif cursor.token.kind in ("variable", "string", "number", "iri", "name") or cursor.is_word(
                "TRUE", "FALSE"
            ):
                seen.append(read_node(cursor))
            else:
                depth += cursor.is_mark("(")
                depth -= cursor.is_mark(")")
                cursor.take()
        return seen, exists

    def _exists(self) -> Exists:
        cursor = self.cursor
        start = cursor.token.offset
        negated = cursor.is_word("NOT")
        if negated:
            cursor.take()
        cursor.take()
        return Exists(negated, self.group(), start, cursor.last_end)

    def _values(self, start: int) -> Values:
        cursor = self.cursor
        names: list[str] = []
        in_brackets = cursor.is_mark("(")
        while not cursor.is_mark("{"):
            token = cursor.take()
            if token.kind == "variable":
                names.append(token.text[1:])
            elif token.text not in ("(", ")"):
                raise cursor.unreadable("VALUES without variables")
        nodes: list[Node] = []
        complete = True
        cursor.take()
        while not cursor.is_mark("}"):
            if cursor.is_word("UNDEF"):
                complete = False
                cursor.take()
            elif in_brackets and cursor.is_mark("(", ")"):
                cursor.take()
            else:
                nodes.append(read_node(cursor))
        cursor.take()
        return Values(tuple(names), tuple(nodes), complete, start, cursor.last_end)

    def _subquery(self) -> Subquery:
        """Take a SELECT to the brace that closes its group."""
        cursor = self.cursor
        start = cursor.take().offset
        selection = read_selection(cursor, self.expression)
        if cursor.is_word("WHERE"):
            cursor.take()
        self.group()
        while not cursor.is_mark("}") and cursor.token.kind != "end":
            if cursor.is_mark("(", "{"):
                cursor.skip_brackets()
            else:
                cursor.take()
        computed = [each for each, _, _ in selection.computed]
        given = None if selection.names is None else _given([*selection.names, *computed])
        return Subquery(given, start, cursor.last_end)


def _names(nodes: list[Node]) -> frozenset[str]:
    return frozenset(_given(nodes))


def _given(nodes: list[Node]) -> tuple[str, ...]:
    return tuple(each.value.name for each in nodes if isinstance(each.value, Variable))
