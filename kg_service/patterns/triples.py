"""Triples of one subject: `;`, `,`, `[ … ]` and `( … )` written out (SPARQL 1.1 Query §4.2, §19.8 rules 75 to 103)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF
from kg_service.patterns.elements import Statement, TriplePattern
from kg_service.patterns.nodes import Blank, Link, Node, Variable
from kg_service.patterns.paths import read_path

if TYPE_CHECKING:
    from kg_service.patterns.cursor import Cursor
    from kg_service.patterns.nodes import Path

__all__ = ["read_node", "read_statement"]


def read_statement(cursor: Cursor) -> Statement:
    """Take a subject and all that is said of it. Raises Unreadable."""
    return _Reader(cursor).statement()


def read_node(cursor: Cursor) -> Node:
    """Take a variable, IRI or literal. Raises Unreadable."""
    token = cursor.token
    if token.kind == "variable":
        cursor.take()
        return Node(Variable(token.text[1:]), token.offset, cursor.last_end)
    literal = cursor.literal()
    term = cursor.iri() if literal is None else literal
    return Node(term, token.offset, cursor.last_end)


class _Reader:
    """Reads one statement, gathering its triples."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.patterns: list[TriplePattern] = []
        self.whole = False

    def statement(self) -> Statement:
        start = self.cursor.token.offset
        subject = self.node()
        is_list = self.whole
        if (
            not is_list
            or self.cursor.token.kind in ("iri", "name", "variable", "word")
            or self.cursor.is_mark("^", "(")
        ):
            self.said_of(subject, start)
        return Statement(tuple(self.patterns), self.whole, start, self.cursor.last_end)

    def said_of(self, subject: Node, start: int) -> None:
        """Take verbs and objects."""
        cursor = self.cursor
        while True:
            verb_start = cursor.token.offset
            verb = self.verb()
            verb_end = cursor.last_end
            first = True
            while first or cursor.is_mark(","):
                if not first:
                    cursor.take()
                    start = cursor.token.offset
                at = len(self.patterns)
                object_ = self.node()
                cursor_end = object_.end
                found = TriplePattern(subject, verb, verb_start, verb_end, object_, start, cursor_end)
                self.patterns.insert(at, found)
                first = False
            if not cursor.is_mark(";"):
                return
            while cursor.is_mark(";"):
                cursor.take()
            if cursor.is_mark(".", "]", "}") or cursor.token.kind == "end":
                return
            start = cursor.token.offset

    def verb(self) -> Path | Variable:
        cursor = self.cursor
        if cursor.token.kind == "variable":
            return Variable(cursor.take().text[1:])
        return read_path(cursor)

    def node(self) -> Node:
        cursor = self.cursor
        token = cursor.token
        if token.kind == "blank":
            cursor.take()
            return Node(Blank(token.text), token.offset, cursor.last_end)
        if cursor.is_mark("["):
            return self.property_list()
        if cursor.is_mark("("):
            return self.collection()
        return read_node(cursor)

    def property_list(self) -> Node:
        """Take `[ … ]`, or `[]`."""
        cursor = self.cursor
        start = cursor.take_mark("[").offset
        self.whole = True
        node = Node(Blank(f"[{start}"), start, start + 1)
        if not cursor.is_mark("]"):
            self.said_of(node, cursor.token.offset)
        cursor.take_mark("]")
        return Node(node.value, start, cursor.last_end)

    def collection(self) -> Node:
        """Take `( … )`: an RDF collection (§4.2.3)."""
        cursor = self.cursor
        start = cursor.take_mark("(").offset
        self.whole = True
        members: list[Node] = []
        while not cursor.is_mark(")"):
            members.append(self.node())
        cursor.take()
        end = cursor.last_end
        rest = Node(ox.NamedNode(RDF + "nil"), start, end)
        for number, member in reversed(list(enumerate(members))):
            cell = Node(Blank(f"({start}.{number}"), start, end)
            for name, object_ in (("first", member), ("rest", rest)):
                link = Link(ox.NamedNode(RDF + name), member.start, member.start)
                found = TriplePattern(cell, link, member.start, member.start, object_, member.start, member.end)
                self.patterns.append(found)
            rest = cell
        return rest
