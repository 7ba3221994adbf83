"""The report as workflow commands, which GitHub Actions turns into annotations of the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.validation.reports.words import NOUNS, named, nearest_place, path_of, summary
from kg_service.validation.results import Report, Result, Severity

if TYPE_CHECKING:
    from kg_service.validation.reports.writer import Options

__all__ = ["write_github"]

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write_github(report: Report, options: Options) -> str:
    """Write a command a result and a notice, and the summary as a plain line of the log."""
    lines = [_annotation(result, options) for result in report.results]
    lines += [_command("notice", {}, notice) for notice in report.notices]
    return "\n".join([*lines, summary(report)]) + "\n"


def _annotation(result: Result, options: Options) -> str:
    place = nearest_place(result)
    properties: dict[str, object] = {}
    if place is not None:
        properties = {
            "file": path_of(place.file, options.root),
            "line": place.line,
            "col": place.column,
            "endColumn": place.end_column,
        }
    properties["title"] = " ".join(part for part in (NOUNS[result.severity], result.rule, result.name) if part)
    about = [named(result), result.remedy]
    message = "\n".join([result.message(options.language), *(part for part in about if part)])
    return _command(_COMMANDS[result.severity], properties, message)


def _command(name: str, properties: dict[str, object], message: str) -> str:
    """Return one workflow command; escaping as GitHub's own toolkit does it (actions/toolkit, command.ts)."""
    told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value not in (None, ""))
    return f"::{name}{' ' if told else ''}{told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
