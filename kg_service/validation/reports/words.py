"""What several report formats say alike: counts, the summary line, terms, names of files; knows no format."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from kg_service.validation.results import Place, Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NOUNS", "by_file", "counted", "is_iri", "named", "nearest_place", "path_of", "plural", "summary", "term"]

#: Severity → what a result of it is called when results are counted.
NOUNS = {Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "note"}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")


def plural(count: int, noun: str) -> str:
    """Return the number with its noun.

    >>> plural(2, "note")
    '2 notes'
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def counted(results: Iterable[Result]) -> str:
    """Return how many results of each severity there are, the worst first, severities without any left out."""
    found = Counter(each.severity for each in results)
    return ", ".join(plural(found[severity], NOUNS[severity]) for severity in reversed(Severity) if found[severity])


def summary(report: Report) -> str:
    """Return the line that sums a report up."""
    counts = ", ".join(plural(report.count(each), NOUNS[each]) for each in reversed(Severity))
    line = f"{counts} in {plural(report.files, 'file')}, {plural(report.triples, 'triple')}"
    if report.passages_verified:
        against = "its text" if report.passages_verified == 1 else "their texts"
        line += f", {plural(report.passages_verified, 'passage')} verified against {against}"
    if report.known:
        line += f", {plural(report.known, 'known result')} not shown"
    return line


def by_file(results: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    """Return the results of each file, files in the order of their names; those without a file come last, as ""."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.file, []).append(result)
    return sorted(found.items(), key=lambda item: (not item[0], item[0]))


def named(result: Result) -> str:
    """Return what the focus node is called; "" for a blank node, whose label means nothing to anybody."""
    return result.label or ("" if result.focus.startswith("_:") else result.focus)


def nearest_place(result: Result) -> Place | None:
    """Return the result's place, else the first place that has to do with it."""
    return next((each for each in (result.place, *result.related) if each is not None), None)


def path_of(file: str, root: str) -> str:
    """Return a file's path from the root of the repository.

    >>> path_of("data/x.ttl", "graph")
    'graph/data/x.ttl'
    """
    return posixpath.normpath(posixpath.join(root, file)) if root else file


def is_iri(text: str) -> bool:
    """Tell an IRI from a blank node, a literal and a property path."""
    return not text.startswith("_:") and _IRI.fullmatch(text) is not None


def term(text: str) -> str:
    """Return a term as SPARQL writes it: an IRI in angle brackets, the rest as it is."""
    return f"<{text}>" if is_iri(text) else text
