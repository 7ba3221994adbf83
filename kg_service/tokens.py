"""The tokens of a SPARQL query, in one linear pass without recursion; knows the terminals and no grammar.

SPARQL 1.1 Query §19.8; string, name and IRI terminals as there, the rest as single marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Token", "position", "tokens"]

#: PN_CHARS_U and PN_CHARS of SPARQL 1.1 §19.8, as ranges of a character class.
_U = (
    r"A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_V = _U + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_C = _V + r"\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_U}:0-9]|{_PLX})(?:(?:[{_C}:]|{_PLX})|\.+(?=[{_C}:.%\\]))*"

_TOKEN = re.compile(
    rf"""
    (?P<skip>[\x20\t\r\n]+|\#[^\r\n]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|\\[\s\S]))*\"{{3}}|'{{3}}(?:'{{0,2}}(?:[^'\\]|\\[\s\S]))*'{{3}}
      |"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\\\r\n]|\\[^\r\n])*')
  | (?P<variable>[?$][{_U}0-9][{_V}]*)
  | (?P<blank>_:[{_U}0-9](?:[{_C}]|\.+(?=[{_C}.]))*)
  | (?P<name>(?:[{_U}](?:[{_C}]|\.+(?=[{_C}.]))*)?:(?:{_LOCAL})?)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].;,*/|^!=<>+\-?~])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A terminal: its kind (a group name of the pattern), text and 0-based offset in code points."""

    kind: str
    text: str
    offset: int


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of an offset, columns in code points."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query without white space and comments.

    Raises QuerySyntaxError (400) at the first character that starts no token.
    """
    offset, size = 0, len(text)
    while offset < size:
        match = _TOKEN.match(text, offset)
        if match is None:
            line, column = position(text, offset)
            raise QuerySyntaxError(_unreadable(text, offset), line=line, column=column)
        kind = match.lastgroup or ""
        if kind != "skip":
            yield Token(kind, match.group(), offset)
        offset = match.end()


def _unreadable(text: str, offset: int) -> str:
    character = text[offset]
    if character in "\"'":
        return "A string starts here and is not closed; a line break inside needs three quotes on each side."
    return f"The character {character!r} cannot stand here."
