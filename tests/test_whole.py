"""What search engines ask for: which pages there are, each of them there, and what to leave alone."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from http_helpers import BASE, BROWSER, assert_problem

from kg_service import sitemap
from kg_service.config import Limits
from kg_service.errors import NotFound
from kg_service.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from starlette.testclient import TestClient

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
E = "https://example.org/"


def addresses(content: bytes) -> tuple[str, list[str]]:
    root = ET.fromstring(content)  # noqa: S314 - written by the service itself
    return root.tag.removeprefix(SPACE), [str(each.text) for each in root.iter(f"{SPACE}loc")]


def test_the_index_lists_the_parts_and_a_part_the_pages(client: TestClient) -> None:
    response = client.get("/sitemap.xml")
    kind, parts = addresses(response.content)
    of_part, pages = addresses(client.get("/sitemap.xml?part=1").content)

    assert response.headers["content-type"] == "application/xml"
    assert (kind, parts) == ("sitemapindex", ["http://testserver/sitemap.xml?part=1"])
    assert of_part == "urlset"
    assert "http://testserver/page/id/memorandum/az-kz-aktau" in pages
    assert "http://testserver/page/ns" in pages


def test_each_thing_with_a_class_has_its_page_listed_once_and_the_page_is_there(client: TestClient) -> None:
    _, pages = addresses(client.get("/sitemap.xml?part=1").content)
    rows = client.post("/sparql", data={"query": "SELECT DISTINCT ?s { ?s a ?c }", "format": "json"}).json()
    things = {row["s"]["value"] for row in rows["results"]["bindings"] if row["s"]["value"].startswith(BASE)}

    assert sorted({f"http://testserver/page/{each.removeprefix(BASE).partition('#')[0]}" for each in things}) == sorted(
        pages
    )
    for page in pages:
        assert client.get(urlsplit(page).path, headers={"Accept": BROWSER}).status_code == 200


def test_a_part_that_there_is_not_is_not_found(client: TestClient) -> None:
    assert_problem(client.get("/sitemap.xml?part=2"), "not-found")
    assert_problem(client.get("/sitemap.xml?part=0"), "malformed-request")
    assert_problem(client.post("/sitemap.xml"), "method-not-allowed")


def test_robots_are_led_to_the_pages_and_away_from_queries(client: TestClient) -> None:
    response = client.get("/robots.txt")
    lines = [tuple(line.split(": ", 1)) for line in response.text.splitlines() if line]
    left_alone = tuple(value for name, value in lines if name == "Disallow")  # RFC 9309 §2.2.2: how a path begins

    assert response.headers["content-type"].startswith("text/plain")
    assert (lines[0], lines[-1]) == (("User-agent", "*"), ("Sitemap", "http://testserver/sitemap.xml"))
    for path in ("/", "/page/id/memorandum/az-kz-aktau", "/queries", "/browse", "/id/memorandum/az-kz-aktau"):
        assert not path.startswith(left_alone), path
    for path in ("/sparql?query=ASK%7B%7D", "/describe?iri=x", "/queries/films", "/browse?class=x", "/data/ns.ttl"):
        assert path.startswith(left_alone), path


def store_of(*iris: str) -> EmbeddedStore:
    store = ox.Store()
    for iri in iris:
        store.add(
            ox.Quad(
                ox.NamedNode(iri),
                ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
                ox.NamedNode(f"{E}C"),
            )
        )
    facts: dict[str, Any] = {"base": E, "prefixes": {}, "hash": "0", "graphs": [], "triples": len(iris)}
    return EmbeddedStore(store, facts, Limits())


def test_more_pages_than_one_part_takes_stand_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PART", 3)
    store = store_of(*(f"{E}id/{number}" for number in range(7)))
    index = io.BytesIO()
    sitemap.write_index(store, index, "http://h")
    found = []
    for number in (1, 2, 3):
        part = io.BytesIO()
        sitemap.write_part(store, part, "http://h", number)
        found.append(addresses(part.getvalue())[1])

    assert len(addresses(index.getvalue())[1]) == 3
    assert [len(each) for each in found] == [3, 3, 1]
    assert sorted(chain.from_iterable(found)) == [f"http://h/page/id/{number}" for number in range(7)]


def test_addresses_are_encoded_and_fragments_fold_into_their_document() -> None:
    part = io.BytesIO()
    sitemap.write_part(store_of(f"{E}id/é&x", f"{E}doc#one", f"{E}doc#two", "http://elsewhere/x"), part, "http://h", 1)

    assert sorted(addresses(part.getvalue())[1]) == ["http://h/page/doc", "http://h/page/id/%C3%A9%26x"]


def test_files_without_a_base_have_no_sitemap() -> None:
    store = store_of(f"{E}a")
    store.facts = {**store.facts, "base": ""}

    with pytest.raises(NotFound, match="no base"):
        sitemap.write_index(store, io.BytesIO(), "http://h")
