"""Pages about things: what they say, in whose words, and where each fact stands."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from conftest import serve
from http_helpers import BASE, BROWSER, triples
from pages import read_page
from worlds import project

from kg_service.description import label
from kg_service.loading import build_store
from kg_service.namespaces import DCTERMS, OWL, RDF, SH, SKOS
from kg_service.standard_labels import _LABELS, TAGS
from kg_service.thing_page import thing_page
from kg_service.web.reader import INTERFACE
from kg_service.wording import _words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages import Page
    from starlette.testclient import TestClient

MEMORANDUM = "id/memorandum/az-kz-aktau"
CLASSES = ("agency/azerbaijan-cinema-agency", "memorandum/az-kz-aktau", "film/winners", "country/kz")


@pytest.fixture(scope="module")
def store() -> tuple[ox.Store, dict[str, Any]]:
    built, _ = build_store(project())
    return built, {"base": BASE, "prefixes": project().prefixes}


def page_of(store: tuple[ox.Store, dict[str, Any]], path: str, *languages: str) -> dict[str, Any]:
    return thing_page(store[0], store[1], ox.NamedNode(BASE + path), list(languages or ("en",)))


def values(groups: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return next((group["values"] for group in groups if group["predicate"]["name"] == name), [])


def test_every_asserted_fact_has_a_note_and_every_inferred_one_stands_apart(
    store: tuple[ox.Store, dict[str, Any]],
) -> None:
    page = page_of(store, MEMORANDUM)
    numbers = {note["number"] for note in page["notes"]}
    noted = [value["notes"] for name in ("facts", "elsewhere", "incoming") for g in page[name] for value in g["values"]]

    assert numbers == set(range(1, len(numbers) + 1))
    assert all(noted)
    assert {number for each in noted for number in each} == numbers
    assert page["follows"]
    assert all(not value["notes"] for group in page["follows"] for value in group["values"])


def test_a_note_tells_document_place_gloss_and_modality(store: tuple[ox.Store, dict[str, Any]]) -> None:
    page = page_of(store, MEMORANDUM)
    dubbing = next(v for v in values(page["facts"], "fm:coversField") if v["name"] == "field:dubbing")
    note = next(each for each in page["notes"] if each["number"] == dubbing["notes"][0])

    assert (note["fragment"], note["start"], note["end"], note["language"]) == ("s3", 436, 643, "ar")
    assert note["document"]["name"] == "source:qazaqculture-cab6c1e9-ar"
    assert note["texts"][0]["language"] == "en"
    assert [each["value"]["name"] for each in note["remarks"]] == ["modality:provided-for"]


def test_facts_that_a_shape_asks_for_come_first(store: tuple[ox.Store, dict[str, Any]]) -> None:
    names = [group["predicate"]["name"] for group in page_of(store, "id/film/winners")["facts"]]

    assert set(names[:3]) == {"fm:filmStatus", "fm:filmType", "fm:title"}


@pytest.mark.parametrize(("language", "label"), [("en", "film"), ("ru", "фильм"), ("kk", "фильм"), ("ar", "فيلم")])
def test_everything_is_worded_in_the_readers_language(
    store: tuple[ox.Store, dict[str, Any]], language: str, label: str
) -> None:
    page = page_of(store, "id/film/winners", language)

    assert [each["label"] for each in page["types"]] == [{"value": label, "language": language}]
    assert page["label"]["language"] == language


def test_long_texts_are_shown_in_one_language_and_short_ones_in_all(store: tuple[ox.Store, dict[str, Any]]) -> None:
    for language in ("en", "ru", "ar"):
        page = page_of(store, "id/film/winners", language, "en")
        notes = values(page["facts"], "fm:note")
        assert [each["language"] for each in notes if not each["folded"]] == [language]
        assert all(not each["folded"] for each in values(page["facts"], "fm:title"))


def test_a_document_shows_its_passages_in_their_order_with_what_each_states(
    store: tuple[ox.Store, dict[str, Any]],
) -> None:
    page = page_of(store, "source/qazaqculture-cab6c1e9-ar")
    third = page["members"][2]

    assert [each["fragment"] for each in page["members"]] == [f"s{number}" for number in range(1, 17)]
    assert {(row["predicate"]["name"], row["object"].get("name")) for row in third["states"]} >= {
        ("fm:coversField", "field:dubbing"),
        ("rdf:type", "fm:Memorandum"),
    }


def test_without_the_text_a_page_shows_gloss_and_offsets(client: TestClient) -> None:
    text = read_page(client.get(f"/page/{MEMORANDUM}", headers={"Accept": BROWSER}).text).text

    assert "characters 436 to 643" in text
    assert "the text itself is not at hand here" in text
    assert "translating and dubbing" in text
    assert "modality: provided for" in text


@pytest.mark.parametrize("path", [f"id/{each}" for each in CLASSES[1:]])
def test_the_head_holds_the_description_for_search_engines(client: TestClient, path: str) -> None:
    text = client.get(f"/page/{path}", headers={"Accept": BROWSER}).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    document = json.loads(block[1])
    described = triples(client.get(f"/data/{path}.nt").content, "nt")
    held = triples(json.dumps(document).encode(), "jsonld")
    topic = f"<{BASE}{path}>"

    assert {each for each in held if topic in each} >= {each for each in described if each[0] == topic}


@pytest.mark.parametrize(
    ("name", "words"),
    [("dcterms:isPartOf", "is part of"), ("fm:Film", "film"), ("http://e/a_b", "a b"), ("ex:", "ex:")],
)
def test_a_name_without_a_label_is_worded(name: str, words: str) -> None:
    assert _words(name) == words


MANY = 3_000
E = "http://example.org/"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve a thing with many values, that many mention, and a class with shapes."""
    file = tmp_path_factory.mktemp("crowd") / "x.trig"
    rdfs, sh = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/ns/shacl#"
    values = "".join(f"<{E}hub> <{E}has> <{E}v{number}> .\n" for number in range(MANY))
    values += "".join(
        f'<{E}hub> <{E}said> "in some more words than a name would have, said {n}"@en .\n' for n in range(150)
    )
    values += f"<{E}hub> <{E}noLabelHere> 1 . <{E}relabelled> <{DCTERMS}publisher> 1 .\n"
    values += f'<{DCTERMS}publisher> <{rdfs}label> "who brought it out"@en .\n'
    mentions = "".join(f"<{E}m{number}> <{E}at> <{E}hub> .\n" for number in range(MANY))
    names = "".join(
        f'<{E}{name}> <{rdfs}label> "{en}"@en, "{kk}"@kk .\n'
        for name, en, kk in (("p", "Apple", "Яблоко"), ("q", "Berry", "Алма"), ("r", "Cherry", "Шие"),
                             ("s", "Date", "Құрма"), ("v", "Vetch", "Анар"), ("w", "Wheat", "Бидай"))
    )  # fmt: skip
    shapes = (
        f"<{E}Shape> <{sh}targetClass> <{E}C> ; <{sh}property> <{E}s1>, <{E}s2>, <{E}s3> .\n"
        f"<{E}s1> <{sh}path> <{E}s> ; <{sh}order> 1 . <{E}s2> <{sh}path> <{E}r> ; <{sh}minCount> 1 .\n"
        f"<{E}s3> <{sh}path> <{E}q> ; <{sh}order> 0.5 .\n"
    )
    facts = "".join(
        f"GRAPH <{E}g-{each}> {{ <{E}thing> <{E}{each}> <{E}v>, <{E}w> }}\n" for each in ("p", "q", "r", "s")
    )
    file.write_text(f"{values}{mentions}{names}{shapes}<{E}thing> a <{E}C> .\n{facts}", "utf-8")
    yield from serve(file)


