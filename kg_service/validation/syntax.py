"""Why a file cannot be parsed: the place of the mistake, what was expected, and the remedy of the commonest ones.

The engine's parser says what it stumbled over; where the cause stands before that, as with a missing dot,
the tokens tell.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, NamedTuple, cast

import pyoxigraph as ox

from kg_service.compressed import read_file
from kg_service.namespaces import STANDARD
from kg_service.terms import RDF_FORMATS
from kg_service.turtle_scanner import TOKEN
from kg_service.validation.places import Lines, Text, read_text
from kg_service.validation.results import Place, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_service.layout import SourceFile

__all__ = ["HINTS", "explain_syntax", "syntax_result"]


class Hint(NamedTuple):
    """One row: what the parser says, what it means, what to do, and whether the cause stands before that place."""

    pattern: str
    means: str
    remedy: str
    before: bool = False


_END = "A statement ends in a dot; more of the same subject follows a semicolon."

#: First match wins, over `parser's reason`; `{0}` … are its groups.
HINTS: tuple[Hint, ...] = (
    Hint(
        r"A dot is expected|(?:must|should) be followed by a dot|or a '\.' is expected",
        "A `.`, `;` or `,` is missing here.",
        _END,
        before=True,
    ),
    Hint(r"Unexpected end\Z", "The file ends in the middle of a statement.", _END, before=True),
    Hint(
        r"The prefix (\S*?): has not been declared",
        "The prefix {0}: is not declared.",
        "Declare it at the top: @prefix {0}: <{namespace}> .",
    ),
    Hint(
        r"Line jumps are not allowed",
        "A text in single quotation marks ends with its line.",
        'Close the quotation mark, write \\n, or put three quotation marks (""") on each side.',
    ),
    Hint(
        r"Unexpected end of file",
        "What is opened here is not closed.",
        'Close the quotation mark or the angle bracket; a quotation mark inside a text is written \\".',
    ),
    Hint(
        r"Unexpected escape character '(.*)'",
        "{0} is no escape sequence.",
        "Write a backslash as \\\\; the sequences are \\t \\n \\r \\b \\f \\\" \\' \\\\ \\uXXXX.",
    ),
    Hint(
        r"blank node property lists should end with a '\]'|(?:object|value)s? .*should be .*\]",
        "A `]` is missing here.",
        "Close the bracket, or separate its statements with `;`.",
    ),
    Hint(
        r"Invalid IRI code point '(.*)'",
        "An IRI cannot hold {0!r}.",
        "Percent-encode it, a space as %20; or close the angle bracket before it.",
    ),
    Hint(
        r"No scheme found in an absolute IRI",
        "This IRI is relative and the file declares no base.",
        "Write it in full, with https://, or as a prefixed name.",
    ),
    Hint(r"Invalid UTF-8", "These bytes are no UTF-8.", "Save the file as UTF-8."),
    Hint(r"\ufeff", "The file begins with a byte order mark.", "Save it as UTF-8 without a byte order mark."),
    Hint(
        r"'/' is not allowed at the beginning of a prefix name",
        "A prefixed name cannot hold a slash.",
        "Write the IRI in full in angle brackets, or escape the slash as \\/; a comment begins with #.",
    ),
    Hint(
        r"'(.*)' is not allowed at the beginning of a prefix name",
        "{0} begins no term.",
        'A text stands in straight quotation marks ("), an IRI in angle brackets.',
    ),
    Hint(
        r"\^ is not",
        "A single ^ stands for nothing here.",
        'Write the datatype of a literal after two: "1"^^xsd:integer.',
    ),
    Hint(
        r"([;,.\])}]) is not a valid RDF object",
        "A value is missing before `{0}`.",
        "Write the value, or remove the separator before it.",
    ),
    Hint(
        r"(True|False|TRUE|FALSE) is not a valid RDF object",
        "{0} is no term.",
        "The booleans are true and false, in small letters.",
    ),
    Hint(
        r"\{ is not a valid predicate",
        "A graph in braces stands only in TriG, and after the one before is closed.",
        "Name the file .trig, or close the graph above with `}`.",
    ),
    Hint(r"\. is not a valid subject", "This dot ends nothing.", "Remove it; PREFIX and BASE, and `}`, take no dot."),
    Hint(r"\} is not a valid subject", "This brace closes nothing.", "Remove it, or open the graph with `{`."),
    Hint(
        r'"(.*)" is not a valid (subject|predicate)',
        "A literal cannot be a {1}.",
        'Put an IRI here; if a text ended too early, write its quotation marks as \\".',
    ),
    Hint(
        r"(\S+) is not a valid (subject|predicate|RDF object)",
        "{0} is no term.",
        'An IRI stands in angle brackets or has a prefix, a text in quotation marks (inside one: \\"); '
        "the only bare words are a, true and false.",
    ),
    Hint(
        r"The PREFIX keyword should be followed",
        "A prefix ends in a colon.",
        "Write @prefix name: <https://…> .",
    ),
    Hint(
        r"The subject of a triple must be",
        "Only full IRIs and blank nodes stand here.",
        "Write the IRI in full in angle brackets.",
    ),
    Hint(
        r"Trailing commas are not allowed",
        "The comma before this has nothing after it.",
        "Remove the comma.",
        before=True,
    ),
    Hint(
        r"(?:Object|Array) values? must be followed by a comma",
        "A comma or a closing bracket is missing here.",
        "Add it after the value.",
        before=True,
    ),
    Hint(
        r"No LoadDocumentCallback",
        "The context stands on the web, which is not read.",
        "Write the context into the file.",
    ),
    Hint(
        r"ill-formed document: (.*)",
        "The XML is not well-formed: {0}.",
        "Close elements in the order in which they were opened.",
    ),
)  # fmt: skip


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
