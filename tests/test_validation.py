"""Reports of validation: what is told, in which language, with what exit, and the texts behind passages."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from worlds import BASE, ROOT, TEXTS, edited, lay_out, project

from kg_service.validation.results import Report, Result, Severity
from kg_service.validation.run import validate
from kg_service.validation.source_text import check_source_texts

if TYPE_CHECKING:
    from pathlib import Path

    from kg_service.loading import Source


def test_the_projects_own_data_conforms() -> None:
    report = validate([ROOT])

    assert report.as_json()["counts"] == {"violation": 0, "warning": 0, "info": 3}
    assert {each.rule for each in report.results} == {"L09"}  # scales and lists are kept whole, used or not
    (notice,) = report.notices
    assert notice.startswith("qazaqculture-cab6c1e9-ar.txt is not at hand, so its 16 passages are taken as recorded")


def test_all_spans_are_verified_where_the_article_is_at_hand(sources: Path) -> None:
    report = validate([ROOT], sources=sources)

    assert report.passages_verified == 16
    assert {each.rule for each in report.results} == {"L09"}


def test_one_changed_letter_names_document_and_passage(sources: Path, tmp_path: Path) -> None:
    name = "qazaqculture-cab6c1e9-ar.txt"
    text = (sources / name).read_text("utf-8")
    (tmp_path / name).write_text(text[:460] + "ف" + text[461:], "utf-8")
    report = validate([ROOT], sources=tmp_path)
    document = f"{BASE}source/qazaqculture-cab6c1e9-ar"

    assert {(each.rule, each.focus) for each in report.results if each.rule == "S20"} == {
        ("S20", document), ("S20", f"{document}#s3"),
    }  # fmt: skip
    assert report.passages_verified == 15
    assert report.fails(Severity.VIOLATION)


def test_a_shorter_text_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "lumen-ar.txt").write_text("قصير", "utf-8")
    report = Report()
    quads = [quad for each in validate_world(tmp_path).parsed for quad in each.quads]
    check_source_texts(quads, tmp_path, report)

    assert {each.rule for each in report.results} == {"S20", "S21"}
    assert report.passages_verified == 0


def validate_world(tmp_path: Path) -> Source:
    from kg_service.loading import open_source

    return open_source([lay_out(tmp_path / "world")])


def test_results_name_the_focus_by_its_label_and_suggest_the_term_meant(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / "data" / "extra.ttl").write_text(
        f"<{BASE}id/memorandum/xa-xb-lumen> <{BASE}ns#partyCountr> <{BASE}id/place/lumon> .", "utf-8"
    )
    report = validate([folder])
    unknown = next(each for each in report.results if each.rule == "S25")
    dangling = next(each for each in report.results if each.rule == "S24")

    assert f"{BASE}ns#partyCountry" in unknown.suggestions
    assert f"{BASE}id/place/lumen" in dangling.suggestions


def test_every_broken_file_is_a_result_with_its_place(tmp_path: Path) -> None:
    folder = lay_out(tmp_path)
    (folder / "data" / "a.ttl").write_text("@prefix a: <http://e/> .\na:x a:y z .", "utf-8")
    (folder / "data" / "b.nt").write_text("x", "utf-8")
    report = validate([folder])

    assert [(each.rule, str(each.place)) for each in report.results] == [
        ("syntax", f"{folder}/data/a.ttl:2:9"), ("syntax", f"{folder}/data/b.nt:1:1"),
    ]  # fmt: skip


def test_plain_files_are_checked_against_given_shapes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    data = tmp_path / "x.ttl"
    data.write_text(f"<http://e/m> a <{BASE}ns#Memorandum> .", "utf-8")
    shapes = [tmp_path / "ontology" / "shapes", tmp_path / "ontology" / "prefixes.ttl"]
    report = validate([data], shapes=shapes)

    assert "S01" in {each.rule for each in report.results}


@pytest.mark.parametrize(
    ("fail_on", "fails"), [(Severity.VIOLATION, False), (Severity.WARNING, True), (Severity.INFO, True)]
)
def test_the_caller_says_what_fails(fail_on: Severity, fails: bool) -> None:  # noqa: FBT001
    report = Report(results=[Result(Severity.WARNING, "S23", {})])

    assert report.fails(fail_on) is fails


def test_broken_shapes_are_told_as_such() -> None:
    from kg_service.errors import DataInvalid
    from kg_service.validation.engine import check_shapes

    shapes = edited(
        [],
        "INSERT DATA { GRAPH <http://e/g> { "
        "<http://e/s> a sh:NodeShape ; sh:targetClass fm:Film ; sh:minCount 'x' ; sh:property 'y' } }",
    )
    with pytest.raises(DataInvalid, match="shapes cannot be used"):
        check_shapes(list(project().quads()), shapes)


def test_the_texts_of_the_world_are_those_recorded(tmp_path: Path) -> None:
    report = validate([lay_out(tmp_path)], sources=TEXTS)

    assert report.passages_verified == 8
    assert not report.fails(Severity.VIOLATION)
