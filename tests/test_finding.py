"""Browse, search, labels and shared links over HTTP: what they find, how they count, and what they refuse."""

from __future__ import annotations

import contextlib
import string
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from http_helpers import BASE, BROWSER, assert_problem
from hypothesis import given
from hypothesis import strategies as st
from pages import read_page

from kg_service.collation import sort_key
from kg_service.errors import NotFound
from kg_service.shared_link import decode, encode
from kg_service.web.quotations import quotation

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

COUNT = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a <%s> }"


def json_of(client: TestClient, path: str, **headers: str) -> Any:
    return client.get(path, headers={"Accept": "application/json", **headers}).json()


def test_classes_are_counted_as_a_query_counts_them(client: TestClient) -> None:
    found = json_of(client, "/browse")["classes"]

    assert {each["name"] for each in found} >= {"fm:Agency", "fm:Memorandum", "fm:Country", "fm:Film", "fm:Theme"}
    for each in found:
        rows = client.get("/sparql", params={"query": COUNT % each["iri"]}).json()["results"]["bindings"]
        assert int(rows[0]["n"]["value"]) == each["count"], each["name"]


def test_facets_come_from_the_shapes_and_count_exactly(client: TestClient) -> None:
    found = json_of(client, "/browse?class=fm:Memorandum")
    facets = {each["name"]: {v["name"]: v["count"] for v in each["values"]} for each in found["facets"]}

    assert found["total"] == 7
    assert facets["fm:partyCountry"]["country:kz"] == 7
    assert facets["fm:partyCountry"]["country:fr"] == 1
    assert next(iter(facets)) == "fm:party"  # the property that the shape asks for
    for name, values in facets.items():
        for value, count in values.items():
            assert json_of(client, f"/browse?class=fm:Memorandum&{name}={value}")["total"] == count


def test_several_values_of_a_facet_mean_any_several_facets_all(client: TestClient) -> None:
    path = "/browse?class=fm:Memorandum&fm:partyCountry=country:fr&fm:partyCountry=country:az"
    either = json_of(client, path)
    both = json_of(client, f"{path}&fm:coversField=field:dubbing")
    chosen = [v["name"] for each in either["facets"] for v in each["values"] if v["chosen"]]

    assert either["total"] == 2
    assert [each["iri"] for each in both["things"]] == [f"{BASE}id/memorandum/az-kz-aktau"]
    assert sorted(chosen) == ["country:az", "country:fr"]


def test_things_stand_in_the_order_of_their_labels_in_the_readers_language(client: TestClient) -> None:
    for language in ("en", "ru", "kk", "ar"):
        things = json_of(client, "/browse?class=fm:Country", **{"Accept-Language": language})["things"]
        names = [each["label"]["value"] for each in things]
        assert names == sorted(names, key=lambda each: sort_key(each, language))
        assert {each["label"]["language"] for each in things} == {language}


def test_names_stand_in_the_order_of_their_alphabet(client: TestClient) -> None:
    things = json_of(client, "/browse?class=fm:Country", **{"Accept-Language": "kk"})["things"]
    names = [each["label"]["value"] for each in things]

    assert [each for each in names if each[0] in "ӘГЛҚӨ"] == [
        "Әзірбайжан", "Грузия", "Қазақстан", "Қырғызстан", "Литва", "Өзбекстан",
    ]  # fmt: skip


def test_values_of_a_facet_that_count_alike_stand_in_the_order_of_their_labels(client: TestClient) -> None:
    for language in ("en", "kk", "ar"):
        for facet in json_of(client, "/browse?class=fm:Memorandum", **{"Accept-Language": language})["facets"]:
            rows = [(-v["count"], sort_key(v["label"]["value"], v["label"]["language"])) for v in facet["values"]]
            assert rows == sorted(rows)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/browse?class=fm:Nothing", "not-found"),
        ("/browse?class=fm:Film&page=2", "not-found"),
        ("/browse?class=fm:Film&page=0", "malformed-request"),
        ("/browse?class=fm:Film&page=x", "malformed-request"),
        ("/browse?class=no%20iri", "malformed-request"),
        ("/browse?class=fm:Film&class=fm:Theme", "malformed-request"),
        ("/browse?class=fm:Film&fm:filmType=no%20iri", "malformed-request"),
        ("/browse?class=fm:Film&" + "&".join(["fm:filmType=film-type:animation"] * 51), "malformed-request"),
        ("/browse?format=ttl", "malformed-request"),
        ("/search?q=a&page=-1", "malformed-request"),
        ("/search?q=a&page=10000", "not-found"),
        ("/search?q=&page=2", "not-found"),
        ("/search?q=a&class=no%20iri", "malformed-request"),
        ("/sparql/shared/none", "not-found"),
    ],
)
def test_what_cannot_be_meant_is_refused(client: TestClient, path: str, problem: str) -> None:
    assert_problem(client.get(path), problem)


