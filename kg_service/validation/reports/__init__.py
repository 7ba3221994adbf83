"""THE table of report formats: `--format`, negotiation, documentation and tests derive from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.validation.reports.github import write_github
from kg_service.validation.reports.gitlab import write_gitlab
from kg_service.validation.reports.html import write_html
from kg_service.validation.reports.json import write_json
from kg_service.validation.reports.junit import write_junit
from kg_service.validation.reports.sarif import write_sarif
from kg_service.validation.reports.text import write_text
from kg_service.validation.reports.writer import Options, Writer

if TYPE_CHECKING:
    from kg_service.validation.results import Report

__all__ = ["WRITERS", "Options", "Writer"]


def _write_turtle(report: Report, options: Options) -> str:
    from kg_service.validation.reports.turtle import write_turtle  # noqa: PLC0415 - loads the engine

    return write_turtle(report, options)


#: Name of the format → its row.
WRITERS: dict[str, Writer] = {
    "text": Writer(write_text, "text/plain", "txt", "for people at a terminal: the lines at fault, quoted"),
    "json": Writer(write_json, "application/json", "json", "all that is known, for programs"),
    "sarif": Writer(
        write_sarif, "application/sarif+json", "sarif", "SARIF 2.1.0, for code scanning and editors", in_repository=True
    ),
    "junit": Writer(write_junit, "application/xml", "xml", "JUnit XML, for continuous integration", in_repository=True),
    "github": Writer(write_github, "text/plain", "txt", "annotations in GitHub Actions", in_repository=True),
    "gitlab": Writer(write_gitlab, "application/json", "json", "Code Quality of GitLab", in_repository=True),
    "turtle": Writer(_write_turtle, "text/turtle", "ttl", "the sh:ValidationReport of SHACL", loads_engine=True),
    "html": Writer(write_html, "text/html", "html", "a page that stands alone"),
}
