"""The last validation report over HTTP: every format, negotiated, and a page with links to what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest
from http_helpers import BROWSER, assert_problem
from nasty import report
from pages import read_page
from starlette.testclient import TestClient
from worlds import BASE, ROOT

from kg_service.config import Limits
from kg_service.evaluation.pool import Pool
from kg_service.validation.reports import WRITERS
from kg_service.validation.results import Report, Result, Severity
from kg_service.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.web.context import Context

FOUND = Result(
    Severity.VIOLATION, "S01", {"en": "Too few.", "ru": "Мало."}, focus=f"{BASE}id/place/lumen", label="Lumen",
    shape=f"{BASE}ns#Shape", component="MinCountConstraintComponent",
)  # fmt: skip


def context(running: TestClient) -> Context:
    found: Context = cast("Any", running.app).state.context
    return found


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    bounds = Limits()
    with TestClient(create_app(Pool([ROOT], workers=1, limits=bounds), bounds)) as running:
        found = report()
        found.results.append(FOUND)
        context(running).report = found
        yield running


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_served_under_its_name(client: TestClient, name: str) -> None:
    answer = client.get("/validation", params={"format": name})

    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == WRITERS[name].media_type
    assert "Too few" in answer.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/sarif+json", "application/sarif+json"),
        ("text/*;q=0.5, application/sarif+json;q=0.4", "text/plain"),
        ("application/xml", "application/xml"),
    ],
)
def test_the_report_is_negotiated(client: TestClient, accept: str, media_type: str) -> None:
    answer = client.get("/validation", headers={"Accept": accept})

    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["vary"]


def test_what_is_no_format_of_a_report_is_not_acceptable(client: TestClient) -> None:
    assert_problem(client.get("/validation", params={"format": "csv"}), "not-acceptable")
    assert_problem(client.get("/validation", headers={"Accept": "image/png"}), "not-acceptable")
    assert_problem(client.get("/validation?format=json&format=sarif"), "malformed-request")


def test_the_json_restores_the_report(client: TestClient) -> None:
    shown = context(client).report
    found = Report.from_json(client.get("/validation").json())

    assert shown is not None
    assert found.as_json() == shown.as_json()


def test_turtle_is_written_once_in_a_process_that_may_load_the_engine(client: TestClient) -> None:
    first = client.get("/validation?format=turtle")
    before = dict(context(client).texts)
    graph = list(ox.parse(first.content, format=ox.RdfFormat.TURTLE))

    assert client.get("/validation?format=text/turtle").content == first.content
    assert context(client).texts == before
    assert sum(each.predicate.value.endswith("#result") for each in graph) == 5


def test_the_page_links_to_entities_and_shows_markup_as_text(client: TestClient) -> None:
    page = client.get("/validation", headers={"Accept": BROWSER}).text

    assert 'href="/page/id/place/lumen"' in page
    assert 'href="/describe?iri=javascript%3Aalert%281%29"' in page
    assert read_page(page).dangers == []
    assert "100% &lt;b&gt;sure&lt;/b&gt;" in page
    assert all(f"format={name}" in page for name in WRITERS if name != "html")


def test_the_page_speaks_the_language_asked_for(client: TestClient) -> None:
    page = client.get("/validation", headers={"Accept": BROWSER, "Accept-Language": "kk, ru;q=0.8"}).text

    assert 'lang="ru">Мало.' in page


def test_a_page_shows_a_part_of_many_results_and_says_so(client: TestClient) -> None:
    shared = context(client)
    before = shared.report
    one = Result(Severity.WARNING, "S99", {"en": "again"}, focus="http://e/x")
    shared.report = Report(results=[one] * 1_000, files=1, triples=1)
    try:
        page = client.get("/validation", headers={"Accept": BROWSER}).text
    finally:
        shared.report = before

    assert "1000 warnings" in page
    assert "700 further results are not shown here" in page
    assert page.count("again") < 700