@pytest.mark.parametrize("path", ["/browse", "/search", "/", "/about", "/page/ns"])
def test_pages_are_read_only(client: TestClient, path: str) -> None:
    assert_problem(client.delete(path), "method-not-allowed")


@pytest.mark.parametrize("path", ["/sparql/labels", "/sparql/shared"])
def test_what_is_posted_is_not_read(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), "method-not-allowed")


@pytest.mark.parametrize(
    ("text", "iri", "language"),
    [("Қазақстан", "kz", "kk"), ("qazaqstan", "kz", "kk"), ("اذربيجان", "az", "ar"), ("ozbekiston", "uz", "uz"),
     ("TURKIYE", "tr", "en"), ("საქართველო", "ge", "ka")],
)  # fmt: skip
def test_a_name_is_found_and_says_its_language(client: TestClient, text: str, iri: str, language: str) -> None:
    first = client.get("/search", params={"q": text, "format": "json"}).json()["hits"][0]

    assert first["iri"] == f"{BASE}id/country/{iri}"
    assert first["label"]["language"] == language
    assert [each["name"] for each in first["classes"]] == ["fm:Country"]


@pytest.mark.parametrize(
    ("text", "path"),
    [("Azerbajan", "id/country/az"), ("dubing", "field/dubbing"), ("turkey", "id/country/tr"),
     ("az kz actau", "id/memorandum/az-kz-aktau"), ("мемарандум актав", "id/memorandum/az-kz-aktau")],
)  # fmt: skip
def test_what_comes_near_is_offered_where_nothing_bears_the_name(client: TestClient, text: str, path: str) -> None:
    found = client.get("/search", params={"q": text, "format": "json"}).json()
    page = read_page(client.get("/search", params={"q": text}, headers={"Accept": BROWSER}).text)

    assert (found["total"], found["close"]) == (0, True)
    assert f"{BASE}{path}" in [each["iri"] for each in found["hits"]]
    assert f"/page/{path}" in page.links
    assert "Nothing bears that name; these come near:" in page.text
    assert "0 found" not in page.text


@pytest.mark.parametrize("text", ["Azerbaijan", "xyzzy"])
def test_what_is_found_or_far_off_is_not_said_to_come_near(client: TestClient, text: str) -> None:
    found = client.get("/search", params={"q": text, "format": "json"}).json()

    assert found["close"] is False
    assert len(found["hits"]) == min(found["total"], 50)
    assert "come near" not in client.get("/search", params={"q": text}, headers={"Accept": BROWSER}).text


@pytest.mark.parametrize(("text", "total"), [("سينما", 20), ("السينما", 20), ("اذربيجان", 4), ("ترجمة", 1)])
def test_arabic_words_are_found_with_and_without_what_is_written_before_them(
    client: TestClient, text: str, total: int
) -> None:
    found = client.get("/search", params={"q": text, "format": "json"}).json()

    assert found["total"] >= total
    assert found["close"] is False


def test_an_article_leads_to_the_same_things(client: TestClient) -> None:
    def found(text: str) -> set[str]:
        return {each["iri"] for each in client.get("/search", params={"q": text, "format": "json"}).json()["hits"]}

    assert found("سينما") == found("السينما") == found("والسينما")
    assert f"{BASE}id/memorandum/az-kz-aktau" in found("اذربيجان")


def test_a_search_can_be_held_to_a_class(client: TestClient) -> None:
    found = json_of(client, "/search?q=Aktau&class=fm:Signing")["hits"]

    assert len(found) == 5
    assert all("/id/signing/" in each["iri"] for each in found)


def test_labels_come_in_the_readers_language_and_nothing_for_what_has_none(client: TestClient) -> None:
    asked = {"iri": [f"{BASE}id/country/kz", f"{BASE}ns#Film", "http://e/none", "no iri"]}
    found = client.post("/sparql/labels", data=asked, headers={"Accept-Language": "kk"}).json()

    assert found == {
        f"{BASE}id/country/kz": {"value": "Қазақстан", "language": "kk"},
        f"{BASE}ns#Film": {"value": "фильм", "language": "kk"},
    }
    assert_problem(client.post("/sparql/labels", data={"iri": ["http://e/a"] * 2_001}), "malformed-request")


def test_a_shared_link_leads_to_its_query_and_tells_another_version(client: TestClient) -> None:
    query = "SELECT ?s { ?s a <http://e/Ä> } # \u4e2d"
    made = client.post("/sparql/shared", data={"query": query}).json()
    address = urlsplit(made["link"])
    there = client.get(f"{address.path}?{address.query}")
    page = client.get(there.headers["location"], headers={"Accept": BROWSER})
    other = client.get(there.headers["location"].replace(made["version"], "0" * 12), headers={"Accept": BROWSER})

    assert there.status_code == 303
    assert query in read_page(page.text).text
    assert "was made over version" not in page.text
    assert f"was made over version {'0' * 12}" in other.text
    assert_problem(client.post("/sparql/shared", data={}), "malformed-request")
    random = "".join(map(chr, range(0x4E00, 0x9000)))
    assert_problem(client.post("/sparql/shared", data={"query": random}), "body-too-large")
    assert_problem(client.post("/sparql/shared", data={"query": "x" * 1_100_000}), "body-too-large")


