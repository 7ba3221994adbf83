"""The report as a page that stands alone; its parts are those of the service's own page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service import __version__
from kg_service.validation.reports.quotation import harmless, quotation
from kg_service.validation.reports.words import NOUNS, by_file, counted, is_iri, plural, summary, term
from kg_service.validation.results import Report, Result, Severity

if TYPE_CHECKING:
    import jinja2

    from kg_service.validation.reports.writer import Options

__all__ = ["TEMPLATES", "report_page", "write_html"]

#: Folder of the templates of a report's parts; the service's pages are made of them too.
TEMPLATES = Path(__file__).parent.parent / "templates"
#: The one style sheet. A page that stands alone carries it inside; the service's link to it.
_STYLE = Path(__file__).parent.parent.parent / "web" / "static" / "kg.css"


def write_html(report: Report, options: Options) -> str:
    """Write a page without scripts and without anything from elsewhere."""
    values = report_page(report, options.language)
    style = _STYLE.read_text("utf-8")
    return (
        _environment().get_template("report.html").render(values, link=_link, style=style, version=__version__) + "\n"
    )


def _link(iri: str) -> str:
    """Return the address of an IRI that a browser may be sent to; "" for the others, such as javascript:."""
    return iri if iri.startswith(("http://", "https://")) else ""


def report_page(report: Report, language: str) -> dict[str, Any]:
    """Return what the templates name: the report by severity and shape, and indexes by shape and by file."""
    report = Report.from_json(_harmless(report.as_json()))
    anchors = {id(result): f"result-{number}" for number, result in enumerate(report.results, 1)}
    sections = [
        (severity, NOUNS[severity], _by_shape([each for each in report.results if each.severity is severity]))
        for severity in reversed(Severity)
        if report.count(severity)
    ]
    return {
        "report": report,
        "language": language,
        "summary": summary(report),
        "sections": sections,
        "shapes": _by_shape(report.results),
        "files": by_file(report.results),
        "anchor": lambda result: anchors[id(result)],
        "tools": {
            "counted": counted, "is_iri": is_iri, "plural": plural, "quotation": quotation, "tag": _tag, "term": term,
        },
    }  # fmt: skip


def _harmless(document: Any) -> Any:
    """Return a JSON document whose strings can neither reorder a page nor make it invalid HTML."""
    match document:
        case str():
            return harmless(document)
        case list() | tuple():
            return [_harmless(each) for each in document]
        case dict():
            return {name: _harmless(each) for name, each in document.items()}
    return document


def _by_shape(results: list[Result]) -> list[tuple[Result, list[Result]]]:
    """Return the results of each rule of each shape, behind the first of them, which names it."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        found.setdefault((result.rule, result.shape), []).append(result)
    return [(group[0], group) for _, group in sorted(found.items())]


def _tag(result: Result, language: str) -> str:
    """Return the language tag of the message that is shown; "" where it has none."""
    wanted = (language, "en", "", *sorted(result.messages))
    return next((tag for tag in wanted if tag in result.messages), "")


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - only where a page is made

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
