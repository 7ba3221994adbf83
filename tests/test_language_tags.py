"""Texts by language: each reader gets the one that suits, whatever regions and scripts tags name, and it runs right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import serve
from http_helpers import BROWSER
from hypothesis import given
from hypothesis import strategies as st

from kg_service.language_tags import best_tag, best_text, direction
from kg_service.search.ranking import Candidate, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

NARROW = ["en-gb-oed", "kk-latn", "kk-arab", "ar-latn"]
#: Tags of texts, the reader's languages, and the tag of the text to show.
CHOSEN = [
    (NARROW, ["en"], "en-gb-oed"), (NARROW, ["kk", "ru", "en"], "kk-latn"), (NARROW, ["ar", "en"], "ar-latn"),
    (NARROW, ["de", "en"], "en-gb-oed"), (NARROW, ["kk-Arab"], "kk-arab"), (NARROW, ["fr"], "en-gb-oed"),
    (["ar-latn", "ar-EG", "ar-arab-sa"], ["ar"], "ar-EG"), (["kk", "kk-latn"], ["kk"], "kk"),
    (["kk", "kk-latn"], ["kk-Latn-KZ"], "kk-latn"), (["KK-CYRL"], ["kk"], "KK-CYRL"),
    (["zh-Hant", "zh-Hans"], ["zh"], "zh-Hans"),
    (["de", ""], ["ru"], ""), (["de", "en"], ["ru"], "en"), (["fr", "de"], ["ru"], "de"), (["", "ru"], ["", "ru"], ""),
    (["eng"], ["en"], "eng"), (["en-US", "ru"], ["ru", "en"], "ru"), ([], ["en"], None),
]  # fmt: skip
DIRECTIONS = {
    "ar": "rtl", "AR": "rtl", "ar-EG": "rtl", "ar-Latn": "ltr", "ar-latn-EG": "ltr", "kk": "ltr", "kk-Arab": "rtl",
    "kk-Cyrl-KZ": "ltr", "he": "rtl", "yi-Latn": "ltr", "en-Hebr": "rtl", "zh-cmn-Hant": "ltr", "ar-aao-Latn": "ltr",
    "ckb": "rtl", "en-GB-oed": "ltr", "en-x-arab": "ltr", "sl-rozaj": "ltr", "": "ltr", "uz-Arab-AF": "rtl",
}  # fmt: skip
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
THING = "http://example.org/thing"


@pytest.mark.parametrize(("tags", "wanted", "chosen"), CHOSEN)
def test_a_text_is_chosen_by_its_tag(tags: list[str], wanted: list[str], chosen: str | None) -> None:
    expected = None if chosen is None else {"value": f"in {chosen}", "language": chosen}

    assert best_tag(tags, wanted) == chosen
    assert best_text({tag: f"in {tag}" for tag in tags}, wanted) == expected


@pytest.mark.parametrize("tag", DIRECTIONS)
def test_a_script_decides_the_direction_else_the_language(tag: str) -> None:
    assert direction(tag) == DIRECTIONS[tag]


TAGS = st.lists(st.sampled_from(["", *NARROW, "en", "kk", "ru", "ar-EG", "x-a", "de-AT-1996"]))


@given(TAGS, TAGS)
def test_the_order_of_texts_makes_no_difference(tags: list[str], wanted: list[str]) -> None:
    chosen = best_tag(tags, wanted)

    assert chosen == best_tag(tags[::-1], wanted)
    assert (chosen in tags) is bool(tags)


@given(st.text(max_size=40), st.lists(st.text(max_size=20)))
def test_any_tag_is_taken(tag: str, tags: list[str]) -> None:
    assert direction(tag) in ("ltr", "rtl")
    assert (best_tag(tags, [tag]) is None) is not bool(tags)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file = tmp_path_factory.mktemp("narrow") / "x.ttl"
    texts = ", ".join(f'"name {tag}"@{tag}' for tag in NARROW)
    comment = texts.replace("name", "what there is to be said about it at some length")
    file.write_text(
        f"<{THING}> <{LABEL}> {texts} ; <http://www.w3.org/2000/01/rdf-schema#comment> {comment} ; a <http://e/C> .\n"
        f"<http://e/C> a <http://www.w3.org/2000/01/rdf-schema#Class> ; <{LABEL}> {texts} .\n"
    )
    yield from serve(file)


READERS = {"en": "en-gb-oed", "kk": "kk-latn", "ar": "ar-latn", "de": "en-gb-oed"}


@pytest.mark.parametrize("language", READERS)
def test_every_part_of_a_page_speaks_to_its_reader(narrow: TestClient, language: str) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": language}
    tag = READERS[language]
    page = narrow.get("/describe", params={"iri": THING}, headers=headers).text
    browse = narrow.get("/browse?class=http%3A%2F%2Fe%2FC", headers=headers).text
    labels = narrow.post("/sparql/labels", data={"iri": [THING, "http://e/C"]}, headers=headers).json()

    shown = f'<span lang="{tag}" dir="ltr">name {tag}</span>'
    assert f"<h1>{shown}" in page
    assert f'<span lang="{tag}" dir="ltr">what there is to be said about it at some length {tag}</span>' in page
    assert browse.count(shown) == 3  # the class, twice, and the thing
    assert {each["value"] for each in labels.values()} == {f"name {tag}"}


def test_other_languages_of_a_page_run_in_their_direction(narrow: TestClient) -> None:
    page = narrow.get("/describe", params={"iri": THING}, headers={"Accept": BROWSER, "Accept-Language": "en"}).text

    assert '<span lang="kk-arab" dir="rtl">name kk-arab</span>' in page
    assert '<span lang="ar-latn" dir="ltr">name ar-latn</span>' in page


@pytest.mark.parametrize("language", READERS)
def test_what_is_found_is_called_as_on_its_page(narrow: TestClient, language: str) -> None:
    labels = [Candidate(1, f"name {tag}", tag, 0, "", 0.0) for tag in NARROW]

    hit = narrow.get("/search?q=name&format=json", headers={"Accept-Language": language}).json()["hits"][0]
    assert hit["name"] == f"name {READERS[language]}"
    assert name_of(labels, [language, "en"]) == f"name {READERS[language]}"
