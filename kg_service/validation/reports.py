"""Reports of a validation for people and programs; each writer is a row of the table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg_service.validation.results import Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WRITERS"]


def write_text(report: Report, *, language: str = "en") -> str:
    """Write one paragraph a result, the worst first, and a summary line."""
    lines = [line for result in report.results for line in (*_paragraph(result, language), "")]
    lines += [f"note: {notice}" for notice in report.notices]
    counts = ", ".join(f"{report.count(each)} {_plural(each, report.count(each))}" for each in reversed(Severity))
    checked = f"{report.files} files, {report.triples} triples"
    if report.passages_verified:
        checked += f", {report.passages_verified} passages verified against their texts"
    return "\n".join([*lines, f"{counts} in {checked}"]) + "\n"


def write_json(report: Report, *, language: str = "en") -> str:  # noqa: ARG001 - all languages are in it
    """Write the whole report as JSON."""
    return json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n"


#: Name of the format → its writer.
WRITERS: dict[str, Callable[..., str]] = {"text": write_text, "json": write_json}


def _paragraph(result: Result, language: str) -> list[str]:
    place = ":".join(str(part) for part in (result.file, result.line, result.column) if part)
    lines = [f"{place + ': ' if place else ''}{result.severity.word} {result.rule}: {result.message(language)}"]
    if result.focus:
        lines.append(f"  at    <{result.focus}>" + (f"  {result.label}" if result.label else ""))
    if result.path:
        lines.append(f"  path  <{result.path}>")
    if result.value and result.value != result.focus:
        lines.append(f"  value {result.value}")
    if result.suggestions:
        lines.append("  did you mean " + " or ".join(f"<{each}>" for each in result.suggestions) + "?")
    return lines


def _plural(severity: Severity, count: int) -> str:
    word = {Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "note"}[severity]
    return word if count == 1 else f"{word}s"