@given(st.text())
def test_every_query_comes_back_from_its_link(query: str) -> None:
    text = query.encode("utf-8", "replace").decode()
    if text:
        code = encode(text)
        assert set(code) <= set(string.ascii_letters + string.digits + "-_")
        assert decode(code, 1_000_000) == text


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_", max_size=200))
def test_any_other_code_leads_nowhere_or_to_a_text(code: str) -> None:
    with contextlib.suppress(NotFound):
        assert isinstance(decode(code, 1_000), str)


def test_a_code_cannot_grow_without_bound() -> None:
    with pytest.raises(NotFound):
        decode(encode("x" * 10_000_000), 1_000)


@pytest.mark.parametrize("name", ["../secret", "a/b", "", ".", "%2e%2e%2fsecret", "nul\0"])
def test_a_documents_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    note = {"document": {"iri": f"http://e/{name}"}, "start": 0, "end": 6, "sha256": ""}

    assert quotation(tmp_path / "texts", note) is None
    assert quotation(None, note) is None


def test_a_text_that_is_no_longer_the_recorded_one_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "doc.txt").write_text("abcdef", "utf-8")
    good = "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721"  # of "abcdef"
    note = {"document": {"iri": "http://e/doc"}, "start": 0, "end": 6, "sha256": good}

    assert quotation(tmp_path, note) == "abcdef"
    assert quotation(tmp_path, note | {"end": 5}) is None
    assert quotation(tmp_path, note | {"start": "0"}) is None
    assert quotation(tmp_path, note | {"document": {"iri": "http://e/other"}}) is None


def test_the_host_of_one_client_never_reaches_another(client: TestClient) -> None:
    path = "/data/id/country/kg.ttl"
    evil = client.get(path, headers={"Host": "evil.example"})
    other = client.get(path)

    assert "evil.example" in evil.headers["link"]
    assert "evil.example" not in str(other.headers)
    assert other.headers["etag"] != evil.headers["etag"]


def test_a_question_is_asked_in_the_language_that_was_chosen(client: TestClient) -> None:
    page = client.get("/queries/films?lang=ar", headers={"Accept": BROWSER})
    described = client.get("/queries", headers={"Accept": "application/json"}).json()["queries"]

    assert page.status_code == 200
    assert "الأفلام وأنواعها وحالها" in page.text
    assert all(each["text"].lstrip().startswith("PREFIX") for each in described)


def test_the_parameters_of_a_question_are_chosen_by_label(client: TestClient) -> None:
    page = read_page(client.get("/queries", headers={"Accept": BROWSER, "Accept-Language": "ru"}).text)
    options = [attributes["value"] for tag, attributes in page.elements if tag == "option"]
    answer = client.get(f"/queries/partner-countries?country={BASE}id/country/uz&format=csv").text

    assert f"{BASE}id/country/kz" in options
    assert "Узбекистан" in page.text
    assert answer.splitlines()[1:] == ["KZ,https://w3id.org/film-memoranda/id/country/kz,Kazakhstan"]


@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", f"DESCRIBE <{BASE}id/film/winners>"])
def test_a_graph_is_a_page_for_a_browser_and_a_graph_for_all_others(client: TestClient, query: str) -> None:
    page = client.get("/sparql", params={"query": query}, headers={"Accept": BROWSER})
    asked = client.get("/sparql", params={"query": query, "format": "html"})
    other = client.get("/sparql", params={"query": query}, headers={"Accept": "*/*"})

    for response in (page, asked):
        assert response.headers["content-type"].startswith("text/html")
        assert '<th scope="col">predicate</th>' in response.text
    assert other.headers["content-type"].startswith("text/turtle")
    if query.startswith("CONSTRUCT"):
        assert "The first 1,000 rows; there are more" in page.text


@pytest.mark.parametrize("target", ["default", f"graph={BASE}graph/labels"])
def test_a_browser_sees_a_graph_as_the_query_that_gives_it(client: TestClient, target: str) -> None:
    there = client.get(f"/graphs?{target}", headers={"Accept": BROWSER})
    page = client.get(there.headers["location"], headers={"Accept": BROWSER})

    assert there.status_code == 303
    assert "CONSTRUCT" in page.text
    assert "rdfs:label" in page.text
    assert client.get(f"/graphs?{target}").headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize("path", ["/", "/search", "/browse", "/page/id/film/winners", "/none"])
def test_what_is_no_utf_8_harms_no_page(client: TestClient, path: str) -> None:
    response = client.get(f"{path}?x=%FF&lang=ru", headers={"Accept": BROWSER})

    assert response.status_code in (200, 400, 404)
    assert response.text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/data/id/film/winners.rdf", "/download/film-memoranda.ttl"])
def test_data_are_never_taken_for_a_page(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
