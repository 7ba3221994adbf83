"""Where a JSON-LD document says something: its objects, keys and values with their offsets; resolves no context."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_in_json"]

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\]:,])|([^\s{}\[\]:,"]+))')
Span = tuple[int, int]


@dataclass(slots=True)
class _Object:
    """One JSON object: where it opens, and key → (where the key stands, the scalars of its value with their places)."""

    start: int
    members: dict[str, tuple[Span, list[tuple[str, Span]]]] = field(default_factory=dict)


def find_in_json(text: str, quad: ox.Quad, *, wants_object: bool) -> Span | None:
    """Return where a statement's subject or object stands, or None where the document names it in other words.

    Keys are matched with predicates by their last part, as most contexts name them.
    """
    subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
    named = [each for each in _objects(text) if subject and _is_named(each, subject)]
    named.sort(key=lambda each: -len(each.members))
    for each in named if wants_object else ():
        for key, (span, values) in each.members.items():
            if _names(key, quad.predicate.value) or (key == "@type" and quad.predicate.value == RDF + "type"):
                matching = (place for content, place in values if _is_value(content, quad.object))
                return next(matching, span)
    return _identifier(named[0]) if named else None


def _identifier(found: _Object) -> Span:
    span, values = next(found.members[key] for key in ("@id", "id") if key in found.members)
    return values[0][1] if values else span


def _is_named(found: _Object, iri: str) -> bool:
    return any(
        _names(content, iri) for key in ("@id", "id") if key in found.members for content, _ in found.members[key][1]
    )


def _is_value(content: str, term: object) -> bool:
    if isinstance(term, ox.NamedNode):
        return _names(content, term.value)
    return isinstance(term, ox.Literal) and content == term.value


def _names(content: str, iri: str) -> bool:
    """Tell whether a JSON string is the IRI, whole, relative or with a prefix."""
    if content == iri:
        return True
    is_absolute = content.startswith(("http:", "https:", "urn:"))
    local = ("" if is_absolute else content.rpartition(":")[2]).lstrip("/#")
    return local != "" and iri.endswith((f"/{local}", f"#{local}", f":{local}"))


def _objects(text: str) -> Iterator[_Object]:
    """Yield the objects of a document that parses, each once it is closed."""
    reader = _Reader()
    for match in _TOKEN.finditer(text):
        string, mark, word = match.groups()
        span = match.span(match.lastindex or 0)
        if mark is None:
            reader.waiting = (json.loads(string) if string else word, span)
        else:
            closed = reader.mark(mark, span)
            if closed is not None:
                yield closed


@dataclass(slots=True)
class _Reader:
    """The objects and arrays (None) that are open, the key under way in each object, and a scalar just read."""

    opened: list[_Object | None] = field(default_factory=list)
    keys: list[tuple[str, Span]] = field(default_factory=list)
    waiting: tuple[str, Span] | None = None

    def mark(self, mark: str, span: Span) -> _Object | None:
        """Follow a bracket or separator; return the object that it closes."""
        if mark == "{":
            self.opened.append(_Object(span[0]))
            self.keys.append(("", span))
        elif mark == "[":
            self.opened.append(None)
        elif mark == ":":
            self.key()
        else:
            self.scalar()
            if mark != ",":
                return self.close()
        return None

    def innermost(self) -> _Object | None:
        """Return the object whose members are being read."""
        return next((each for each in reversed(self.opened) if each is not None), None)

    def key(self) -> None:
        """Take the scalar just read as a key."""
        current = self.innermost()
        if self.waiting is not None and current is not None:
            self.keys[-1] = self.waiting
            current.members.setdefault(self.waiting[0], (self.waiting[1], []))
        self.waiting = None

    def scalar(self) -> None:
        """Take the scalar just read as a value."""
        if self.waiting is not None:
            self.take(*self.waiting)
        self.waiting = None

    def take(self, content: str, span: Span) -> None:
        """Take a value of the key under way."""
        current = self.innermost()
        if current is not None:
            current.members.setdefault(self.keys[-1][0], (self.keys[-1][1], []))[1].append((content, span))

    def close(self) -> _Object | None:
        """Close the innermost object or array; an object that is a value counts by what names it, or by its value."""
        closed = self.opened.pop() if self.opened else None
        if closed is not None:
            self.keys.pop()
            for name in ("@id", "id", "@value"):
                for content, span in closed.members[name][1][:1] if name in closed.members else ():
                    self.take(content, span)
        return closed
