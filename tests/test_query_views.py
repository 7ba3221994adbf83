"""How a named query's result is shown, and what the start page does with it: chosen from lists, told as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg_service.errors import DataInvalid
from kg_service.named_queries import STARTS, VIEWS, read_query
from kg_service.validation.run import validate

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

CATALOG = """<https://example.org/> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://rdfs.org/ns/void#uriSpace> "https://example.org/" .
"""


def query(folder: Path, *header: str) -> Path:
    path = folder / "queries" / "x.rq"
    path.parent.mkdir(exist_ok=True)
    lines = ["summary: Anything", *header]
    path.write_text("".join(f"#+ {line}\n" for line in lines) + "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s\n", "utf-8")
    return path


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_chosen_in_the_header(view: str, tmp_path: Path) -> None:
    assert read_query(query(tmp_path, f"view: {view}")).view == view


@pytest.mark.parametrize("start", STARTS)
def test_a_place_on_the_start_page_is_chosen_in_the_header(start: str, tmp_path: Path) -> None:
    assert read_query(query(tmp_path, f"start: {start}")).start == start


def test_without_a_choice_it_is_a_table_and_not_on_the_start_page(tmp_path: Path) -> None:
    found = read_query(query(tmp_path))

    assert (found.view, found.start) == ("table", "")


@pytest.mark.parametrize(("header", "known"), [("view: pie", VIEWS), ("start: top", STARTS), ("view:", VIEWS)])
def test_another_choice_is_a_finding_at_its_line(header: str, known: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.ttl").write_text(CATALOG, "utf-8")
    path = query(tmp_path, header)
    (result,) = [each for each in validate([tmp_path]).results if each.rule == "L10"]
    assert result.place is not None

    assert (result.place.file, result.place.line) == (path.as_posix(), 2)
    assert ", ".join(known) in result.message()
    with pytest.raises(DataInvalid) as caught:
        read_query(path)
    assert caught.value.line == 2


def test_the_choices_are_told_as_json(client: TestClient) -> None:
    listed = client.get("/queries", headers={"Accept": "application/json"}).json()["queries"]

    assert {each["view"] for each in listed} <= set(VIEWS)
    assert {each["start"] for each in listed} <= {"", *STARTS}
    assert [each["name"] for each in listed if (each["view"], each["start"]) == ("map", "map")] == ["network"]
