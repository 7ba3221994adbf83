"""Why a query cannot be parsed, in words: the engine's complaint, and the likelier cause where the tokens show one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg_service.analysis import analyse
from kg_service.errors import Problem, QuerySyntaxError
from kg_service.tokens import Token, position, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["syntax_problem"]

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_FEW = 8
_CLOSING = {"{": "}", "(": ")", "[": "]"}
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_AFTER_GROUP = frozenset({"ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET"})


def syntax_problem(complaint: str, query: str, prefixes: Mapping[str, str]) -> Problem:
    """Return the problem with the place where the query stops making sense.

    complaint   what the engine says, `error at line:column: expected …`
    prefixes    known to the data set, for the remedy
    """
    try:
        found = list(tokens(query))
        plainer = _form(query, found) or _undeclared(query, prefixes) or _bracket(query, found)
    except QuerySyntaxError as problem:
        return problem
    return plainer or _engines(complaint, query, found)


def _engines(complaint: str, query: str, found: list[Token]) -> Problem:
    """Return the problem as the engine sees it."""
    place = _PLACE.match(complaint)
    if place is None:
        return QuerySyntaxError(complaint[:300])
    line, column = int(place[1]), int(place[2])
    inside = _token_at(query, found, line, column)
    if inside is not None:  # the engine stopped within a word, and speaks of how that word could go on
        return _problem(query, inside, f"{inside.text} makes no sense here.")
    # The engine lists character classes among what it expected; words and marks are what people can use.
    wanted = re.findall(r'"[^"]+"|\b[A-Z][A-Z ]+\b', re.sub(r"\[[^\]]*\]", "", place[3]))
    expected = f"; it expected {' or '.join(wanted)}" if 0 < len(wanted) <= _FEW else ""
    return QuerySyntaxError(f"The query stops making sense here{expected}.", line=line, column=column)


def _undeclared(query: str, prefixes: Mapping[str, str]) -> Problem | None:
    """Return the problem of a prefix that no PREFIX declares; None where there is none."""
    undeclared = analyse(query, max_depth=len(query), max_tokens=len(query), max_chain=len(query)).undeclared
    if not undeclared:
        return None
    name, line, column = undeclared[0]
    hint = f" Add `PREFIX {name}: <{prefixes[name]}>`." if name in prefixes else ""
    return QuerySyntaxError(f"No PREFIX declares {name}: here.{hint}", line=line, column=column)


def _form(query: str, found: list[Token]) -> Problem | None:
    """Return the problem of a query that no query form begins; None where one does (SPARQL 1.1 Query §19.8, rule 2)."""
    words = [token for token in found if token.kind == "word" and token.text.upper() not in _PROLOGUE]
    if words and words[0].text.upper() in _FORMS:
        return None
    if not words:
        line, column = position(query, 0)
        return QuerySyntaxError("This is no query; one begins with SELECT, ASK, …", line=line, column=column)
    return _problem(query, words[0], f"{words[0].text} begins no query; SELECT, ASK, CONSTRUCT and DESCRIBE do.")


def _bracket(query: str, found: list[Token]) -> Problem | None:
    """Return the problem of a bracket that is not closed, or closes another; None where they fit."""
    opened: list[Token] = []
    for token in found:
        if token.text in _CLOSING and token.kind == "mark":
            opened.append(token)
            continue
        closes = token.kind == "mark" and token.text in _CLOSING.values()
        if closes and not opened:
            return _problem(query, token, f"This `{token.text}` closes nothing.")
        if closes and _CLOSING[opened[-1].text] != token.text:
            return _problem(query, token, _not_closed(query, opened[-1], "before this"))
        if closes:
            opened.pop()
        elif token.kind == "word" and token.text.upper() in _AFTER_GROUP and _is_outer(opened):
            return _problem(query, token, _not_closed(query, opened[-1], "before this"))
    if not opened:
        return None
    end = position(query, len(query.rstrip()))
    return QuerySyntaxError(_not_closed(query, opened[-1], "at the end"), line=end[0], column=end[1])


def _is_outer(opened: list[Token]) -> bool:
    """Tell whether only the group of the query itself is open; inside another these words may end a subquery."""
    return [token.text for token in opened] == ["{"]


def _not_closed(query: str, token: Token, where: str) -> str:
    line, column = position(query, token.offset)
    return f"The `{token.text}` at line {line}, column {column} is not closed; put a `{_CLOSING[token.text]}` {where}."


def _problem(query: str, token: Token, detail: str) -> Problem:
    line, column = position(query, token.offset)
    return QuerySyntaxError(detail, line=line, column=column)


def _token_at(query: str, found: list[Token], line: int, column: int) -> Token | None:
    """Return the word or name that a place stands inside of."""
    for token in found:
        start_line, start = position(query, token.offset)
        if start_line == line and start < column < start + len(token.text) and token.kind in ("word", "name"):
            return token
    return None
