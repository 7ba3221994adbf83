"""What people do with the pages, done in a real browser: search, follow to evidence, narrow down, print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from browser import tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from processes import Service


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


@pytest.mark.usefixtures("sources")
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


@pytest.mark.usefixtures("sources")
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
        page.locator("#query").fill(
            "PREFIX fm: <https://w3id.org/film-memoranda/ns#> SELECT * { ?m a fm:Memorandum ; fm:coversField ?field }"
        )
        page.get_by_role("button", name="Run").click()
        assert page.locator("#results tbody tr").count() == 18


@pytest.mark.usefixtures("sources")
def test_sentences_are_at_hand_without_scripts(site: Service, browser: Browser) -> None:
    with tab(browser, site.address, java_script_enabled=False) as page:
        page.goto("/page/id/film/winners")
        assert page.locator("#evidence + ol blockquote").count() == 1


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


@pytest.mark.usefixtures("sources")
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
