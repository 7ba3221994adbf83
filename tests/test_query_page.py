"""What people do on the query page, done in a real browser: write, run, stop, look, share, ask why."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from processes import Service

QUERY = """PREFIX fm: <https://w3id.org/film-memoranda/ns#>
SELECT ?memorandum ?field { ?memorandum a fm:Memorandum ; fm:coversField ?field }
ORDER BY ?memorandum ?field"""


def write(page: Page, text: str) -> None:
    """Put a text into the editor as a user does: all of it selected, then typed over."""
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def run(page: Page) -> None:
    page.get_by_role("button", name="Run").click()
    page.locator("#results h2").first.wait_for()


def test_completion_knows_the_class_at_hand_and_brings_the_prefix(page: Page) -> None:
    page.goto("/sparql")
    write(page, "PREFIX fm: <https://w3id.org/film-memoranda/ns#>\nSELECT * { ?f a fm:Film ; fm:film")
    page.keyboard.press("Control+Space")
    options = page.locator(".cm-tooltip-autocomplete li")
    options.first.wait_for()
    first = options.first.inner_text()
    options.filter(has_text="fm:filmType").first.click()
    page.keyboard.type(" anim")
    options.filter(has_text="film-type:animation").first.click()
    page.locator(".cm-line", has_text="PREFIX film-type:").wait_for()
    text = page.locator("#query").input_value()

    assert "fm:filmStatus" in first or "fm:filmType" in first
    assert "mandatory" in first
    assert text.startswith("PREFIX film-type: <https://w3id.org/film-memoranda/film-type/>")
    assert text.endswith("{ ?f a fm:Film ; fm:filmType film-type:animation")


def test_a_fault_is_underlined_and_mended_by_its_action(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?s { ?s rdfs:label ?l }")
    page.locator(".cm-lintRange-error").wait_for()
    page.locator(".cm-lintRange-error").hover()
    page.get_by_role("button", name="Do it").click()
    page.locator(".cm-lintRange-error").wait_for(state="detached")

    assert page.locator("#query").input_value().startswith("PREFIX rdfs:")


def test_a_query_is_run_sorted_and_seen_in_every_view(page: Page) -> None:
    page.goto("/sparql")
    write(page, QUERY)
    run(page)
    cells = page.locator("#results tbody tr")

    assert "18 rows" in page.locator("#results").inner_text()
    assert "Memorandum of Kazakhstan and Azerbaijan (Aktau)" in cells.first.inner_text()
    page.get_by_role("button", name="field").click()
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("field")
    for name, seen in [("Network", ".graph .node"), ("Bars", ".quiet"), ("Timeline", ".quiet"), ("Raw", "pre code")]:
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f"#results .drawing {seen}").first.wait_for()
    page.get_by_role("button", name="Map", exact=True).click()
    page.locator("#results .drawing p").wait_for()


def test_a_question_opens_in_the_view_it_asks_for(page: Page) -> None:
    page.goto("/queries/network")
    page.locator("#results .map .arc").first.wait_for()
    page.goto("/queries/memoranda-by-event")
    page.locator("#results .bar").first.wait_for()

    assert page.locator("#results .bar").count() == 2


def test_a_question_is_chosen_from_the_list(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_label("Questions of this data set").select_option(label="How many memoranda were signed at each event")
    page.locator("#results .bar").first.wait_for()

    assert "COUNT(DISTINCT ?memorandum)" in page.locator("#query").input_value()
    assert "#+" not in page.locator("#query").input_value()


def test_a_query_is_stopped_on_the_server(page: Page, site: Service) -> None:
    page.goto("/sparql")
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text(re.compile("Stopped after")).wait_for()
    metrics = page.request.get(f"{site.address}/metrics").text()

    assert 'reason="gone"' in metrics or "499" in metrics or "gone" in metrics


def test_a_result_is_downloaded_as_a_workbook(page: Page) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    page.goto("/sparql")
    write(page, QUERY)
    run(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel workbook").click()
    content = io.BytesIO(download.value.path().read_bytes())
    sheet = openpyxl.load_workbook(content).worksheets[0]

    assert [cell.value for cell in sheet[1]] == ["memorandum", "field"]
    assert sheet.max_row == 19


def test_a_query_is_shared_by_a_link_that_opens_it_again(page: Page, site: Service) -> None:
    page.goto("/sparql")
    write(page, QUERY)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_label("Link to this query").input_value()
    page.goto(link)
    page.locator("#results tbody tr").first.wait_for()

    assert link.startswith(f"{site.address}/sparql/shared/")
    assert page.locator("#query").input_value() == QUERY
    page.goto(re.sub(r"version=\w+", "version=0123456789ab", link))
    assert "made over version 0123456789ab" in page.locator("[role=note]").inner_text()


def test_queries_asked_before_are_kept_in_the_browser_only(page: Page) -> None:
    page.goto("/sparql")
    write(page, QUERY)
    run(page)
    page.goto("/sparql")
    page.get_by_text("Asked before").click()
    page.locator(".asked").first.click()

    assert page.locator("#query").input_value() == QUERY
    page.get_by_role("button", name="Forget them").click()
    assert page.locator(".asked").count() == 0


def test_a_row_tells_the_passages_behind_it(page: Page) -> None:
    page.goto("/sparql")
    write(page, QUERY)
    run(page)
    page.locator("#results tbody tr", has_text="dubbing").get_by_role("button", name="Why?").click()
    behind = page.locator(".behind")
    behind.locator(".gloss").first.wait_for()

    assert "memorandum" in behind.inner_text()
    assert "covers field dubbing" in behind.inner_text()
    behind.get_by_role("link", name=re.compile("s3$")).last.click()
    assert "dubbing" in page.locator("#s3").inner_text()


def test_a_query_without_rows_tells_the_part_that_leaves_none_and_what_was_meant(page: Page) -> None:
    page.goto("/sparql")
    write(page, QUERY.replace("coversField ?field", "coversField ?field ; fm:sourceTerm 'المذكرة'@fa"))
    run(page)
    page.get_by_role("button", name="Why empty?").click()
    page.get_by_role("button", name=re.compile("^Write")).first.click()

    assert '"المذكرة"@ar' in page.locator("#query").input_value().replace("'", '"')
    run(page)
    page.locator("#results tbody tr").first.wait_for()


def test_aggregates_are_not_determined_and_say_so(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?c (COUNT(*) AS ?n) { ?x a ?c } GROUP BY ?c")
    run(page)
    page.get_by_role("button", name="Why?").first.click()
    page.locator(".behind p").first.wait_for()

    assert page.locator(".behind").inner_text().startswith("Not determined.")
    assert "the query groups or counts, and a row stands for many solutions" in page.locator(".behind").inner_text()


def test_ten_thousand_rows_are_shown_a_page_at_a_time(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?a ?b { ?a a ?x . ?b a ?y } LIMIT 12000")
    run(page)
    page.locator("#results tbody tr").first.wait_for()

    assert "The first 10,000 rows; there are more" in page.locator("#results").inner_text()
    assert page.locator("#results tbody tr").count() == 100
    page.get_by_role("button", name="Next").click()
    assert page.get_by_text("Page 2 of 100").count() == 1
    page.locator("#results thead button", has_text="b").click()
    assert page.get_by_text("Page 1 of 100").count() == 1


def test_a_graph_is_shown_as_a_table_and_as_a_network(page: Page) -> None:
    page.goto("/sparql")
    write(page, "CONSTRUCT WHERE { ?film a <https://w3id.org/film-memoranda/ns#Film> ; ?p ?o }")
    run(page)
    page.locator("#results tbody tr").first.wait_for()
    heads = page.locator("#results thead th").all_inner_texts()
    page.get_by_role("button", name="Network", exact=True).click()
    page.locator("#results .graph .node").first.wait_for()

    assert heads[:3] == ["subject", "predicate", "object"]
    assert "Turtle" in page.locator("#results").inner_text()


def test_yes_or_no_is_said(page: Page) -> None:
    page.goto("/sparql")
    write(page, "ASK { ?s ?p ?o }")
    run(page)

    assert "Yes." in page.locator("#results").inner_text()


def test_a_query_at_fault_is_shown_where_it_can_be_mended(page: Page, site: Service) -> None:
    response = page.request.get(
        f"{site.address}/sparql?query=SELECT%20*%20%7B%20%3Fs%20%7D", headers={"Accept": "text/html"}
    )
    assert response.status == 400
    page.goto("/sparql")
    write(page, "SELECT * { ?s }")
    run(page)

    assert "The query cannot be parsed" in page.locator("#results").inner_text()
    assert "Line 1" in page.locator("#results").inner_text()
    assert page.locator("#query").input_value() == "SELECT * { ?s }"


def test_variables_may_be_called_as_members_of_objects_are(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?s ?constructor ?toString { ?s a ?x OPTIONAL { ?s <http://e/none> ?constructor } } LIMIT 3")
    run(page)

    assert page.locator("#results tbody tr").count() == 3
    for name in ("Network", "Bars", "Map", "Timeline"):
        page.get_by_role("button", name=name, exact=True).click()


def test_back_shows_the_result_of_the_query_before(page: Page) -> None:
    page.goto("/queries/films")
    page.locator("#results tbody tr").first.wait_for()
    page.get_by_label("Questions of this data set").select_option(label="Countries in the graph, with their ISO codes")
    page.locator("#results td", has_text="KAZ").first.wait_for()
    assert page.locator("h1").inner_text() == "Countries in the graph, with their ISO codes"
    page.go_back()
    page.locator("#results td", has_text="showing planned").first.wait_for()

    assert "fm:filmStatus" in page.locator("#query").input_value()


def test_a_query_is_tidied_and_means_the_same(page: Page) -> None:
    page.goto("/sparql")
    write(page, 'select * where {\n?s ?p "a\\n{ b" . # { c\noptional {\n?s ?q ?r\n}\n}')
    page.get_by_role("button", name="Tidy up").click()

    assert page.locator("#query").input_value() == (
        'SELECT * WHERE {\n  ?s ?p "a\\n{ b" . # { c\n  OPTIONAL {\n    ?s ?q ?r\n  }\n}\n'
    )


def test_the_parameter_of_a_question_is_chosen_from_a_list(page: Page) -> None:
    page.goto("/queries/partner-countries")
    page.get_by_label("country").select_option(label="Georgia")
    page.get_by_role("button", name="Answer").click()
    page.locator("#results td", has_text="KZ").first.wait_for()

    assert page.locator("#results tbody tr").count() == 1
