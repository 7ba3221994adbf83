"""A validation result and a report of them, as values; knows no engine and no output format."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Any

__all__ = ["Report", "Result", "Severity"]


class Severity(IntEnum):
    """The severities of SHACL §2.1.4, worst last."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def word(self) -> str:
        """The name in messages and options."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL §3.6.2).

    rule       short id of the rule, such as S01, or the shape's local name
    messages   language tag → message; "" where none is given
    focus, path, value, shape, component   IRIs, or the value's lexical form
    label      the focus node's label
    file, line, column   where known; 1-based
    suggestions   IRIs that may have been meant
    """

    severity: Severity
    rule: str
    messages: dict[str, str]
    focus: str = ""
    label: str = ""
    path: str = ""
    value: str = ""
    shape: str = ""
    component: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None
    suggestions: tuple[str, ...] = ()

    def message(self, language: str = "en") -> str:
        """Return the message in this language, else English, else any."""
        return next(
            (self.messages[tag] for tag in (language, "en", "", *sorted(self.messages)) if tag in self.messages),
            "",
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "severity": self.severity.word, "suggestions": list(self.suggestions)}


@dataclass(slots=True)
class Report:
    """All results on one data set, in a stable order, and notices of what was not checked."""

    results: list[Result] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    files: int = 0
    triples: int = 0
    passages_verified: int = 0

    def sort(self) -> None:
        """Put the worst first, then by rule, focus node and value."""
        self.results.sort(key=lambda each: (-each.severity, each.file, each.rule, each.focus, each.path, each.value))

    def count(self, severity: Severity) -> int:
        """Return how many results have this severity."""
        return sum(each.severity is severity for each in self.results)

    def fails(self, fail_on: Severity) -> bool:
        """Tell whether a result is at least as bad as `fail_on`."""
        return any(each.severity >= fail_on for each in self.results)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "conforms": not self.results,
            "counts": {severity.word: self.count(severity) for severity in reversed(Severity)},
            "files": self.files,
            "triples": self.triples,
            "passages_verified": self.passages_verified,
            "notices": self.notices,
            "results": [each.as_json() for each in self.results],
        }
