"""The tokens of a query, read one by one; terms are made here, by its prefixes and base (SPARQL 1.1 Query §4.1)."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg_service.namespaces import RDF, XSD
from kg_service.patterns.nodes import Unreadable
from kg_service.query_terms import resolve
from kg_service.tokens import Token, tokens

__all__ = ["Cursor", "unescaped"]

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def unescaped(text: str) -> str:
    r"""Return what escapes stand for (§19.2, §19.8 ECHAR).

    >>> unescaped("a\\tb\\u00e9")
    'a\tbé'
    """

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])

    return _ESCAPE.sub(character, text)


class Cursor:
    """A place among the tokens of a query."""

    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.base = base
        self.prefixes: dict[str, str] = {}
        self._tokens = list(tokens(text))
        self._index = 0

    @property
    def token(self) -> Token:
        """The token to come; at the end one of kind "end"."""
        return self.peek()

    def peek(self, ahead: int = 0) -> Token:
        """Return the token to come, or one after it."""
        index = self._index + ahead
        return self._tokens[index] if index < len(self._tokens) else Token("end", "", len(self.text))

    @property
    def last_end(self) -> int:
        """Where the token just taken ends."""
        before = self._tokens[self._index - 1] if self._index else None
        return before.offset + len(before.text) if before is not None else 0

    def take(self) -> Token:
        """Return the token to come and go on."""
        token = self.token
        self._index += 1
        return token

    def between(self, start: int, end: int) -> list[Token]:
        """Return the tokens that begin in a part of the text."""
        return [token for token in self._tokens if start <= token.offset < end]

    def is_mark(self, *texts: str, ahead: int = 0) -> bool:
        """Tell whether one of these marks comes."""
        token = self.peek(ahead)
        return token.kind == "mark" and token.text in texts

    def is_word(self, *words: str, ahead: int = 0) -> bool:
        """Tell whether one of these keywords, in upper case, comes."""
        token = self.peek(ahead)
        return token.kind == "word" and token.text.upper() in words

    def take_mark(self, text: str) -> Token:
        """Return the mark that must come. Raises Unreadable."""
        if not self.is_mark(text):
            raise self.unreadable(f"no {text}")
        return self.take()

    def unreadable(self, what: str) -> Unreadable:
        """Return the fault at the token to come."""
        return Unreadable(what, self.token.offset)

    def skip_brackets(self) -> None:
        """Go past the bracket to come, to the one that closes it. Raises Unreadable."""
        depth = 0
        while True:
            if self.token.kind == "end":
                raise self.unreadable("a bracket that is not closed")
            depth += self.is_mark("(", "{", "[")
            depth -= self.is_mark(")", "}", "]")
            self.take()
            if depth <= 0:
                return

    def iri(self) -> ox.NamedNode:
        """Take an IRI or a prefixed name. Raises Unreadable."""
        token = self.token
        if token.kind not in ("iri", "name"):
            raise self.unreadable("no IRI")
        found = resolve(token, self.prefixes, self.base)
        try:
            node = ox.NamedNode(found)
        except ValueError as error:
            raise self.unreadable("an IRI that is none") from error
        self.take()
        return node

    def literal(self) -> ox.Literal | None:
        """Take a literal; None where none comes (§4.1.2)."""
        token = self.token
        if token.kind == "string":
            return self._text()
        if self.is_word("TRUE", "FALSE"):
            return ox.Literal(self.take().text.lower(), datatype=ox.NamedNode(XSD + "boolean"))
        signed = self.is_mark("+", "-") and self.peek(1).kind == "number"
        if token.kind != "number" and not signed:
            return None
        text = (self.take().text if signed else "") + self.take().text
        kind = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
        return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))

    def _text(self) -> ox.Literal:
        text = self.take().text
        quotes = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1  # noqa: PLR2004 - two long quotes
        value = unescaped(text[quotes:-quotes])
        if self.token.kind == "language":
            tag = self.take().text[1:]
            if "--" in tag:
                raise self.unreadable("a text with a direction")
            return ox.Literal(value, language=tag.lower())
        if not self.is_mark("^^"):
            return ox.Literal(value)
        self.take()
        datatype = self.iri()
        if datatype.value == RDF + "langString":
            raise self.unreadable("a text without its language")
        return ox.Literal(value, datatype=datatype)
