"""What people do with the pages, done in a real browser: search, follow to evidence, write, run, stop, share."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from browser import tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from processes import Service

QUERY = """PREFIX fm: <https://w3id.org/film-memoranda/ns#>
SELECT ?memorandum ?field { ?memorandum a fm:Memorandum ; fm:coversField ?field }
ORDER BY ?memorandum ?field"""


@pytest.fixture
def page(site: Service, browser: Browser) -> Iterator[Page]:
    faults: list[str] = []
    with tab(browser, site.address, faults) as opened:
        yield opened
    assert faults == []


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


@pytest.mark.parametrize(
    ("language", "words", "country"),
    [
        ("ar", "اذربيجان", "أذربيجان"),
        ("kk", "Qazaqstan", "Қазақстан"),
        ("kk", "өзбек", "Өзбекстан"),
        ("en", "turkiye", "Türkiye"),
    ],
)
def test_a_name_is_found_in_any_spelling_and_leads_to_its_page(
    site: Service, browser: Browser, language: str, words: str, country: str
) -> None:
    with tab(browser, site.address, locale=language) as page:
        page.goto("/")
        page.locator("#q").fill(words)
        page.keyboard.press("Enter")
        page.locator(".results a.name", has_text=country).first.click()

        assert page.locator("h1").inner_text().strip() == country
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def test_a_claim_leads_to_its_sentence_in_two_clicks(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Azerbaijan – Kazakhstan").click()
    row = page.locator("dd", has_text="dubbing")
    number = row.locator("li", has_text="dubbing").locator(".note-link")
    number.click()
    note = page.locator(f"#note-{number.inner_text()}")
    quotation = note.locator("blockquote")

    assert quotation.get_attribute("dir") == "rtl"
    assert quotation.get_attribute("lang") == "ar"
    assert "الدبلجة" in quotation.inner_text()
    assert "s3" in note.locator("figcaption").inner_text()
    assert "modality: provided for" in note.locator("figcaption").inner_text()


def test_a_note_is_shown_beside_its_number(page: Page) -> None:
    page.goto("/page/id/memorandum/az-kz-aktau")
    page.locator(".note-link").first.focus()

    assert page.locator(".note blockquote").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".note").count() == 0


def test_facets_narrow_down_and_the_address_keeps_it(page: Page) -> None:
    page.goto("/browse?class=fm:Memorandum")
    page.get_by_role("checkbox", name="France 1", exact=True).check()
    page.wait_for_url(re.compile("fm%3ApartyCountry=country%3Afr"))

    assert page.locator(".results a.name").all_inner_texts() == ["Memorandum of Kazakhstan and France (Cannes)"]
    page.reload()
    assert page.get_by_role("checkbox", name="France 1", exact=True).is_checked()


def test_the_map_has_an_arc_for_each_signing_and_says_what_lines_mean(page: Page) -> None:
    page.goto("/")
    page.locator(".map").wait_for()

    assert page.locator(".arc.style-0").count() == 5
    assert page.locator(".arc.style-1").count() == 2
    assert page.locator(".thing-mark").count() == 6  # five at places, one in the key
    assert page.locator(".key").all_inner_texts()[:2] == [
        "Korkyt Ata film festival in Aktau", "Cannes Film Festival, edition not stated",
    ]  # fmt: skip


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


def test_everything_works_without_scripts(site: Service, browser: Browser) -> None:
    with tab(browser, site.address, java_script_enabled=False) as page:
        page.goto("/")
        page.locator("#q").fill("dubbing")
        page.keyboard.press("Enter")
        page.locator(".results a.name").first.click()
        assert page.locator("h1").inner_text() == "dubbing"
        page.goto("/browse?class=fm:Film")
        page.get_by_label(re.compile(r"^\s*shown")).check()
        page.get_by_role("button", name="Narrow down").click()
        assert page.locator(".results a.name").count() == 1
        page.goto("/sparql")
        page.locator("#query").fill(QUERY)
        page.get_by_role("button", name="Run").click()
        assert page.locator("#results tbody tr").count() == 18
        page.goto("/page/id/film/winners")
        assert page.locator("#evidence + ol blockquote").count() == 1


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
    page.get_by_text("Not determined.").wait_for()


#: A page → the most that its first load may weigh, in bytes as they are sent.
WEIGHTS = {"/": 200_000, "/sparql": 250_000}
SENT = """() => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
    .map(entry => [entry.name, entry.encodedBodySize])"""


@pytest.mark.parametrize("language", ["en", "ru", "kk", "ar"])
@pytest.mark.parametrize("path", WEIGHTS)
def test_the_first_load_of_a_page_weighs_little(site: Service, browser: Browser, path: str, language: str) -> None:
    with tab(browser, site.address, locale=language) as page:
        page.goto(path, wait_until="networkidle")
        page.locator(".map" if path == "/" else ".cm-content").wait_for()
        page.evaluate("document.fonts.ready")
        sent = dict(page.evaluate(SENT))

    assert any(name.endswith(".woff2") for name in sent)
    assert all(sent.values())
    assert sum(sent.values()) <= WEIGHTS[path], sent


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


def test_pages_are_printed_without_what_only_a_screen_needs(page: Page) -> None:
    page.goto("/page/id/memorandum/az-kz-aktau")
    page.emulate_media(media="print")

    assert not page.locator(".site nav").first.is_visible()
    assert not page.locator(".foot").is_visible()
    assert page.locator("#evidence + ol blockquote").first.is_visible()


def test_the_keyboard_reaches_everything_and_is_never_held(page: Page) -> None:
    page.goto("/sparql")
    page.locator(".cm-content").wait_for()
    page.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent")
    page.goto("/")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    page.locator("h1").click()
    page.keyboard.press("/")

    assert focused == "Run"
    assert first == "skip"
    assert page.evaluate("document.activeElement.id") == "q"


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
