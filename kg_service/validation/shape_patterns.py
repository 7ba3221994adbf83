"""The plain part of SPARQL's group graph patterns: triples, `GRAPH`, `FILTER`, `EXISTS`; knows no shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_service.tokens import Token

__all__ = ["Filter", "Group", "Pattern", "read_group"]

_PATH_MARKS = frozenset("/|^*+?!")
_TERMS = frozenset({"iri", "variable", "string", "number"})
#: What may follow EXISTS and GRAPH elsewhere; a filter that holds them is not taken apart.
_NESTING = frozenset({"EXISTS", "NOT"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern, in a named graph or not."""

    text: str
    places: tuple[str, ...]
    has_graph: bool
    is_path: bool

    @property
    def variables(self) -> set[str]:
        """The variables that a solution binds."""
        return {each for each in self.places if each.startswith("?")}

    def selectivity(self, bound: set[str]) -> tuple[int, int]:
        """Return how well the pattern can be looked up: subject or object known, then the fewest open places."""
        subject, object_ = self.places[0], self.places[2]
        known = [not each.startswith("?") or each in bound for each in (subject, object_)]
        joined = any(each in bound for each in self.variables)
        return (2 * joined + any(known), -len(self.variables - bound))


@dataclass(frozen=True, slots=True)
class Filter:
    """The expression of a FILTER without EXISTS."""

    text: str
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns, filters, and nested groups that must (not) have a solution: `(negated, group)`."""

    patterns: tuple[Pattern, ...]
    filters: tuple[Filter, ...]
    nested: tuple[tuple[bool, Group], ...]


class _NotPlain(Exception):
    """The group holds something else."""


def read_group(tokens: Sequence[Token]) -> Group | None:
    """Return the group that the tokens, braces included, are; None where it holds anything but the above."""
    try:
        reader = _Reader(tokens)
        group = reader.group()
        return group if reader.place == len(tokens) else None
    except (_NotPlain, IndexError):
        return None


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.place = tokens, 0

    def group(self, graph: str | None = None) -> Group:
        patterns: list[Pattern] = []
        filters: list[Filter] = []
        nested: list[tuple[bool, Group]] = []
        self.take("{")
        while not self.skip("}"):
            if self.skip("."):
                continue
            if self.word() == "FILTER" and graph is None:
                self.place += 1
                if self.word() in _NESTING:
                    negated = self.skip("NOT")
                    self.take("EXISTS")
                    nested.append((negated, self.group()))
                else:
                    filters.append(self.filter())
            elif self.word() == "GRAPH" and graph is None:
                self.place += 1
                inner = self.group(self.term()).patterns
                if not inner:
                    raise _NotPlain
                patterns += inner
            else:
                patterns += self.triples(graph)
        return Group(tuple(patterns), tuple(filters), tuple(nested))

    def filter(self) -> Filter:
        """Read a bracketed expression, or a call."""
        start, depth = self.place, 0
        if self.peek().text != "(":
            self.place += 1
        while depth or self.place == start or self.tokens[self.place - 1].text != ")":
            depth += {"(": 1, ")": -1}.get(self.peek().text, 0)
            self.place += 1
        read = self.tokens[start : self.place]
        if any(token.text in "{}" or token.text.upper() in _NESTING for token in read):
            raise _NotPlain
        text = " ".join(token.text for token in read)
        return Filter(text, frozenset(token.text for token in read if token.kind == "variable"))

    def triples(self, graph: str | None) -> list[Pattern]:
        found = []
        subject = self.term()
        while True:
            verb, is_path = self.verb()
            while True:
                object_ = self.term()
                text = f"{subject} {verb} {object_} ."
                places = (subject, "" if is_path else verb, object_, graph or "")
                found.append(
                    Pattern(f"GRAPH {graph} {{ {text} }}" if graph else text, places, graph is not None, is_path)
                )
                if not self.skip(","):
                    break
            if not self.skip(";"):
                return found
            while self.skip(";"):
                pass
            if self.peek().text in ".}":
                return found

    def verb(self) -> tuple[str, bool]:
        """Read a predicate or a path; a path ends before the first term that no mark calls for."""
        parts: list[str] = []
        depth, wants = 0, True
        while True:
            token = self.peek()
            if wants and token.kind == "variable" and not parts:
                self.place += 1
                return token.text, False
            if wants and (token.kind == "iri" or token.text == "a"):
                parts.append(token.text if token.kind == "iri" else f"<{RDF}type>")
                wants = False
            elif wants and token.text in ("^", "!", "("):
                parts.append(token.text)
                depth += token.text == "("
            elif not wants and token.text in ("*", "+", "?"):
                parts.append(token.text)
            elif not wants and token.text in ("/", "|"):
                parts.append(token.text)
                wants = True
            elif not wants and token.text == ")" and depth:
                parts.append(token.text)
                depth -= 1
            elif wants or depth:
                raise _NotPlain
            else:
                return "".join(parts), len(parts) > 1
            self.place += 1

    def term(self) -> str:
        token = self.peek()
        self.place += 1
        if token.text in ("true", "false"):
            return token.text
        if token.text in "+-" and self.peek().kind == "number":
            return token.text + self.term()
        if token.kind not in _TERMS:
            raise _NotPlain
        if token.kind == "string" and self.peek().kind == "language":
            self.place += 1
            return token.text + self.tokens[self.place - 1].text
        if token.kind == "string" and self.skip("^^"):
            return f"{token.text}^^{self.term()}"
        return token.text

    def peek(self) -> Token:
        return self.tokens[self.place]

    def word(self) -> str:
        return self.peek().text.upper() if self.peek().kind == "word" else ""

    def skip(self, text: str) -> bool:
        found = self.peek().text.upper() == text
        self.place += found
        return found

    def take(self, text: str) -> None:
        if not self.skip(text):
            raise _NotPlain
