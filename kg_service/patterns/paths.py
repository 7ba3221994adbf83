"""Property paths, read and walked the other way round (SPARQL 1.1 Query §9.1, §19.8 rules 88 to 97)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF
from kg_service.patterns.nodes import Alternatives, Inverse, Link, Negated, Repeated, Sequence

if TYPE_CHECKING:
    from kg_service.patterns.cursor import Cursor
    from kg_service.patterns.nodes import Path

__all__ = ["links", "read_path"]

_REPEATED = {"*": (0, False), "+": (1, False), "?": (0, True)}


def read_path(cursor: Cursor) -> Path:
    """Take a path. Raises Unreadable."""
    paths = [_sequence(cursor)]
    while cursor.is_mark("|"):
        cursor.take()
        paths.append(_sequence(cursor))
    return paths[0] if len(paths) == 1 else Alternatives(tuple(paths))


def links(path: Path) -> list[Link]:
    """Return the properties that a path names, but for those it excludes."""
    match path:
        case Link():
            return [path]
        case Inverse(inner) | Repeated(inner):
            return links(inner)
        case Sequence(paths) | Alternatives(paths):
            return [link for each in paths for link in links(each)]
        case _:
            return []


def _sequence(cursor: Cursor) -> Path:
    paths = [_element(cursor)]
    while cursor.is_mark("/"):
        cursor.take()
        paths.append(_element(cursor))
    return paths[0] if len(paths) == 1 else Sequence(tuple(paths))


def _element(cursor: Cursor) -> Path:
    inverse = cursor.is_mark("^")
    if inverse:
        cursor.take()
    path = _primary(cursor)
    if cursor.is_mark(*_REPEATED):
        least, once = _REPEATED[cursor.take().text]
        path = Repeated(path, least, once)
    return Inverse(path) if inverse else path


def _primary(cursor: Cursor) -> Path:
    if cursor.is_mark("("):
        cursor.take()
        path = read_path(cursor)
        cursor.take_mark(")")
        return path
    if cursor.is_mark("!"):
        cursor.take()
        return _negated(cursor)
    return _link(cursor)


def _negated(cursor: Cursor) -> Negated:
    in_brackets = cursor.is_mark("(")
    if in_brackets:
        cursor.take()
    found: dict[bool, list[ox.NamedNode]] = {False: [], True: []}
    while not (in_brackets and cursor.is_mark(")")):
        inverse = cursor.is_mark("^")
        if inverse:
            cursor.take()
        found[inverse].append(_link(cursor).property)
        if not in_brackets:
            break
        if cursor.is_mark("|"):
            cursor.take()
    if in_brackets:
        cursor.take_mark(")")
    return Negated(tuple(found[False]), tuple(found[True]))


def _link(cursor: Cursor) -> Link:
    start = cursor.token.offset
    if cursor.token.kind == "word" and cursor.token.text == "a":
        cursor.take()
        return Link(ox.NamedNode(RDF + "type"), start, cursor.last_end)
    return Link(cursor.iri(), start, cursor.last_end)
