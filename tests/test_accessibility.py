"""Every kind of page in every form: no violation of WCAG 2.2 AA that axe finds, nothing wider than a small phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser import AXE, tab

from kg_service.web.reader import INTERFACE

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from processes import Service

#: Kind of page → an address of it, and what tells that its scripts are done.
PAGES = {
    "start": ("/", ".map"),
    "thing": ("/page/id/memorandum/az-kz-aktau", "main"),
    "film": ("/page/id/film/winners", "main"),
    "document": ("/page/source/qazaqculture-cab6c1e9-ar", "main"),
    "classes": ("/browse", "main"),
    "browse": ("/browse?class=fm:Memorandum", "main"),
    "search": ("/search?q=Qazaqstan", "main"),
    "nothing found": ("/search?q=zzzz", "main"),
    "ontology": ("/page/ns", ".graph"),
    "questions": ("/queries", "main"),
    "editor": ("/sparql", ".editor"),
    "table": ("/queries/films", "#results th[aria-sort]"),
    "map": ("/queries/network", "#results .map"),
    "bars": ("/queries/memoranda-by-event", "#results .bar"),
    "graphs": ("/graphs", "main"),
    "validation": ("/validation", "main"),
    "api": ("/docs", "main"),
    "about": ("/about", "main"),
    "missing": ("/page/id/film/none", "main"),
    "kind of problem": ("/errors/query-syntax", "main"),
}  # fmt: skip
CHECK = "rules => axe.run(document, {runOnly: rules})"
COLOURS = ["color-contrast", "link-in-text-block"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


#: Each page in a language of either direction, some in all.
CASES = [
    (name, language)
    for name in PAGES
    for language in INTERFACE
    if language in ("en", "ar") or name in ("start", "thing", "editor", "ontology")
]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_page_can_be_used_by_everybody(site: Service, browser: Browser, name: str, language: str) -> None:
    if not AXE.is_file():
        pytest.skip("the checker comes with the front end's packages, which were not installed here")
    path, done = PAGES[name]
    options: dict[str, Any] = {"locale": language, "color_scheme": "light", "viewport": {"width": 320, "height": 640}}
    with tab(browser, site.address, **options) as page:
        page.goto(path)
        page.locator(done).first.wait_for(state="attached")
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(CHECK, RULES)["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate(CHECK, {"type": "rule", "values": COLOURS})["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert [f"{each['id']}: {node['html'][:150]}" for each in found for node in each["nodes"]] == []
    assert wide <= 0
