"""Why a query has no result: the parts to blame are the smallest, and what is told to write instead gives a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest
from http_helpers import assert_problem
from worlds import ROOT, project

from kg_service.config import Limits
from kg_service.explanation.empty import explain_emptiness
from kg_service.explanation.minimal import COUNTED
from kg_service.explanation.misses import other_forms
from kg_service.loading import build_store
from kg_service.named_queries import bind, read_queries
from kg_service.protocol import read_operation
from kg_service.query_places import Places
from kg_service.store.embedded import EmbeddedStore
from kg_service.terms import in_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.testclient import TestClient

    from kg_service.terms import Term

E = "https://example.org/"
HEAD = f"PREFIX e: <{E}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
#: Graph → what it states, and whether that is in the default graph too.
WORLD = {
    "one": (
        """e:moby a e:Book ; e:writer e:melville ; e:year 1851 ; e:title 'Moby Dick'@en , 'Моби Дик'@ru ; e:code 'A1' .
        e:emma a e:Book ; e:writer e:austen ; e:title 'Emma'@en . e:austen a e:Person .
        e:melville a e:Person ; e:bornIn e:york .""",
        True,
    ),
    "two": ("e:york a e:Place ; e:name 'York' . e:shape e:ofClass e:Book . e:seven a e:Code ; e:code '7'", False),
}
TRIG = HEAD + "".join(f"GRAPH e:{name} {{ {text} }} " for name, (text, _) in WORLD.items())


@pytest.fixture(scope="module")
def world() -> EmbeddedStore:
    store = ox.Store()
    for quad in cast("list[ox.Quad]", list(ox.parse(TRIG, format=ox.RdfFormat.TRIG))):
        store.add(quad)
        if str(quad.graph_name) == f"<{E}one>":
            store.add(in_graph(quad.triple))
    graphs = [{"iri": E + name, "triples": 9, "public": public} for name, (_, public) in WORLD.items()]
    facts = {"base": E, "prefixes": {"e": E}, "hash": "0", "graphs": graphs, "triples": 11}
    return EmbeddedStore(store, facts, Limits())


def explain(store: EmbeddedStore, query: str, pairs: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    return explain_emptiness(store, read_operation(query, pairs, base="", limits=Limits()))


#: Query → its causes: kind, text, solutions without it; and the near misses of them: kind, what to write instead.
CAUSES: dict[str, tuple[list[tuple[str, str, int | None]], list[tuple[str, str | None]]]] = {
    "SELECT * { ?b a e:Book ; e:titel ?t }": ([("pattern", "e:titel ?t", 2)], [("unknown-property", "e:title")]),
    "SELECT * { ?b a e:Bok ; e:title ?t }": ([("pattern", "?b a e:Bok", 3)], [("unknown-term", "e:Book")]),
    "SELECT * { ?b e:writer e:Austen }": ([("pattern", "?b e:writer e:Austen", 1)], [("unknown-term", "e:austen")]),
    "SELECT * { ?b e:writer/e:bornInn ?p }": (
        [("pattern", "?b e:writer/e:bornInn ?p", 1)], [("unknown-property", "e:bornIn")],
    ),
    "SELECT * { ?b e:label ?l ; a e:Book }": ([("pattern", "?b e:label ?l", 2)], [("unknown-property", None)]),
    "SELECT * { ?b e:title 'Emma' }": ([("pattern", "?b e:title 'Emma'", 1)], [("other-language", '"Emma"@en')]),
    "SELECT * { ?b e:title 'Emma'@ru }": ([("pattern", "?b e:title 'Emma'@ru", 1)], [("other-language", '"Emma"@en')]),
    "SELECT * { ?b e:title 'moby dick'@en }": (
        [("pattern", "?b e:title 'moby dick'@en", 1)], [("other-case", '"Moby Dick"@en')],
    ),
    "SELECT * { ?b e:code 7 }": ([("pattern", "?b e:code 7", 1)], [("other-datatype", '"7"')]),
    "SELECT * { ?b e:year '1851' }": (
        [("pattern", "?b e:year '1851'", 1)],
        [("other-datatype", '"1851"^^<http://www.w3.org/2001/XMLSchema#integer>')],
    ),
    "SELECT * { ?b e:code 'Emma'@en }": ([("pattern", "?b e:code 'Emma'@en", 1)], [("other-property", "e:title")]),
    "SELECT * { e:melville e:writer ?b }": (
        [("pattern", "e:melville e:writer ?b", 1)], [("other-direction", "^e:writer")],
    ),
    "SELECT * { ?p a e:Place }": ([("pattern", "?p a e:Place", 1)], [("other-graph", None)]),
    "SELECT * { GRAPH e:two { ?b e:title ?t } }": ([("pattern", "?b e:title ?t", 1)], [("other-graph", None)]),
    "SELECT * { GRAPH e:twoo { ?b a e:Place } }": ([("graph", "e:twoo", None)], [("unknown-term", "e:two")]),
    "SELECT * { ?s a e:shape }": ([("pattern", "?s a e:shape", 1)], [("no-instances", None)]),
    "SELECT * { ?p a e:Person ; e:title ?t }": (
        [("pattern", "?p a e:Person", 3), ("pattern", "e:title ?t", 2)], [("property-of-class", None)],
    ),
    "SELECT * { VALUES ?w { e:melvile } ?b e:writer ?w }": (
        [("values", "VALUES ?w { e:melvile }", 2), ("pattern", "?b e:writer ?w", 1)], [("unknown-term", "e:melville")],
    ),
    "SELECT * { VALUES ?t { 'Emma' } ?b e:title ?t }": (
        [("values", "VALUES ?t { 'Emma' }", 3), ("pattern", "?b e:title ?t", 1)], [("other-language", '"Emma"@en')],
    ),
    "SELECT * { ?b e:title ?t FILTER(?t = 'Emma') }": (
        [("filter", "FILTER(?t = 'Emma')", 3)],
        [("values-seen", None), ("languages-seen", None), ("other-language", '"Emma"@en')],
    ),
    "SELECT * { ?b e:year ?y FILTER(?y > 1900) }": ([("filter", "FILTER(?y > 1900)", 1)], [("values-seen", None)]),
    "SELECT * { ?b e:year ?y FILTER(?z > 1900) }": ([("filter", "FILTER(?z > 1900)", 1)], [("unbound", None)]),
    "SELECT * { ?b e:title ?t FILTER(LANG(?t) = 'kk') FILTER(?b != e:moby) }": (
        [("filter", "FILTER(LANG(?t) = 'kk')", 1)], [("values-seen", None), ("languages-seen", None)],
    ),
    "SELECT * { ?b a e:Book MINUS { ?b e:title ?t } }": ([("minus", "MINUS { ?b e:title ?t }", 2)], []),
    "SELECT * { ?b a e:Book FILTER NOT EXISTS { ?b e:title ?t } }": (
        [("filter", "FILTER NOT EXISTS { ?b e:title ?t }", 2)], [],
    ),
    "SELECT * { ?b a e:Book { ?b e:titel ?t OPTIONAL { ?b e:x ?x } } }": (
        [("pattern", "?b e:titel ?t", 2)], [("unknown-property", "e:title")],
    ),
    "SELECT * { ?b e:writer [ e:bornInn ?p ] }": (
        [("pattern", "?b e:writer [ e:bornInn ?p ]", 1)], [("unknown-property", "e:bornIn")],
    ),
    "SELECT * { ?b a e:Bok ; e:titel ?t }": (
        [("pattern", "?b a e:Bok", 0), ("pattern", "e:titel ?t", 0)],
        [("unknown-term", "e:Book"), ("unknown-property", "e:title")],
    ),
    "SELECT * { ?b a e:Book } LIMIT 0": ([("limit", "LIMIT 0", 2)], []),
    "SELECT * { ?b a e:Book } OFFSET 2": ([("offset", "OFFSET 2", 2)], []),
    "SELECT ?b { ?b a e:Book } GROUP BY ?b HAVING(COUNT(*) > 1)": ([("having", "HAVING(COUNT(*) > 1)", 2)], []),
    "SELECT * { ?b a e:Book } VALUES ?b { e:none }": ([("bindings", "VALUES ?b { e:none }", 2)], []),
    "ASK { ?b a e:Bok }": ([("pattern", "?b a e:Bok", 1)], [("unknown-term", "e:Book")]),
    "CONSTRUCT { ?b a e:Y } WHERE { ?b a e:Bok }": ([("pattern", "?b a e:Bok", 1)], [("unknown-term", "e:Book")]),
}  # fmt: skip


@pytest.mark.parametrize("text", CAUSES)
def test_the_smallest_parts_are_to_blame(world: EmbeddedStore, text: str) -> None:
    query = HEAD + text
    answer = explain(world, query)
    causes, misses = CAUSES[text]
    places = Places(query)
    assert (answer["empty"], answer["determined"]) == (True, True)
    for each in answer["causes"]:
        start, end = (places.offset(each[a], each[b]) for a, b in (("line", "column"), ("endLine", "endColumn")))
        assert query[start:end].rstrip() == each["text"]

    assert causes == [(each["kind"], each["text"], each.get("solutions")) for each in answer["causes"]]
    assert misses == [
        (miss["kind"], miss.get("replacement", {}).get("text")) for each in answer["causes"] for miss in each["misses"]
    ]
    assert answer["together"] is (len(causes) > 1 and all(count for _, _, count in causes))


MENDED = [
    text for text, (causes, misses) in CAUSES.items() if sum(bool(each) for _, each in misses) == len(misses) == 1
]


@pytest.mark.parametrize("text", MENDED)
def test_what_is_to_be_written_instead_gives_a_result(world: EmbeddedStore, text: str) -> None:
    query = HEAD + text
    edit = next(miss["replacement"] for each in explain(world, query)["causes"] for miss in each["misses"])
    places = Places(query)
    start, end = (places.offset(edit[a], edit[b]) for a, b in (("line", "column"), ("endLine", "endColumn")))
    mended = query[:start] + edit["text"] + query[end:]
    found = world.store.query(mended, use_default_graph_as_union="e:code 7" in text)

    assert bool(found) if isinstance(found, ox.QueryBoolean) else next(iter(found), None) is not None


def test_each_branch_of_a_union_is_explained(world: EmbeddedStore) -> None:
    query = f"{HEAD} SELECT * {{ {{ ?b a e:Bok }} UNION {{ ?b e:title ?t ; e:bornIn ?p }} }}"
    (cause,) = explain(world, query)["causes"]
    told = [[each["text"] for each in branch] for branch in cause["branches"]]

    assert cause["kind"] == "union"
    assert told == [["?b a e:Bok"], ["?b e:title ?t", "e:bornIn ?p"]]


def test_a_class_without_the_property_is_told_what_it_has(world: EmbeddedStore) -> None:
    causes = explain(world, f"{HEAD} SELECT * {{ ?p a e:Person ; e:title ?t }}")["causes"]
    ((miss,),) = (each["misses"] for each in causes if each["misses"])

    assert {each["value"] for each in miss["values"]} >= {f"{E}bornIn"}
    assert "e:Person" in miss["message"]


def test_graphs_that_hold_it_are_named(world: EmbeddedStore) -> None:
    (cause,) = explain(world, f"{HEAD} SELECT * {{ ?p a e:Place }}")["causes"]

    assert [miss["graphs"] for miss in cause["misses"]] == [[f"{E}two"]]


def test_the_querys_own_dataset_is_asked(world: EmbeddedStore) -> None:
    query = f"{HEAD} SELECT * {{ ?b a e:Book }}"

    assert explain(world, query) == {"empty": False}
    assert explain(world, query, [("default-graph-uri", f"{E}two")])["causes"][0]["text"] == "?b a e:Book"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DESCRIBE e:moby", "no pattern"),
        ("SELECT * { << e:a e:b e:c >> e:d ?x }", "not looked into"),
        (f"SELECT * {{ {' '.join(f'?b{n} e:none ?c{n} .' for n in range(250))} }}", "too many parts"),
    ],
)
def test_what_is_not_determined_is_admitted(world: EmbeddedStore, text: str, words: str) -> None:
    answer = explain(world, HEAD + text)

    assert (answer["empty"], answer["determined"]) == (True, False)
    assert words in answer["reason"]


def test_counts_end_where_counting_does() -> None:
    store = ox.Store()
    for number in range(1_500):
        store.add(ox.Quad(ox.NamedNode(f"{E}{number}"), ox.NamedNode(f"{E}p"), ox.Literal(number)))
    facts = {"base": "", "prefixes": {}, "hash": "0", "graphs": [], "triples": 1_500}
    (cause,) = explain(EmbeddedStore(store, facts, Limits()), f"{HEAD} SELECT * {{ ?s e:p ?o FILTER(?o < 0) }}")[
        "causes"
    ]

    assert (cause["solutions"], cause["counted"]) == (1_000, False)


def test_another_form_is_found_however_many_values_there_are(
    monkeypatch: pytest.MonkeyPatch, world: EmbeddedStore
) -> None:
    monkeypatch.setattr("kg_service.explanation.misses._LOOKED_THROUGH", 0)
    (cause,) = explain(world, f"{HEAD} SELECT * {{ ?b e:title 'Emma' }}")["causes"]

    assert [miss["kind"] for miss in cause["misses"]] == ["other-language"]


def test_forms_of_a_text_are_told_apart() -> None:
    values: list[Term] = [
        ox.Literal("a", language="en"),
        ox.Literal("A"),
        ox.Literal("b"),
        ox.Literal(1),
        ox.NamedNode(E),
    ]

    assert [kind for kind, _, _ in other_forms(ox.Literal("a", language="ru"), values)] == [
        "other-language",
        "other-case",
    ]
    assert [str(each) for _, _, each in other_forms(ox.Literal("a"), values)] == ['"A"']
    assert [kind for kind, _, _ in other_forms(ox.Literal("1"), values)] == ["other-datatype"]


QUERIES = read_queries(sorted((ROOT / "queries").glob("*.rq")))


@pytest.fixture(scope="module")
def own() -> EmbeddedStore:
    store, facts = build_store(project())
    return EmbeddedStore(store, facts, Limits())


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_published_queries_have_results_or_an_explanation(own: EmbeddedStore, name: str) -> None:
    answer = explain(own, bind(QUERIES[name], QUERIES[name].example, own.facts["prefixes"]))

    assert answer["empty"] is not QUERIES[name].expects_rows or name == "any-signing-date"
    assert not answer["empty"] or answer["causes"]


def test_it_is_asked_over_http(client: TestClient) -> None:
    query = "PREFIX fm: <https://w3id.org/film-memoranda/ns#>\nSELECT ?m {\n  ?m a fm:Memorandum ;\n    fm:parti ?a\n}"
    response = client.post("/sparql/why-empty", data={"query": query})
    (cause,) = response.json()["causes"]

    assert response.headers["content-type"] == "application/json"
    assert (cause["line"], cause["column"], cause["solutions"]) == (4, 5, 7)
    assert cause["misses"][0]["replacement"] == {
        "line": 4,
        "column": 5,
        "endLine": 4,
        "endColumn": 13,
        "text": "fm:party",
    }


def test_a_part_with_more_solutions_than_anyone_reads_is_not_read_to_its_end(client: TestClient) -> None:
    query = "SELECT * {\n  ?a ?b ?c . ?d ?e ?f\n  FILTER(BOUND(?z))\n}"
    (cause,) = client.post("/sparql/why-empty", data={"query": query}).json()["causes"]

    assert (cause["kind"], cause["line"]) == ("filter", 3)
    assert (cause["solutions"], cause["counted"]) == (COUNTED, False)


def test_a_query_that_cannot_be_asked_is_a_problem_here_too(client: TestClient) -> None:
    assert_problem(client.post("/sparql/why-empty", data={"query": "SELECT ?x {"}), "query-syntax")
    assert_problem(client.post("/sparql/why-empty", data={"query": "LOAD <http://e/>"}), "refused")
    assert_problem(client.get("/sparql/why-empty"), "method-not-allowed")


#: No engine can tell without trying that no sum of lengths is one.
ENDLESS = (
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l "
    "FILTER(STRLEN(STR(?c)) + STRLEN(STR(?f)) + STRLEN(STR(?i)) + STRLEN(STR(?l)) = 1) }"
)


@pytest.mark.parametrize("path", ["/sparql/why-empty", "/sparql/why"])
def test_an_explanation_ends_at_its_deadline(client: TestClient, path: str) -> None:
    response = client.post(path, data={"query": ENDLESS, "row": "{}", "timeout": "0.5"})

    assert_problem(response, "deadline-exceeded")
