"""The report as GitLab reads it for a merge request: Code Quality JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg_service.validation.reports.words import named, nearest_place, path_of
from kg_service.validation.results import Report, Result, Severity

if TYPE_CHECKING:
    from kg_service.validation.reports.writer import Options

__all__ = ["write_gitlab"]

_SEVERITIES = {Severity.VIOLATION: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def write_gitlab(report: Report, options: Options) -> str:
    """Write an array of issues; each needs a path and a line, so one without a place stands at the folder's."""
    return json.dumps([_issue(each, options) for each in report.results], ensure_ascii=False, indent=1) + "\n"


def _issue(result: Result, options: Options) -> dict[str, Any]:
    place = nearest_place(result)
    path = path_of(place.file, options.root) if place else options.root or "."
    about = named(result)
    return {
        "description": result.message(options.language) + (f" ({about})" if about else ""),
        "check_name": result.rule,
        "fingerprint": result.fingerprint,
        "severity": _SEVERITIES[result.severity],
        "location": {"path": path, "lines": {"begin": (place.line if place else None) or 1}},
    }
