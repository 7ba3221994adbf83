"""The pages as documents: every link leads somewhere, nothing runs that is not ours, and who keeps them asks again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from conftest import serve
from http_helpers import BROWSER
from pages import read_page
from worlds import ROOT

from kg_service.language_tags import direction
from kg_service.web.reader import INTERFACE
from kg_service.web.templates import SECURITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response
    from starlette.testclient import TestClient

PAGES = [
    "/", "/browse", "/browse?class=fm:Memorandum", "/search", "/search?q=Aktau", "/sparql", "/queries",
    "/queries/films", "/graphs", "/docs", "/about", "/errors/not-found", "/page/ns",
    "/page/id/film/winners", "/page/source/qazaqculture-cab6c1e9-ar", "/describe?iri=http://www.wikidata.org/entity/Q232",
]  # fmt: skip


@pytest.fixture(scope="module")
def behind_a_proxy() -> Iterator[TestClient]:
    """Serve under a path, as a proxy would."""
    yield from serve(ROOT, root_path="/kg")


def get(client: TestClient, path: str, **headers: str) -> Response:
    """Ask as a browser does; underscores stand for the hyphens of header names."""
    return client.get(
        path, headers={"Accept": BROWSER, **{name.replace("_", "-"): each for name, each in headers.items()}}
    )


def inside(address: str) -> str | None:
    """Return the path of an internal link without its fragment and language, None for one that leads elsewhere."""
    parts = urlsplit(address)
    if parts.scheme not in ("", "http") or parts.netloc not in ("", "testserver"):
        return None
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "lang"])
    return parts.path + (f"?{query}" if query else "")


def test_every_internal_link_leads_somewhere(client: TestClient) -> None:
    waiting, seen, broken, pages = ["/"], {"/"}, [], 0
    while waiting:
        path = waiting.pop()
        response = get(client, path)
        if response.status_code not in (200, 303):
            broken.append(f"{response.status_code} {path}")
        if response.status_code == 303:
            links = [response.headers["location"]]
        elif response.headers["content-type"].startswith("text/html"):
            page = read_page(response.text)
            pages += 1
            assert page.faults == [], path
            assert page.dangers == [], path
            links = page.links
            targets = {attributes["id"] for _, attributes in page.elements if attributes.get("id")}
            broken += [f"{path}{link}" for link in links if link.startswith("#") and link[1:] not in targets]
        else:
            continue
        for link in links:
            found = inside(urljoin(path, link))
            if found is not None and found not in seen:
                seen.add(found)
                waiting.append(found)

    assert broken == []
    assert pages > 200
    assert len(seen) > 1_000


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_and_run_nothing_but_ours(client: TestClient, path: str) -> None:
    response = get(client, path)
    page = read_page(response.text)
    loaded = [
        attributes.get("src") or attributes.get("href", "")
        for tag, attributes in page.elements
        if tag in ("script", "img") or (tag == "link" and attributes.get("rel") in ("stylesheet", "icon"))
    ]

    assert {name: response.headers[name] for name in SECURITY} == SECURITY
    assert "unsafe" not in response.headers["content-security-policy"]
    assert all(address.startswith("/static/") for address in loaded if address)


@pytest.mark.parametrize("language", INTERFACE)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_the_language_asked_for(client: TestClient, path: str, language: str) -> None:
    by_header = get(client, path, Accept_Language=f"{language}, xx;q=0.5")
    asked = get(client, path + ("&" if "?" in path else "?") + f"lang={language}", Accept_Language="xx")

    for response in (by_header, asked):
        assert response.headers["content-language"] == language
        assert "Accept-Language" in response.headers["vary"]
        assert f'<html lang="{language}" dir="{direction(language)}"' in response.text
    led = [attributes.get("href", "") for tag, attributes in read_page(asked.text).elements if tag == "a"]
    kept = {
        link.partition("?")[0]: link
        for link in reversed(led)  # the first of each stays: it stands above the switch
        if link.startswith(("/browse", "/queries?"))
    }
    assert kept
    assert all(f"lang={language}" in link for link in kept.values())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sent_once_to_who_keeps_it(client: TestClient, path: str) -> None:
    response = get(client, path)
    again = get(client, path, If_None_Match=response.headers["etag"])
    other = get(client, path, If_None_Match=response.headers["etag"], Accept_Language="ar")

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == response.headers["etag"]
    assert other.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_links_stay_under_the_root_path(behind_a_proxy: TestClient, path: str) -> None:
    page = read_page(get(behind_a_proxy, path).text)
    own = [link for link in page.links if link.startswith("/")]

    assert own
    assert all(link.startswith("/kg/") or link == "/kg" for link in own)