def shown(client: TestClient, iri: str, language: str = "en") -> Page:
    headers = {"Accept": BROWSER, "Accept-Language": language}
    return read_page(client.get("/describe", params={"iri": iri}, headers=headers).text)


def named(page: Page) -> set[str]:
    """Return the last part of the IRIs that a page leads to."""
    return {unquote(each).rpartition("/")[2].partition("&")[0] for each in page.links if "iri=" in each}


def test_what_is_too_much_to_read_is_folded_and_nothing_is_missing(crowd: TestClient) -> None:
    page = shown(crowd, f"{E}hub")

    assert {f"v{number}" for number in range(MANY)} <= named(page)
    assert f"{MANY - 100:,} more" in page.text
    assert "50 more" in page.text


def test_a_page_with_thousands_of_values_takes_no_longer_than_they_do(crowd: TestClient) -> None:
    start = time.monotonic()
    shown(crowd, f"{E}hub")

    assert time.monotonic() - start < 3


def test_where_more_mention_a_thing_than_are_listed_a_query_finds_all(crowd: TestClient) -> None:
    page = shown(crowd, f"{E}hub")
    [address] = [each for each in page.links if each.startswith("/sparql?query=")]
    found = crowd.get(f"{address}&format=csv").text.splitlines()

    assert "More mention it than are listed here; a query finds them all." in page.text
    assert len({f"m{number}" for number in range(MANY)} & named(page)) == 1_000
    assert len(found) == MANY + 1
    assert f"{E}m2999,{E}at" in found
    assert "More mention" not in shown(crowd, f"{E}thing").text


