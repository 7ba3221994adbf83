"""Addresses: every IRI of a data set has one page and one description, whatever letters it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import pytest
from conftest import serve
from http_helpers import BROWSER, assert_problem, triples
from hypothesis import given
from hypothesis import strategies as st
from pages import read_page

from kg_service.iris import page_path, spellings, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

KG = "https://example.org/kg/"
HERE = "http://testserver"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
#: The rest of an IRI behind the base → the path of a request for it, and that of its page; "" where it has none there.
NAMES = {
    "id/a": ("id/a", "id/a"),
    "id/ә": ("id/%D3%99", "id/%D3%99"),
    "id/مصر": ("id/%D9%85%D8%B5%D8%B1", "id/%D9%85%D8%B5%D8%B1"),
    "id/%D0%B0": ("id/%D0%B0", "id/%25D0%25B0"),
    "id/%D0%B1": ("id/%d0%b1", "id/%25D0%25B1"),
    "id/a%20b": ("id/a%20b", "id/a%2520b"),
    "id/s%2Ft": ("id/s%2Ft", "id/s%252Ft"),
    "id/100%25": ("id/100%25", "id/100%2525"),
    "id/it's(1)": ("id/it%27s%281%29", "id/it%27s%281%29"),
    "id/x.ttl": ("id/x.ttl", "id/x.ttl"),
    "id/x:y@z;v=1,2": ("id/x:y@z;v=1,2", "id/x%3Ay%40z%3Bv%3D1%2C2"),
    "id/end/": ("id/end/", "id/end/"),
    "q?x=1&y=2": ("q?x=1&y=2", "q%3Fx%3D1%26y%3D2"),
    "q?x=ә": ("q?x=%D3%99", "q%3Fx%3D%D3%99"),
    "q?x=1": ("q?x=1&lang=kk", "q%3Fx%3D1"),
    "/evil.example": ("/evil.example", ""),
    "id//twice": ("id//twice", ""),
    "id/../up": ("id/%2e%2e/up", ""),
}
#: Data set without base: what is described there.
PLAIN = ("http://example.org/a", "http://example.org/ә?x=1#y", "urn:x:1")


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "data").mkdir()
    (folder / "data" / "catalog.ttl").write_text(
        "@prefix void: <http://rdfs.org/ns/void#> .\n"
        f'<{KG}dataset> a <http://www.w3.org/ns/dcat#Dataset>, void:Dataset ; void:uriSpace "{KG}" .\n'
    )
    named = "".join(f'<{KG}{local}> <{LABEL}> "name of {local}" .\n' for local in NAMES)
    others = (
        f'<{KG}id/а> <{LABEL}> "a letter" .\n<{KG}id/h#frag> <{LABEL}> "a part" .\n'
        f'<{KG}id/doc> <{LABEL}> "a document" . <{KG}id/doc#one> <{LABEL}> "the first" .\n'
        f"<{KG}id/a> <http://e/p> <{KG}id/mentioned> .\n"
    )
    (folder / "data" / "things.ttl").write_text(named + others, "utf-8")
    yield from serve(folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file = tmp_path_factory.mktemp("plain") / "x.ttl"
    rows = (f'<{iri}> <{LABEL}> "{iri}" ; <http://e/p> <{PLAIN[0]}> .\n' for iri in PLAIN)
    file.write_text("".join(rows), "utf-8")
    yield from serve(file)


def go(client: TestClient, path: str, accept: str) -> str:
    """Return where a request leads that is sent as it is written."""
    answer = client.get(f"{HERE}/{path}", headers={"Accept": accept})

    assert answer.status_code == 303, path
    return str(answer.headers["location"])


@pytest.mark.parametrize("local", NAMES)
def test_every_iri_leads_to_its_own_page_and_description(letters: TestClient, local: str) -> None:
    asked, path = NAMES[local]
    page, data = go(letters, asked, BROWSER), go(letters, asked, "text/turtle")
    address = f"/page/{path}" if path else "/describe?iri=" + quote(KG + local, safe="")
    shown = read_page(letters.get(page, headers={"Accept": BROWSER}).text)
    described = triples(letters.get(data).content, "ttl")

    assert page.removeprefix(HERE).startswith(address)
    assert f"name of {local}" in shown.text
    assert f"{KG}{local}" in [each for each in shown.links if each.startswith("http")]
    assert {each for each in described if each[1] == f"<{LABEL}>"} >= {
        (f"<{KG}{local}>", f"<{LABEL}>", f'"name of {local}"')
    }
    assert {topic for _, predicate, topic in described if predicate.endswith("primaryTopic>")} == {f"<{KG}{local}>"}


@pytest.mark.parametrize("local", NAMES)
def test_what_is_found_links_to_the_page_of_exactly_that_iri(letters: TestClient, local: str) -> None:
    found = read_page(letters.get("/search", params={"q": f"name of {local}"}, headers={"Accept": BROWSER}).text)
    links = [each for each in found.links if each.startswith(("/page/", "/describe"))]
    pages = [read_page(letters.get(each, headers={"Accept": BROWSER}).text) for each in links]

    assert any(f"{KG}{local}" in page.links for page in pages)


@pytest.mark.parametrize("local", NAMES)
def test_a_page_lists_its_files_and_languages_under_addresses_that_work(letters: TestClient, local: str) -> None:
    page = read_page(letters.get(go(letters, NAMES[local][0], BROWSER), headers={"Accept": BROWSER}).text)
    files = {each for each in page.links if "/data/" in each or "&format=" in each}
    languages = {each for each in page.links if each.startswith(("/page/", "/describe?")) and "lang=kk" in each}

    assert len(files) == 6
    for each in files:
        assert letters.get(each).status_code == 200, each
    for each in languages:
        assert f"name of {local}" in letters.get(each, headers={"Accept": BROWSER}).text.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("page/id/a%20b", "page/id/a%2520b"),
        ("page/id/%D0%B1?lang=kk", "page/id/%25D0%25B1?lang=kk"),
        ("page/id/s%2Ft", "page/id/s%252Ft"),
        ("data/id/a%20b.ttl", "data/id/a%2520b.ttl"),
    ],
)
def test_the_address_of_none_leads_to_the_one_that_was_meant(letters: TestClient, path: str, leads_to: str) -> None:
    answer = letters.get(f"{HERE}/{path}")

    assert (answer.status_code, answer.headers["location"]) == (307, f"{HERE}/{leads_to}")


def test_two_iris_that_are_sent_alike_have_two_pages(letters: TestClient) -> None:
    letter, escaped = (letters.get(f"/page/id/{path}") for path in ("%D0%B0", "%25D0%25B0"))

    assert "a letter" in letter.text
    assert "name of id/%D0%B0" in escaped.text
    assert "id/а.ttl" not in go(letters, "id/%D0%B0", "text/turtle")


@pytest.mark.parametrize(("document", "part", "name"), [("id/h", "frag", "a part"), ("id/doc", "one", "the first")])
def test_parts_make_their_document_known(letters: TestClient, document: str, part: str, name: str) -> None:
    page = read_page(letters.get(go(letters, document, BROWSER)).text)
    found = triples(letters.get(go(letters, document, "text/turtle")).content, "ttl")
    alone = read_page(letters.get("/describe", params={"iri": f"{KG}{document}#{part}", "format": "html"}).text)
    files = {each for each in alone.links if "format=ttl" in each}

    assert part in [attributes.get("id") for _, attributes in page.elements]
    assert (f"<{KG}{document}#{part}>", f"<{LABEL}>", f'"{name}"') in found
    assert [triples(letters.get(each).content, "ttl") & found for each in files] == [
        {(f"<{KG}{document}#{part}>", f"<{LABEL}>", f'"{name}"')}
    ]


@pytest.mark.parametrize("path", ["id/none", "id/mentioned", "id/%ff", "page/id/%ff", "page/id/no%20ne", "id/.ttl"])
def test_what_nothing_is_said_of_is_not_found(letters: TestClient, path: str) -> None:
    assert_problem(letters.get(f"{HERE}/{path}"), "not-found")


@pytest.mark.parametrize("path", ["/evil.example", "/evil.example/", "//evil.example", "/evil.example?lang=kk"])
def test_no_answer_leads_elsewhere(letters: TestClient, path: str) -> None:
    answer = letters.get(f"{HERE}/{path}", headers={"Accept": BROWSER})
    links = read_page(answer.text).links

    assert answer.headers.get("location", HERE).startswith(HERE)
    assert not [each for each in links if urljoin(f"{HERE}/", each).startswith("http://evil")]


@pytest.mark.parametrize("iri", PLAIN)
def test_without_a_base_every_iri_has_a_page_and_a_description(plain: TestClient, iri: str) -> None:
    page = read_page(plain.get("/describe", params={"iri": iri}, headers={"Accept": BROWSER}).text)
    inside = {each for each in page.links if each.startswith("/describe?iri=")}
    outside = [each for each in page.links if each == iri]

    assert f"/describe?iri={quote(PLAIN[0], safe='')}" in inside
    assert outside == ([iri] if iri.startswith("http") else [])
    for name in ("ttl", "jsonld", "trig"):
        answer = plain.get("/describe", params={"iri": iri, "format": name})
        found = triples(answer.content, name)
        about = {subject for subject, predicate, _ in found if predicate.endswith("primaryTopic>")}
        assert about == {f"<{HERE}/describe?iri={quote(iri, safe='')}&format={name}>"}
        assert (f"<{iri}>", "<http://e/p>", f"<{PLAIN[0]}>") in found


def test_without_a_base_what_is_found_has_its_page_here(plain: TestClient) -> None:
    found = read_page(plain.get("/search?q=example", headers={"Accept": BROWSER}).text)

    assert f"/describe?iri={quote(PLAIN[0], safe='')}" in found.links
    assert not [each for each in found.links if each.startswith("http://example.org")]


LETTERS = st.text(st.sampled_from("abAB09/.-~!$&'()*+,;=:@?әасرम\U0001f600"))
ESCAPES = st.sampled_from(["%20", "%25", "%2F", "%2f", "%3F", "%23", "%D0%B0", "%d0%b0", "%FF", "%E2%82", "%41"])
LOCALS = st.lists(LETTERS | ESCAPES).map("".join)


@given(LOCALS)
def test_a_page_is_that_of_the_iri_whose_address_it_is(local: str) -> None:
    path = page_path(local)
    if path is None:
        segments = local.split("/")
        assert not local or {"", ".", ".."} & {*segments[:-1]} or segments[-1] in (".", "..")
    else:
        assert unquoted(path) == local
        assert path.isascii()
        assert not {"?", "#", " "} & {*path}


@given(LOCALS, LOCALS)
def test_two_iris_never_share_a_page(one: str, other: str) -> None:
    assert one == other or page_path(one) is None or page_path(one) != page_path(other)


@given(LOCALS)
def test_a_request_for_an_iri_means_it_first_or_as_it_is_sent(local: str) -> None:
    sent = quote(local, safe="%/:@!$&'()*+,;=~?")

    assert sent == spellings(sent)[0]
    assert local in spellings(sent) or any(escape in local for escape in ("%2", "%4", "%D", "%d", "%E", "%F", "%3"))
