"""The report as JUnit XML, which nearly every continuous integration shows as test results."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kg_service.validation.reports.text import write_text
from kg_service.validation.reports.words import by_file, path_of, summary, term
from kg_service.validation.results import Report, Result

if TYPE_CHECKING:
    from kg_service.validation.reports.writer import Options

__all__ = ["write_junit"]

#: What no XML 1.0 document can hold (§2.2).
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(report: Report, options: Options) -> str:
    """Write a suite a file and a case a result.

    What is less severe than `options.fail_on` is a skipped case: JUnit knows no warnings, and a skipped case is
    shown without failing the build. A report without results has one case that passes, so that it is seen to have run.
    """
    root = ET.Element("testsuites", name="kg validate")
    for file, results in by_file(report.results):
        name = path_of(file, options.root) if file else "in no file"
        suite = ET.SubElement(root, "testsuite", name=_clean(name))
        for result in results:
            _add_case(suite, name, result, options)
    if not report.results:
        suite = ET.SubElement(root, "testsuite", name="data set")
        ET.SubElement(suite, "testcase", classname="kg validate", name=summary(report))
    for notice in report.notices:
        ET.SubElement(root[-1], "system-out").text = _clean(notice)
    for suite in root:
        _count(suite, [suite])
    _count(root, list(root))
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _add_case(suite: ET.Element, name: str, result: Result, options: Options) -> None:
    about = term(result.focus) or (str(result.place) if result.place else "")
    message = result.message(options.language)
    case = ET.SubElement(suite, "testcase", classname=_clean(name), name=_clean(f"{result.rule} {about}".rstrip()))
    if result.place:
        case.set("file", _clean(name))
        case.set("line", str(result.place.line or 1))
    if result.severity >= options.fail_on:
        outcome = ET.SubElement(case, "failure", message=_clean(message), type=result.severity.word)
        outcome.text = _clean(_told(result, options))
    else:
        ET.SubElement(case, "skipped", message=_clean(f"{result.severity.word}: {message}"))
        ET.SubElement(case, "system-out").text = _clean(_told(result, options))


def _told(result: Result, options: Options) -> str:
    """Return all there is to say of a result, as the text report says it."""
    text = write_text(Report(results=[result]), replace(options, colour=False))
    return "\n".join(text.splitlines()[2:-2])


def _count(element: ET.Element, suites: list[ET.Element]) -> None:
    cases = [case for suite in suites for case in suite.iter("testcase")]
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))


def _clean(text: str) -> str:
    return _NO_CHARACTER.sub("�", text)