@pytest.mark.parametrize("language", ["en", "kk", "ar"])
def test_facts_and_the_numbers_of_their_evidence_are_the_same_in_every_language(
    crowd: TestClient, language: str
) -> None:
    page = shown(crowd, f"{E}thing", language)
    graphs = [each.rpartition("g-")[2] for each in page.links if "g-" in each]
    notes = [each for each in page.links if each.startswith("#note-")]

    assert graphs == ["q", "s", "r", "p"]  # by sh:order, then what is required, then by the English label
    assert notes == [f"#note-{number}" for number in (1, 1, 2, 2, 3, 3, 4, 4)]


def test_values_stand_in_the_order_of_the_readers_alphabet(crowd: TestClient) -> None:
    for language, names in {"en": ["Vetch", "Wheat"], "kk": ["Анар", "Бидай"]}.items():
        assert re.findall("|".join(names), shown(crowd, f"{E}thing", language).text) == names * 4


WRITTEN = {"en": r"[A-Za-z]", "ru": r"[а-яё]", "kk": r"[а-яәғқңөұүһі]", "ar": r"[ء-ي]"}


@pytest.mark.parametrize("language", TAGS)
def test_standard_terms_have_labels_in_every_language_of_the_interface(language: str) -> None:
    assert len(_LABELS) > 80
    for iri, labels in _LABELS.items():
        assert labels.keys() == set(INTERFACE)
        assert re.search(WRITTEN[language], labels[language]) or labels[language] == "SHA-256", iri


def test_every_standard_term_that_the_data_use_is_called_something(store: tuple[ox.Store, dict[str, Any]]) -> None:
    used = {quad.predicate.value for quad in store[0].quads_for_pattern(None, None, None, ox.DefaultGraph())}
    nameless = {
        each for each in used
        if not each.startswith((BASE, SH, f"{RDF}first", f"{RDF}rest", f"{OWL}propertyChainAxiom"))
        and label(store[0], ox.NamedNode(each), ["kk"]) is None
    }  # fmt: skip

    assert nameless == set()


@pytest.mark.parametrize(("language", "words"), [("en", "top concept of"), ("ru", "верхнее понятие системы")])
def test_a_page_calls_standard_terms_in_the_readers_language(client: TestClient, language: str, words: str) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": language}
    page = client.get("/page/theme/identity", headers=headers)
    found = client.post("/sparql/labels", data={"iri": [f"{SKOS}topConceptOf"]}, headers=headers).json()

    assert f'<span lang="{language}" dir="ltr">{words}</span>' in page.text
    assert found == {f"{SKOS}topConceptOf": {"value": words, "language": language}}


def test_the_datas_own_label_of_a_standard_term_goes_before(crowd: TestClient) -> None:
    for language in ("en", "kk"):
        text = shown(crowd, f"{E}relabelled", language).text
        assert "who brought it out" in text
        assert "жариялаушы" not in text


def test_words_that_are_taken_from_a_name_are_said_to_be_english(crowd: TestClient) -> None:
    page = crowd.get("/describe", params={"iri": f"{E}hub"}, headers={"Accept": BROWSER, "Accept-Language": "ar"}).text

    assert f'<span lang="en" dir="ltr" title="{E}noLabelHere">no label here</span>' in page
