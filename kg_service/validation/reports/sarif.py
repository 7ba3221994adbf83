"""The report in the Static Analysis Results Interchange Format, SARIF 2.1.0 (OASIS)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg_service import __version__
from kg_service.validation.reports.words import nearest_place, path_of, term
from kg_service.validation.results import Place, Report, Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.validation.reports.writer import Options

__all__ = ["write_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~])")


def write_sarif(report: Report, options: Options) -> str:
    """Write one run; nothing in it depends on when or where it was made."""
    rules = _rules(report.results)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {"name": "kg", "version": __version__, "semanticVersion": __version__, "rules": rules}
    notices = [{"level": "note", "message": {"text": _plain(each)}} for each in report.notices]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notices}],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, numbers[each.rule], options) for each in report.results],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _rules(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Return the rules that results name (§3.49), each described by its worst result."""
    worst: dict[str, Result] = {}
    for result in results:
        if result.rule not in worst or worst[result.rule].severity < result.severity:
            worst[result.rule] = result
    return [_rule(worst[name]) for name in sorted(worst)]


def _rule(result: Result) -> dict[str, Any]:
    described = result.name or result.component or result.rule
    properties = {"shape": result.shape, "component": result.component}
    return {
        "id": result.rule,
        "name": described,
        "shortDescription": {"text": _plain(described)},
        "help": {"text": _plain(result.remedy or result.message())},
        "defaultConfiguration": {"level": _LEVELS[result.severity]},
        "properties": {name: text for name, text in properties.items() if text},
    }


def _result(result: Result, rule: int, options: Options) -> dict[str, Any]:
    place = nearest_place(result)
    logical = [{"fullyQualifiedName": result.focus, "kind": "resource"}] if result.focus else []
    location = _location(place, options) if place else {}
    if logical:
        location["logicalLocations"] = logical
    related = [each for each in result.related if each is not place]
    document: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": rule,
        "level": _LEVELS[result.severity],
        "message": _message(result, options.language),
        "locations": [location] if location else [],
        "relatedLocations": [{"id": number, **_location(each, options)} for number, each in enumerate(related, 1)],
        "properties": _properties(result),
    }
    if result.fingerprint:
        document["partialFingerprints"] = {"kgResult/v1": result.fingerprint}
    return document


def _message(result: Result, language: str) -> dict[str, str]:
    """Return the message as plain text and as Markdown (§3.11)."""
    message = result.message(language)
    asides = [
        ("", result.detail if result.detail != message else ""),
        ("", "; ".join(each.message(language) for each in result.details)),
        ("Remedy: ", result.remedy),
        ("Did you mean: ", ", ".join(term(each) for each in result.suggestions)),
    ]
    told = [(name, text) for name, text in asides if text]
    plain = "\n".join([message, *(name + text for name, text in told)])
    rich = "\n\n".join([f"**{_escaped(message)}**", *(name + _escaped(text) for name, text in told)])
    return {"text": _plain(plain), "markdown": _braces(rich)}


def _properties(result: Result) -> dict[str, Any]:
    names = ("focus", "label", "path", "value", "graph", "shape", "component")
    found: dict[str, Any] = {name: text for name in names if (text := getattr(result, name))}
    if result.place and (blame := result.place.blame):
        found["blame"] = {"commit": blame.commit, "author": blame.author, "date": blame.date}
    return found


def _location(place: Place, options: Options) -> dict[str, Any]:
    """Return a location (§3.28) with the region at fault, and its whole line as what surrounds it."""
    physical: dict[str, Any] = {"artifactLocation": _artifact(path_of(place.file, options.root))}
    line, column, end, text = place.line, place.column, place.end_column, place.text.rstrip("\r\n")
    if line:
        region: dict[str, Any] = {"startLine": line}
        if column:
            region |= {"startColumn": column} | ({"endColumn": end} if end else {})
        snippet = text[column - 1 : end - 1] if column and end else text
        if snippet:
            region["snippet"] = {"text": snippet}
        physical["region"] = region
        if text and column:
            physical["contextRegion"] = {"startLine": line, "snippet": {"text": text}}
    note = {"message": {"text": _plain(place.note)}} if place.note else {}
    return {"physicalLocation": physical, **note}


def _artifact(path: str) -> dict[str, str]:
    """Return where a file is (§3.4): relative to the repository's root, or absolute where it lies elsewhere."""
    if path.startswith("/"):
        return {"uri": "file://" + quote(path)}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _plain(text: str) -> str:
    """Escape what would be a link in plain text (§3.11.6), and braces."""
    return _braces(re.sub(r"\[(?=[^\]]*\]\()", r"\\[", text)) or " "


def _braces(text: str) -> str:
    """Double braces, since {0} would be a placeholder (§3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
