"""The report for people at a terminal: file by file, each result with the line it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg_service.validation.reports.quotation import harmless, quotation, underline
from kg_service.validation.reports.words import by_file, counted, path_of, summary, term
from kg_service.validation.results import Place, Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.validation.reports.writer import Options

__all__ = ["describe", "write_text"]

_LONGEST = 1_000
_COLOURS = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def write_text(report: Report, options: Options) -> str:
    """Write the results of each file, those without one last; then the notices and a summary line."""
    lines = [*describe(report.results, options)]
    lines += [f"note: {harmless(' '.join(notice.split()))}" for notice in report.notices]
    return "\n".join([*lines, summary(report)]) + "\n"


def describe(results: Iterable[Result], options: Options) -> Iterator[str]:
    """Yield the lines about these results, file by file; a mere note is one line, below what is worse."""
    text = _Text(options)
    for file, found in by_file(results):
        name = path_of(file, options.root) if file else "in no file"
        yield from (text.bold(f"{harmless(name)}: {counted(found)}"), "")
        notes = [each for each in found if each.severity is Severity.INFO and not each.details]
        for result in found:
            if result not in notes:
                yield from (*text.paragraph(result), "")
        yield from map(text.note, notes)
        if notes:
            yield ""


class _Text:
    """Paragraphs in one language, with colours or without."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def paragraph(self, result: Result) -> Iterator[str]:
        """Yield the lines of one result; what failed inside it is indented below."""
        place = f"{self._name(result.place)}: " if result.place else ""
        severity = self._styled(result.severity.word, fg=_COLOURS[result.severity], bold=True)
        first, *others = harmless(result.message(self.options.language)).split("\n")
        yield f"{place}{severity} {self.bold(harmless(_line(result.rule)))} {first}".rstrip()
        yield from (f"  | {line}" for line in others)
        if result.place:
            yield from self._quoted(result.place, _COLOURS[result.severity])
        yield from self._rows(result)
        for related in result.related:
            yield from self._row("see", f"{self._name(related)}: {related.note}".removesuffix(": "))
            yield from self._quoted(related, "blue")
        for detail in result.details:
            yield from (f"    {line}" for line in self.paragraph(detail))

    def note(self, result: Result) -> str:
        """Return a result as one line."""
        place = f"{self._name(result.place)}: " if result.place else ""
        severity = self._styled(result.severity.word, fg=_COLOURS[result.severity], bold=True)
        about = f" ({_line(result.label or term(result.focus))})" if result.focus else ""
        message = result.message(self.options.language).replace("\n", " ")
        return f"{place}{severity} {self.bold(harmless(_line(result.rule)))} {harmless(message + about)}"

    def bold(self, text: str) -> str:
        """Return text that stands out."""
        return self._styled(text, bold=True)

    def _rows(self, result: Result) -> Iterator[str]:
        label = f"  {_line(result.label)}" if result.label else ""
        meant = " or ".join(term(each) for each in result.suggestions)
        blame = result.place.blame if result.place else None
        rows = {
            "detail": result.detail if result.detail != result.message(self.options.language) else "",
            "focus": f"{term(result.focus)}{label}" if result.focus else "",
            "path": term(result.path),
            "value": term(result.value) if result.value != result.focus else "",
            "remedy": result.remedy,
            "": f"did you mean {meant}?" if meant else "",
            "blame": f"{blame.commit} {blame.author}, {blame.date}".lstrip() if blame else "",
        }
        for name, text in rows.items():
            if text:
                yield from self._row(name, text if len(text) <= _LONGEST else text[:_LONGEST] + "…")

    def _row(self, name: str, text: str) -> Iterator[str]:
        first, *others = harmless(text).split("\n")
        yield f"  {self._styled(f'{name:<7}', dim=True)} {first}" if name else f"  {first}"
        yield from (f"        | {line}" for line in others)

    def _name(self, place: Place) -> str:
        parts = (path_of(place.file, self.options.root), place.line, place.column)
        return harmless(":".join(str(part) for part in parts if part))

    def _quoted(self, place: Place, colour: str) -> Iterator[str]:
        quoted = quotation(place)
        if quoted is None:
            return
        margin = " " * len(str(place.line or ""))
        yield f"  {place.line or ''} | {harmless(''.join(quoted))}"
        if place.column:
            yield f"  {margin} | {self._styled(underline(quoted), fg=colour, bold=True)}"

    def _styled(self, text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold or None, dim=dim or None) if self.options.colour else text


def _line(text: str) -> str:
    """Return text of others on one line: at the beginning of a line it could command a runner of CI."""
    return " ".join(text.split())
