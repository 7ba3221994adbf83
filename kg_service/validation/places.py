"""Where the statements of files stand: statement number → file, line and column; a file is read when asked for.

The engine's parser gives statements in order but no places; the scanner gives places in the same order.
The two are held against one another, statement by statement, so that a place is right or is not given.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from kg_service.compressed import read_file
from kg_service.layout import shown
from kg_service.namespaces import RDF
from kg_service.terms import RDF_FORMATS
from kg_service.turtle_scanner import TOKEN, find_statements
from kg_service.validation.json_places import find_in_json
from kg_service.validation.results import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg_service.loading import Parsed

__all__ = ["OBJECT", "PREDICATE", "SUBJECT", "Lines", "SourceMap", "Text", "read_text"]

SUBJECT, PREDICATE, OBJECT = range(3)
_SCANNED = frozenset({"ttl", "trig", "nt", "nq"})


class Text:
    """The text of one file, and lines and columns of its offsets."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return [self.line(number) for number in range(1, len(self._starts) + 1)]

    def line(self, number: int) -> str:
        """Return a line without its end; 1-based."""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def line_of(self, offset: int) -> int:
        """Return the number of the line that holds the offset."""
        return bisect.bisect_right(self._starts, offset)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 1-based line and column."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def place(self, start: int, end: int, note: str = "") -> Place:
        """Return the place of a stretch; what goes beyond its first line is left out."""
        line = self.line_of(start)
        text = self.line(line)
        column = start - self._starts[line - 1] + 1
        last = min(max(end - self._starts[line - 1], column), len(text)) + 1
        return Place(self.name, line, column, max(last, column + 1), text, note)

    def whole_line(self, number: int, note: str = "") -> Place:
        """Return the place of a line's text without its indent."""
        text = self.line(number)
        start = self._starts[number - 1] + len(text) - len(text.lstrip())
        return self.place(start, start + len(text.strip()), note)


@dataclass(slots=True)
class SourceMap:
    """The places of the statements of parsed files, by number of file and statement."""

    parsed: Sequence[Parsed]
    _read: dict[int, _Places] = field(default_factory=dict)

    def place(self, file: int, statement: int, term: int, note: str = "") -> Place:
        """Return where a statement's subject, predicate or object stands; the file alone where no line is to be had."""
        if file not in self._read:
            self._read[file] = _Places(self.parsed[file])
        return self._read[file].place(statement, term, note)


class _Places:
    """The places in one file."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        file = parsed.file
        content = read_file(file.path)
        self.text = Text(shown(file.path), content.decode("utf-8", "replace"))
        self.statements = find_statements(self.text.text) if file.format in _SCANNED else None
        self.lines = _lines(content) if file.format == "rdf" else []

    def place(self, statement: int, term: int, note: str) -> Place:
        quad = self.parsed.quads[statement]
        if self.statements is not None and self.fits:
            start = self.statements.offsets[3 * statement + term]
            return self.text.place(start, _end(self.text.text, start), note)
        if len(self.lines) == len(self.parsed.quads):
            return self.text.whole_line(self.first_line(quad, self.lines[statement]), note)
        if self.parsed.file.format == "jsonld":
            span = find_in_json(self.text.text, quad, wants_object=term == OBJECT)
            if span is not None:
                return self.text.place(*span, note)
        return Place(self.text.name, note=note)

    def first_line(self, quad: ox.Quad, last: int) -> int:
        """Return the line with the start tag, or attribute, of a property whose end stands on a line of RDF/XML."""
        local = re.split(r"[/#]", quad.predicate.value)[-1]
        tag = re.compile(rf"[<\s:]{re.escape(local)}(?=[\s=/>]|$)")
        return next((number for number in range(last, 0, -1) if tag.search(self.text.line(number))), last)

    @cached_property
    def fits(self) -> bool:
        """Tell whether every statement found is of the kinds of terms that the parser gave."""
        found, quads, text = self.statements, self.parsed.quads, self.text.text
        if found is None or not found.whole or len(found) != len(quads):
            return False
        offsets = iter(found.offsets)
        return all(
            _fits(text, subject, quad.subject)
            and (predicate in (subject, object_) or _fits(text, predicate, quad.predicate))
            and _fits(text, object_, quad.object)
            for quad, subject, predicate, object_ in zip(quads, offsets, offsets, offsets, strict=True)
        )


def _fits(text: str, offset: int, term: object) -> bool:
    """Tell whether the token at an offset can be the term."""
    first = text[offset]
    match term:
        case ox.Literal():
            return first in "\"'+-.0123456789tf()"
        case ox.BlankNode():  # a list cell stands where its item stands, whatever that is
            return not first.isspace()
        case ox.NamedNode() if first == "<":
            return True
        case ox.NamedNode():
            word = TOKEN.match(text, offset)
            name = word.group().rpartition(":")[2] if word else ""
            return "\\" in name or "%" in name or term.value.endswith(name) or term.value in _BARE.get(name, ())
    return False


_BARE = {"a": (RDF + "type",), "": (), ")": (RDF + "nil",), "(": (RDF + "nil",)}


def _end(text: str, start: int) -> int:
    """Return where the term at an offset ends; of a bracketed term only the bracket counts."""
    token = TOKEN.match(text, start)
    if token is None:
        return start + 1
    end = token.end()
    if token.lastgroup == "string":
        after = TOKEN.match(text, end)
        if after and after.group().startswith("@"):
            return after.end()
        if after and after.group() == "^^":
            datatype = TOKEN.match(text, after.end())
            return datatype.end() if datatype else after.end()
    return end


class Lines:
    """A file that gives one line a read, so that the parser's place is known by the line it has read."""

    def __init__(self, content: bytes) -> None:
        self.lines = content.splitlines(keepends=True)
        self.count = 0

    @property
    def at(self) -> int:
        """Return the number of the line that was read last."""
        return min(self.count, len(self.lines))

    def read(self, _size: int = -1, /) -> bytes:
        """Return the next line."""
        self.count += 1
        return self.lines[self.count - 1] if self.count <= len(self.lines) else b""


def _lines(content: bytes) -> list[int]:
    """Return for each statement of an RDF/XML document the line with which the parser knew it."""
    source = Lines(content)
    parser = ox.parse(cast("IO[bytes]", source), format=RDF_FORMATS["rdf"], base_iri="urn:base:")
    return [source.at for _ in parser]


def read_text(path: Path) -> Text:
    """Read a file for quoting; bytes that are no UTF-8 are replaced."""
    return Text(shown(path), read_file(path).decode("utf-8", "replace"))
