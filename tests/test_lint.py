"""The rules beside the shapes: each has a data set that trips it at a line, and one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_service.validation.lint import RULES
from kg_service.validation.run import validate

if TYPE_CHECKING:
    from pathlib import Path

    from kg_service.validation.results import Report

BASE = "https://example.org/"
HEAD = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix e: <{BASE}ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
"""
ONTOLOGY = """e:Thing a owl:Class ; rdfs:label "thing"@en ; rdfs:comment "A thing."@en .
e:knows a owl:ObjectProperty ; rdfs:label "knows"@en ; rdfs:comment "Knows."@en ; rdfs:domain e:Thing .
"""
DATA = f"""<{BASE}> a dcat:Dataset ; void:uriSpace "{BASE}" .
<{BASE}id/a> a e:Thing ; e:knows <{BASE}id/b> .
<{BASE}id/b> a e:Thing .
"""
QUERY = "#+ summary: Who knows whom\nPREFIX e: <https://example.org/ns#>\nSELECT ?a ?b WHERE { ?a e:knows ?b }\n"

USED = (
    f"<{BASE}c/one> a skos:Concept . <{BASE}c/two> a skos:Concept ; skos:broader <{BASE}c/one> . "
    f"<{BASE}id/a> e:knows <{BASE}c/two> ."
)
PRODUCT = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + "FILTER(STR(?c0) = CONCAT(STR(?c8), STR(?c4)))"

#: Rule → (file, what is added to it, with the fault in its last line; what is said of the same and is no fault).
CASES: dict[str, tuple[str, str, str]] = {
    "L01": ("data/x.ttl", f"<{BASE}id/a> e:knowz <{BASE}id/b> .", f"<{BASE}id/a> e:knows <{BASE}id/a> ."),
    "L02": ("data/x.ttl", f'<{BASE}id/a> rdfs:lable "a" .', f'<{BASE}id/a> rdfs:label "a" .'),
    "L03": ("data/x.ttl", f"<{BASE}id/a> e:knows <{BASE}id/c> .", f"<{BASE}id/a> e:knows <http://other/c> ."),
    "L04": (
        "ontology/x.ttl", 'e:New a owl:Class ; rdfs:comment "New."@en .',
        'e:New a owl:Class ; rdfs:comment "New."@en ; skos:prefLabel "new"@en .',
    ),
    "L05": (
        "ontology/x.ttl", 'e:New a owl:Class ; rdfs:label "new"@en .',
        'e:New a owl:Class ; rdfs:label "new"@en ; skos:definition "New."@en .',
    ),
    "L06": ("ontology/x.ttl", "e:knows owl:deprecated true .", "e:knows owl:deprecated false ."),
    "L07": ("ontology/x.ttl", "e:knows a owl:DatatypeProperty .", "e:knows a owl:TransitiveProperty ."),
    "L08": ("ontology/x.ttl", "e:Thing rdfs:subClassOf e:knows .", "e:Thing rdfs:subClassOf e:Thing ."),
    "L09": ("ontology/vocabularies/x.ttl", f"<{BASE}c/one> a skos:Concept .", USED),
    "L10": ("queries/x.rq", "#+ parameter: wrong", QUERY),
    "L11": ("queries/x.rq", QUERY.replace("?a e:knows ?b", PRODUCT), QUERY),
    "L12": ("queries/x.rq", QUERY.replace("?b }", "e:Thing }"), QUERY),
    "L13": ("queries/x.rq", QUERY.replace("e:knows", "e:knowz"), QUERY),
}  # fmt: skip


def data_set(folder: Path, name: str = "", text: str = "") -> Path:
    for path, content in (("ontology/o.ttl", HEAD + ONTOLOGY), ("data/catalog.ttl", HEAD + DATA)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    if name:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text if name.endswith(".rq") else HEAD + text + "\n", "utf-8")
    return folder


def rules(report: Report) -> set[str]:
    return {each.rule for each in report.results}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_is_tripped_at_the_line_at_fault(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_service.validation.lint_queries._DEADLINE_S", 1)
    name, fault, _ = CASES[rule]
    folder = data_set(tmp_path, name, fault)
    (result,) = [each for each in validate([folder]).results if each.rule == rule]

    assert result.place is not None
    assert result.place.line is not None
    if rule not in ("L06", "L07", "L08"):  # those stand where the term is declared
        assert result.place.file == (folder / name).as_posix()
    if name.endswith(".ttl"):
        assert result.place.text == (fault if rule not in ("L06", "L07", "L08") else result.place.text)
    assert result.component == "Lint"
    assert result.message()
    assert result.remedy or rule == "L11"


@pytest.mark.parametrize("rule", CASES)
def test_a_near_miss_trips_nothing(rule: str, tmp_path: Path) -> None:
    name, _, near = CASES[rule]

    assert rule not in rules(validate([data_set(tmp_path, name, near)]))


def test_every_rule_has_a_case() -> None:
    assert set(RULES) <= set(CASES)


def test_a_sound_data_set_has_no_result(tmp_path: Path) -> None:
    assert validate([data_set(tmp_path, "queries/x.rq", QUERY)]).results == []


def test_a_misspelt_standard_term_names_the_one_meant(tmp_path: Path) -> None:
    report = validate([data_set(tmp_path, *CASES["L02"][:2])])

    assert report.results[0].suggestions == ("http://www.w3.org/2000/01/rdf-schema#label",)


def test_what_a_shape_faults_is_not_faulted_twice(tmp_path: Path) -> None:
    folder = data_set(tmp_path, *CASES["L01"][:2])
    shapes = folder / "ontology" / "shapes" / "s.ttl"
    shapes.parent.mkdir()
    shapes.write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . <{BASE}s> a sh:NodeShape ; "
        f"sh:targetNode <{BASE}ns#knowz> ; sh:nodeKind sh:Literal ."
    )

    assert rules(validate([folder])) == {"s"}


def test_a_query_that_finds_nothing_on_purpose_says_so(tmp_path: Path) -> None:
    query = CASES["L12"][1].replace("#+ summary", "#+ rows: none\n#+ summary")

    assert rules(validate([data_set(tmp_path, "queries/x.rq", query)])) == set()


def test_a_query_with_a_syntax_error_stands_at_its_place(tmp_path: Path) -> None:
    report = validate([data_set(tmp_path, "queries/x.rq", QUERY.replace("}", "ORDER BY ?a"))])
    (result,) = report.results

    assert (result.rule, str(result.place)) == ("syntax", f"{tmp_path}/queries/x.rq:3:36")
    assert result.message() == "The `{` at line 3, column 20 is not closed; put a `}` before this."


def test_lint_can_be_left_out(tmp_path: Path) -> None:
    assert rules(validate([data_set(tmp_path, *CASES["L02"][:2])], with_lint=False)) == set()
