"""From the text of a query to its elements; a text that the engine has parsed is read, or refused as Unreadable.

SPARQL 1.1 Query §4.1, §16, §19.8 rules 1 to 29.
"""

from __future__ import annotations

from kg_service.errors import QuerySyntaxError
from kg_service.patterns.cursor import Cursor
from kg_service.patterns.elements import Query
from kg_service.patterns.groups import GroupReader
from kg_service.patterns.nodes import Unreadable
from kg_service.patterns.selection import Selection, read_selection

__all__ = ["read"]

_FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


def read(text: str, base: str = "") -> Query:
    """Return the elements of a query. Raises Unreadable."""
    try:
        return _read(Cursor(text, base))
    except QuerySyntaxError as error:
        raise Unreadable("a text that is no query", 0) from error
    except RecursionError as error:  # the service's bound on nesting may be set above what this can read
        raise Unreadable("more brackets inside one another than can be read", 0) from error


def _read(cursor: Cursor) -> Query:
    _prologue(cursor)
    reader = GroupReader(cursor)
    head_end = cursor.token.offset
    if not cursor.is_word(*_FORMS):
        raise cursor.unreadable("a query form that is not known")
    form = cursor.take().text.upper()
    start = cursor.last_end
    selection = read_selection(cursor, reader.expression) if form == "SELECT" else Selection()
    if form == "CONSTRUCT" and cursor.is_mark("{"):
        cursor.skip_brackets()
    while form == "DESCRIBE" and (cursor.is_mark("*") or cursor.token.kind in ("variable", "iri", "name")):
        cursor.take()
    clause = start, cursor.last_end
    _dataset(cursor)
    if cursor.is_word("WHERE"):
        cursor.take()
    where = reader.group() if cursor.is_mark("{") else None
    if where is None and form != "DESCRIBE":
        raise cursor.unreadable("no pattern")
    modifiers, grouped = _modifiers(cursor)
    return Query(
        form, head_end, clause, selection.names, selection.computed, selection.seen,
        selection.aggregates or grouped, where, modifiers, cursor.last_end,
    )  # fmt: skip


def _prologue(cursor: Cursor) -> None:
    while cursor.is_word("PREFIX", "BASE", "VERSION"):
        word = cursor.take().text.upper()
        if word == "VERSION":
            cursor.take()
            continue
        name = cursor.take().text.removesuffix(":") if word == "PREFIX" else ""
        iri = cursor.iri().value
        if word == "BASE":
            cursor.base = iri
        else:
            cursor.prefixes[name] = iri


def _dataset(cursor: Cursor) -> None:
    """Take dataset clauses (§13.2)."""
    while cursor.is_word("FROM"):
        cursor.take()
        if cursor.is_word("NAMED"):
            cursor.take()
        cursor.iri()


def _modifiers(cursor: Cursor) -> tuple[tuple[tuple[str, int], ...], bool]:
    """Take what follows the pattern: its keywords, and whether it groups."""
    found: list[tuple[str, int]] = []
    while cursor.token.kind != "end":
        if cursor.is_word(*_MODIFIERS):
            found.append((cursor.token.text.upper(), cursor.token.offset))
        cursor.take()
    return tuple(found), any(word in ("GROUP", "HAVING") for word, _ in found)
