"""The check of a query: each fault at its place, with its remedy, and nothing said of a query without fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import serve
from http_helpers import assert_problem
from worlds import ROOT

from kg_service.nearness import near
from kg_service.query_places import Places
from kg_service.query_terms import named_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

FM = "PREFIX fm: <https://w3id.org/film-memoranda/ns#>\n"
SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"

#: Query, with ‹ › around the place of its fault → severity, code, what is said of it, and what to write instead.
FAULTS: dict[str, tuple[str, str, str, str, str | None]] = {
    "misspelt word": ("‹SELCT› ?x { ?x ?p ?o }", "error", "query-syntax", "SELCT begins no query", None),
    "missing brace": ("SELECT ?x { ?x ?p ?o‹ ›", "error", "query-syntax", "is not closed", None),
    "no triple": ("SELECT ?x { ?x ?p ‹}›", "error", "query-syntax", "A term is missing before `}`", None),
    "early end": (FM + "SELECT ?x {\n ?x a ‹;›\n fm:title ?o }", "error", "query-syntax", "missing before `;`", None),
    "open string": ('SELECT ?x { ?x ?p ‹"›a }', "error", "query-syntax", "is not closed", None),
    "unknown prefix": ("SELECT ?x { ?x ‹nope:›p ?o }", "error", "query-syntax", "No PREFIX declares nope:", None),
    "known prefix": ("SELECT ?x { ?x a ‹fm:›Film }", "error", "query-syntax", "No PREFIX declares fm:", FM),
    "federation": ("SELECT ?x {\n ‹SERVICE› <http://e/> { ?x ?p ?o } }", "error", "refused", "SERVICE", None),
    "update": ("‹DELETE› { ?s ?p ?o } WHERE { ?s ?p ?o }", "error", "refused", "not by updates", None),
    "nesting": (
        "SELECT ?x " + 100 * "{ " + "‹{› ?x ?p ?o" + 101 * " }",
        "error", "query-too-complex", "more than 100 levels", None,
    ),
    "empty": ("‹›", "error", "query-syntax", "no query", None),
    "misspelt term": (FM + "SELECT ?x { ?x a ‹fm:Flim› }", "warning", "unknown-term", "fm:Flim", "fm:Film"),
    "other case": (FM + "SELECT ?x { ?x a ‹fm:film› }", "warning", "unknown-term", "fm:film", "fm:Film"),
    "term in full": (
        "SELECT ?x { ?x a ‹<https://w3id.org/film-memoranda/ns#Flim>› }", "warning", "unknown-term", "ns#Flim",
        "<https://w3id.org/film-memoranda/ns#Film>",
    ),
    "standard term": (SKOS + "SELECT ?x { ?x ‹skos:prefLable› ?o }", "warning", "unknown-term", "", "skos:prefLabel"),
    "other namespace": (
        SKOS + FM + "SELECT ?x { ?x skos:note ?n ; ‹fm:prefLabel› ?o }",
        "warning", "unknown-term", "", "skos:prefLabel",
    ),
    "nothing like it": (FM + "SELECT ?x { ?x a ‹fm:Xyzzyq› }", "warning", "unknown-term", "fm:Xyzzyq", None),
    "unknown thing": (
        "SELECT ?p { ‹<https://w3id.org/film-memoranda/id/country/kx>› ?p ?o }", "warning", "unknown-term", "", None,
    ),
    "unused prefix": (f"‹{FM[:-1]}›\nASK {{ ?s ?p ?o }}", "info", "unused-prefix", "fm:", ""),
    "variable of no pattern": ("SELECT ?s ‹?q› { ?s ?p ?o }", "warning", "unbound-variable", "?q has no value", None),
    "variable of a filter": ("SELECT ?s { ?s ?p ?o FILTER(‹?q› = 1) }", "warning", "unbound-variable", "?q", None),
    "language of a text": ('SELECT ?s { ?s ?p "x"‹@xx› }', "warning", "unknown-language", "'xx'", None),
    "language of a filter": (
        'SELECT ?s { ?s ?p ?o FILTER(lang(?o) = ‹"xx"›) }', "warning", "unknown-language", "'xx'", None,
    ),
}  # fmt: skip

FAULTLESS = {
    "plain": "SELECT * { ?s ?p ?o }",
    "terms": FM + 'SELECT ?x { ?x a fm:Film ; fm:title ?t FILTER(lang(?t) = "en") }',
    "a language in no public graph": 'SELECT ?s { GRAPH ?g { ?s ?p "x"@en } }',
    "computed": "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "datatype": 'SELECT ?s { ?s ?p "1"^^<https://w3id.org/film-memoranda/ns#nothing> }',
    "foreign": "SELECT ?s { ?s <http://example.org/p> ?o }",
    "construct": "CONSTRUCT { ?s <http://example.org/p> ?o } WHERE { ?s ?p ?o }",
    "newer": "SELECT * { <<( ?s ?p ?o )>> ?q ?z }",
}


def check(client: TestClient, query: str) -> list[dict[str, Any]]:
    response = client.post(
        "/sparql/check", content=query.encode(), headers={"Content-Type": "application/sparql-query"}
    )

    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    found: list[dict[str, Any]] = response.json()
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_at_its_place(client: TestClient, name: str) -> None:
    marked, severity, code, words, replacement = FAULTS[name]
    before, inside, _ = marked.replace("›", "‹").split("‹")
    query = marked.replace("‹", "").replace("›", "")
    (found,) = check(client, query)
    end = len(before) + len(inside) if inside.strip() else len(query)

    assert {"severity": severity, "code": code, **Places(query).range(len(before), end)} == {
        key: found[key] for key in ("severity", "code", "line", "column", "endLine", "endColumn")
    }
    assert words in found["message"]
    assert (found["replacement"]["text"] if "replacement" in found else None) == replacement


@pytest.mark.parametrize("name", FAULTLESS)
def test_nothing_is_said_of_a_query_without_fault(client: TestClient, name: str) -> None:
    assert check(client, FAULTLESS[name]) == []


@pytest.mark.parametrize("path", sorted((ROOT / "queries").glob("*.rq")), ids=lambda path: path.stem)
def test_nothing_is_said_of_the_published_queries(client: TestClient, path: Path) -> None:
    assert check(client, path.read_text("utf-8")) == []


def test_all_prefixes_that_are_missing_are_told_at_once(client: TestClient) -> None:
    found = check(client, "SELECT ?x { ?x a fm:Film ; skos:note ?n }")

    assert [each["column"] for each in found] == [18, 28]


def test_what_is_to_be_written_instead_mends_the_query(client: TestClient) -> None:
    query = "SELECT ?x {\n ?x a fm:Flim\n}"
    for _ in range(3):
        found = check(client, query)
        if not found:
            break
        edit, places = found[0]["replacement"], Places(query)
        start, end = (places.offset(edit[a], edit[b]) for a, b in (("line", "column"), ("endLine", "endColumn")))
        query = query[:start] + edit["text"] + query[end:]

    assert query == FM + "SELECT ?x {\n ?x a fm:Film\n}"


def test_a_form_is_read_too_and_warnings_are_those_of_the_data_set(client: TestClient) -> None:
    response = client.post("/sparql/check", data={"query": FM + "ASK { ?x a fm:Flim }"})

    assert [each["code"] for each in response.json()] == ["unknown-term"]


def test_what_is_wrong_with_the_request_is_a_problem(client: TestClient) -> None:
    assert_problem(client.post("/sparql/check", data={"text": "ASK {}"}), "malformed-request")
    assert_problem(client.post("/sparql/check", content=b"ASK {}"), "unsupported-media-type")
    assert_problem(client.get("/sparql/check?query=ASK{}"), "method-not-allowed")
    assert_problem(client.post("/sparql/check", data={"query": "ASK {}" + 1_000_001 * " "}), "body-too-large")


DEPRECATED = """
@prefix e: <https://example.org/ns#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix void: <http://rdfs.org/ns/void#> .
<https://example.org/> a <http://www.w3.org/ns/dcat#Dataset> ; void:uriSpace "https://example.org/" .
e:old a owl:DatatypeProperty ; owl:deprecated true ; dcterms:isReplacedBy e:new .
e:new a owl:DatatypeProperty . <https://example.org/a> e:old 1 .
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve a data set with a term that is not to be used any more."""
    folder = tmp_path_factory.mktemp("deprecated")
    (folder / "data").mkdir()
    (folder / "data" / "catalog.ttl").write_text(DEPRECATED, "utf-8")
    yield from serve(folder, memory=256)


def test_a_deprecated_term_is_told_with_the_one_that_replaces_it(other: TestClient) -> None:
    (found,) = check(other, "PREFIX e: <https://example.org/ns#> SELECT ?s { ?s e:old ?o }")

    assert (found["code"], found["remedy"], found["replacement"]["text"]) == ("deprecated-term", "Use e:new.", "e:new")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("PREFIX e: <http://e/> ASK { e:a e:b\\/c <d> }", ["http://e/a", "http://e/b/c", "http://base/d"]),
        ("BASE <http://e/> ASK { ?s ?p 'x'^^<d> FILTER(<f>(?s)) }", []),
        ("ASK { ?s <http://e/\\u00e9> ?o }", ["http://e/é"]),
    ],
)
def test_the_terms_that_a_query_names(query: str, expected: list[str]) -> None:
    assert [iri for _, iri in named_terms(query, "http://base/")] == expected


def test_more_names_than_can_be_compared_are_left_alone() -> None:
    assert near("a", [str(number) for number in range(20_001)] + ["a"]) == []
