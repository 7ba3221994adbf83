"""Why a file cannot be parsed: the place of the mistake, what was expected, and the remedy of the commonest ones.

The engine's parser says what it stumbled over; where the cause stands before that, as with a missing dot,
the tokens tell.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from kg_service.compressed import read_file
from kg_service.namespaces import STANDARD
from kg_service.terms import RDF_FORMATS
from kg_service.turtle_scanner import TOKEN
from kg_service.validation.hints import HINTS, Hint
from kg_service.validation.places import Lines, Text, read_text
from kg_service.validation.results import Place, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_service.layout import SourceFile

__all__ = ["explain_syntax", "syntax_result"]


def syntax_result(file: SourceFile, prefixes: Mapping[str, str]) -> Result | None:
    """Return why a file cannot be parsed, as a result at the place of the mistake; None where it can."""
    content = read_file(file.path)
    lines = Lines(content) if file.format == "rdf" else None
    try:
        source = cast("IO[bytes]", lines) if lines else content
        for _ in ox.parse(source, format=RDF_FORMATS[file.format], base_iri=file.base):
            pass
    except SyntaxError as error:
        text = read_text(file.path)
        return explain_syntax(error, text, prefixes, line=lines.at if lines else None)
    return None


def explain_syntax(error: SyntaxError, text: Text, prefixes: Mapping[str, str], *, line: int | None = None) -> Result:
    """Return the result for a parser's complaint about a text.

    prefixes   known to the data set, for the remedy
    line       where the complaint itself names none
    """
    message = error.msg or str(error)
    reason = message.partition(": ")[2] if message.startswith("Parser error") else message
    hint, groups = next(
        ((hint, match.groups()) for hint in HINTS if (match := re.search(hint.pattern, reason))),
        (Hint("", reason[:1].upper() + reason[1:].rstrip(".") + ".", ""), ()),
    )
    if text.text.startswith("\ufeff"):
        hint, groups = next(each for each in HINTS if each.pattern == r"\ufeff"), ()
    elif reason == "Unexpected end of file" and text.name.endswith(".jsonld"):
        hint = Hint("", "The JSON ends before it is complete.", "Close what is open, or take the file away.")
    place = _place(error, text, reason, before=hint.before) or (text.whole_line(line) if line else Place(text.name))
    opened = _unclosed(text, place)
    if opened and opened.text[opened.column - 1] == "(" and "is not a valid RDF object" in reason:  # type: ignore[operator]
        hint = Hint("", "A `)` is missing here.", "Close the list.")
    if place.text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        hint = Hint("", "A merge was left unfinished here.", "Keep one side of it and remove the marks.")
        place = text.whole_line(place.line or 1)
    known = STANDARD | dict(prefixes)
    namespace = known.get(groups[0] or "", "https://…") if groups else ""
    if groups and f"{groups[0]}:" in ("http:", "https:", "urn:", "mailto:"):
        hint = Hint("", "An IRI stands in angle brackets.", "Write < before it and > after it.")
    fields = {"namespace": namespace}
    means = hint.means.format(*groups, **fields) if groups else hint.means
    return Result(
        Severity.VIOLATION,
        "syntax",
        {"en": means},
        name="syntax",
        detail=reason if reason.casefold() != means.rstrip(".").casefold() else "",
        remedy=hint.remedy.format(*groups, **fields) if groups else hint.remedy,
        component="Syntax",
        place=place,
        related=(opened,) if opened and "is missing" in hint.means and not hint.before else (),
    )


def _place(error: SyntaxError, text: Text, reason: str, *, before: bool) -> Place | None:
    if error.lineno is None or error.offset is None:
        keyword = re.match(r"(@\w+) ", reason)
        found = re.search(rf'"{keyword[1]}"\s*:\s*(?=[^"\s])[^\s,}}]*', text.text) if keyword else None
        return text.place(found.start(), found.end()) if found else None
    start = min(text.offset(error.lineno, error.offset), len(text.text))
    end = text.offset(error.end_lineno or error.lineno, error.end_offset or error.offset + 1)
    if not before:
        return text.place(start, end)
    if separator := _separator(text, start):
        return text.place(separator, separator + 1)
    tokens = list(_tokens(text.text, start))
    if not tokens or text.line_of(tokens[-1][0]) == text.line_of(start) < len(text.text):
        return text.place(start, end)
    return text.place(tokens[-1][1], tokens[-1][1] + 1)


def _tokens(text: str, end: int) -> Iterable[tuple[int, int, str]]:
    """Yield the tokens before an offset, without space and comments: start, end, token."""
    for match in TOKEN.finditer(text, 0, end):
        if match.lastgroup not in ("space", "comment"):
            yield match.start(), match.end(), match.group()


def _unclosed(text: Text, place: Place) -> Place | None:
    """Return the innermost bracket that is open at a place."""
    if place.line is None or place.column is None:
        return None
    opened: list[int] = []
    for start, _, token in _tokens(text.text, text.offset(place.line, place.column)):
        if token in ("[", "("):
            opened.append(start)
        elif token in ("]", ")") and opened:
            opened.pop()
    return text.place(opened[-1], opened[-1] + 1, "opened here") if opened else None


def _separator(text: Text, start: int) -> int | None:
    """Return where a `;` ends the line before that should be a dot, if the line at fault reads like a statement.

    It does where it begins at the margin and the parser stumbled over its third term.
    """
    line = text.line_of(start)
    first = text.offset(line, 1)
    if text.text[first : first + 1].isspace():
        return None
    earlier = list(_tokens(text.text, start))
    here = [token for token in earlier if token[0] >= first]
    above = [token for token in earlier if token[0] < first]
    if len(here) == 2 and above and above[-1][2] == ";":  # noqa: PLR2004 - a subject and a predicate
        return above[-1][0]
    return None
