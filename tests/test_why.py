"""What is behind a row: the triples told suffice for it, none of them can be left out, and the rest is admitted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest
from http_helpers import BASE, assert_problem
from worlds import ROOT, project

from kg_service.config import Limits
from kg_service.errors import MalformedRequest
from kg_service.explanation.rows import read_row, write_term
from kg_service.explanation.why import explain_row
from kg_service.loading import build_store
from kg_service.named_queries import bind, read_queries
from kg_service.protocol import read_operation
from kg_service.store.embedded import EmbeddedStore
from kg_service.terms import in_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.testclient import TestClient

E = "https://example.org/"
HEAD = f"PREFIX e: <{E}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
#: Graph → what it states; all of it is in the default graph too.
WORLD = {
    "ontology": "e:writer rdfs:subPropertyOf e:maker . e:Book rdfs:subClassOf e:Work .",
    "one": "e:moby a e:Book ; e:writer e:melville ; e:year 1851 ; e:title 'Moby Dick'@en , 'Моби Дик'@ru .",
    "two": "e:melville e:bornIn e:york . e:york e:in e:state . e:state e:in e:union . e:moby e:writer e:melville .",
    "three": "e:emma a e:Book ; e:writer e:austen ; e:title 'Emma'@en . e:austen e:knows _:b . _:b e:name 'Cassie' .",
    "inferred": "e:moby e:maker e:melville ; a e:Work . e:emma e:maker e:austen ; a e:Work .",
}
TRIG = HEAD + "".join(f"GRAPH e:graph\\/{name} {{ {text} }} " for name, text in WORLD.items())


@pytest.fixture(scope="module")
def world() -> EmbeddedStore:
    store = ox.Store()
    quads = cast("list[ox.Quad]", list(ox.parse(TRIG, format=ox.RdfFormat.TRIG)))
    store.extend([*quads, *(in_graph(quad.triple) for quad in quads)])
    graphs = [{"iri": f"{E}graph/{name}", "triples": 1, "public": True} for name in WORLD]
    facts = {"base": E, "prefixes": {"e": E}, "hash": "0", "graphs": graphs, "triples": len(store)}
    return EmbeddedStore(store, facts, Limits())


def rows_of(store: ox.Store, query: str) -> list[dict[str, Any]]:
    solutions = cast("ox.QuerySolutions", store.query(query))
    names = [variable.value for variable in solutions.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in solutions]


def explain(
    store: EmbeddedStore, query: str, row: dict[str, Any], pairs: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    return explain_row(store, read_operation(query, pairs, base="", limits=Limits()), row, ["en"])


def term(written: dict[str, Any]) -> Any:
    return read_row(json.dumps({"x": written}))["x"]


def short(triple: dict[str, Any]) -> str:
    terms = (term(triple[name]) for name in "spo")
    return " ".join(str(each).replace(f"<{E}", "e:").replace(">", "") for each in terms)


#: Pattern, or query → for each of its rows, for each way to it, its triples.
DETERMINED: dict[str, list[list[list[str]]]] = {
    "{ ?b e:year ?y }": [[['e:moby e:year "1851"^^<http://www.w3.org/2001/XMLSchema#integer']]],
    "{ ?b e:year ?y FILTER(?y < 1900) BIND(?y + 1 AS ?z) }": [
        [['e:moby e:year "1851"^^<http://www.w3.org/2001/XMLSchema#integer']]
    ],
    "{ VALUES ?b { e:emma } ?b e:writer ?w }": [[["e:emma e:writer e:austen"]]],
    "{ e:moby e:writer ?w OPTIONAL { ?w e:bornIn ?p } }": [
        [["e:moby e:writer e:melville", "e:melville e:bornIn e:york"]]
    ],
    "{ e:emma e:writer ?w OPTIONAL { ?w e:bornIn ?p } }": [[["e:emma e:writer e:austen"]]],
    "{ ?b e:bornIn ?p OPTIONAL { e:moby e:title ?t FILTER(LANG(?t) = 'ru') } }": [
        [["e:melville e:bornIn e:york", 'e:moby e:title "Моби Дик"@ru']]
    ],
    "{ e:melville e:bornIn ?p OPTIONAL { ?p e:in ?s FILTER(?p = e:moby) } }": [[["e:melville e:bornIn e:york"]]],
    "{ { ?x e:bornIn ?y } UNION { ?x e:in e:union . ?z e:in ?x } }": [
        [["e:melville e:bornIn e:york"]],
        [["e:state e:in e:union", "e:york e:in e:state"]],
    ],
    "{ { e:moby e:title ?t FILTER(LANG(?t) = 'ru') } UNION { e:moby e:title ?t FILTER(LANG(?t) = 'en') } }": [
        [['e:moby e:title "Моби Дик"@ru']],
        [['e:moby e:title "Moby Dick"@en']],
    ],
    "{ e:moby e:writer/e:bornIn ?p }": [[["e:moby e:writer e:melville", "e:melville e:bornIn e:york"]]],
    "{ e:york ^e:bornIn ?p }": [[["e:melville e:bornIn e:york"]]],
    "{ e:melville e:bornIn|e:knows ?p }": [[["e:melville e:bornIn e:york"]]],
    "{ e:york e:in+ e:union BIND(1 AS ?x) }": [[["e:york e:in e:state", "e:state e:in e:union"]]],
    "{ ?p e:in* e:union }": [
        [[]],
        [["e:state e:in e:union"]],
        [["e:york e:in e:state", "e:state e:in e:union"]],
    ],
    "{ e:york e:in? ?p }": [[[]], [["e:york e:in e:state"]]],
    "{ e:york !e:bornIn ?p }": [[["e:york e:in e:state"]]],
    "{ e:york !^e:bornIn ?p }": [],
    "{ ?w e:knows [ e:name ?n ] }": [[["e:austen e:knows _:b", '_:b e:name "Cassie"']]],
    "{ ?b e:writer ?w FILTER EXISTS { ?w e:bornIn ?p } }": [
        [["e:moby e:writer e:melville", "e:melville e:bornIn e:york"]]
    ],
    "{ ?b e:writer ?w FILTER NOT EXISTS { ?w e:bornIn ?p } }": [[["e:emma e:writer e:austen"]]],
    "{ ?b e:writer ?w MINUS { ?b e:year ?y } }": [[["e:emma e:writer e:austen"]]],
    "{ { ?b e:year ?y } { ?b ?verb e:melville FILTER(?verb = e:writer) } }": [
        [[
            'e:moby e:year "1851"^^<http://www.w3.org/2001/XMLSchema#integer',
            "e:moby e:writer e:melville",
        ]]
    ],
    "SELECT (STR(?w) AS ?s) { e:emma e:writer ?w }": [[["e:emma e:writer e:austen"]]],
    "SELECT DISTINCT ?w { ?w e:bornIn ?p } ORDER BY ?w LIMIT 1": [[["e:melville e:bornIn e:york"]]],
    "SELECT DISTINCT ?k { ?b a ?k ; e:title ?t FILTER(?k = e:Book) } LIMIT 1": [[
        ["e:emma a e:Book", 'e:emma e:title "Emma"@en'],
        ["e:moby a e:Book", 'e:moby e:title "Moby Dick"@en'],
        ["e:moby a e:Book", 'e:moby e:title "Моби Дик"@ru'],
    ]],
    "SELECT ?w { ?b e:writer ?w } VALUES ?b { e:emma }": [[["e:emma e:writer e:austen"]]],
}  # fmt: skip


@pytest.mark.parametrize("text", DETERMINED)
def test_the_triples_behind_each_row(world: EmbeddedStore, text: str) -> None:
    query = HEAD + (text if text.startswith("SELECT") else f"SELECT * {text}")
    found = []
    for row in rows_of(world.store, query):
        answer = explain(world, query, row)
        assert answer["determined"], answer
        found.append(sorted(sorted(map(short, way["triples"])) for way in answer["derivations"]))
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    blank = next(str(quad.object) for quad in world.store if quad.predicate.value == f"{E}knows")
    expected = [
        sorted(sorted(each.replace(" a e:", f" {rdf_type} e:").replace("_:b", blank) for each in way) for way in ways)
        for ways in DETERMINED[text]
    ]

    assert sorted(expected) == sorted(found)


#: Query → the reason why nothing is told, and the place that is in the way.
UNDETERMINED = {
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }": ("groups or counts", None),
    "SELECT ?w { ?b e:writer ?w } GROUP BY ?w": ("groups or counts", None),
    "SELECT ?w { { SELECT ?w { ?b e:writer ?w } LIMIT 1 } }": ("a subquery", "SELECT ?w { ?b"),
    "SELECT ?w { ?b e:writer ?w FILTER(BOUND(?w) && EXISTS { ?w e:bornIn ?p }) }": ("EXISTS stands within", "FILTER"),
    "SELECT ?w { ?b e:writer ?w FILTER EXISTS { ?w e:bornIn ?p FILTER(?p != ?w) } }": (
        "more than triples",
        "FILTER EXISTS",
    ),
    "SELECT ?w { ?b e:writer ?w FILTER NOT EXISTS { << ?b e:writer ?w >> ?p ?o } }": ("looked into", "<<"),
    "ASK { ?s ?p ?o }": ("ASK has no rows", None),
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }": ("CONSTRUCT has no rows", None),
    "DESCRIBE <https://example.org/moby>": ("DESCRIBE has no rows", None),
}  # fmt: skip


@pytest.mark.parametrize("text", UNDETERMINED)
def test_what_is_not_determined_is_admitted(world: EmbeddedStore, text: str) -> None:
    words, place = UNDETERMINED[text]
    query = HEAD + text
    row = rows_of(world.store, query)[0] if text.startswith("SELECT") else {}
    answer = explain(world, query, row)

    assert answer["determined"] is False
    assert words in answer["reason"]
    assert answer.get("column") == (query.rindex(place) + 1 if place is not None else None)


def test_no_triples_are_told_of_what_is_no_row(world: EmbeddedStore) -> None:
    answer = explain(world, f"{HEAD} SELECT ?w {{ ?b e:writer ?w }}", {"w": ox.NamedNode(f"{E}nobody")})

    assert (answer["determined"], "one of this query" in answer["reason"]) == (False, True)


def test_a_variable_that_the_query_does_not_select_is_refused(world: EmbeddedStore) -> None:
    with pytest.raises(MalformedRequest, match=r"\?b, which the query does not select"):
        explain(world, f"{HEAD} SELECT ?w {{ ?b e:writer ?w }}", {"b": ox.NamedNode(f"{E}moby")})


def test_each_triple_names_its_graphs_and_pattern(world: EmbeddedStore) -> None:
    query = f"{HEAD}\nSELECT ?w {{\n  ?b e:writer ?w ;\n    e:year ?y\n}}"
    (way,) = explain(world, query, {"w": ox.NamedNode(f"{E}melville")})["derivations"]
    told = [(each["graphs"], each["inferred"], each["pattern"]) for each in way["triples"]]

    assert told == [
        ([f"{E}graph/one", f"{E}graph/two"], False, {"line": 3, "column": 3, "endLine": 3, "endColumn": 17}),
        ([f"{E}graph/one"], False, {"line": 4, "column": 5, "endLine": 4, "endColumn": 14}),
    ]


#: Inferred triple → the rule that gives it, and from what.
INFERRED = {
    "e:moby e:maker ?w": ("prp-spo1", ["e:moby e:writer e:melville"]),
    "e:moby a e:Work BIND(1 AS ?w)": (
        "cax-sco", ["e:moby <http://www.w3.org/1999/02/22-rdf-syntax-ns#type e:Book"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("pattern", INFERRED)
def test_an_inferred_triple_tells_what_it_follows_from(world: EmbeddedStore, pattern: str) -> None:
    query = f"{HEAD} SELECT * {{ {pattern} }}"
    (row,) = rows_of(world.store, query)
    ((triple,),) = (way["triples"] for way in explain(world, query, row)["derivations"])
    rule, because = INFERRED[pattern]

    assert (triple["inferred"], triple["graphs"]) == (True, [f"{E}graph/inferred"])
    assert (triple["rule"], [short(each) for each in triple["because"]]) == (rule, because)
    assert not any(each["inferred"] for each in triple["because"])


def test_what_must_not_be_there_is_told_apart(world: EmbeddedStore) -> None:
    query = f"{HEAD} SELECT ?b {{ ?b e:writer ?w MINUS {{ ?b e:year ?y }} FILTER NOT EXISTS {{ ?b e:year 1 }} }}"
    answer = explain(world, query, {"b": ox.NamedNode(f"{E}emma")})
    starts = [query.index(word) + 1 for word in ("MINUS", "FILTER")]

    assert [each["column"] for each in answer["absent"]] == starts
    assert len(answer["derivations"][0]["triples"]) == 1


@pytest.mark.parametrize(
    ("pairs", "pattern", "graphs"),
    [
        ([], "GRAPH ?g { e:moby e:writer ?w } FILTER(?g = <https://example.org/graph/two>)", ["two"]),
        ([("default-graph-uri", f"{E}graph/two")], "e:moby e:writer ?w", ["two"]),
        ([("default-graph-uri", f"{E}graph/{name}") for name in ("one", "three")], "e:moby e:writer ?w", ["one"]),
        ([("named-graph-uri", f"{E}graph/one")], "GRAPH ?g { e:moby e:writer ?w }", ["one"]),
    ],
)
def test_only_the_graphs_of_the_querys_dataset_are_named(
    world: EmbeddedStore, pairs: list[tuple[str, str]], pattern: str, graphs: list[str]
) -> None:
    answer = explain(world, f"{HEAD} SELECT ?w {{ {pattern} }}", {"w": ox.NamedNode(f"{E}melville")}, pairs)

    assert [each["graphs"] for way in answer["derivations"] for each in way["triples"]] == [
        [f"{E}graph/{name}" for name in graphs]
    ]


def test_more_ways_than_are_told_are_announced() -> None:
    store = ox.Store()
    for number in range(30):
        store.add(ox.Quad(ox.NamedNode(f"{E}{number}"), ox.NamedNode(f"{E}p"), ox.NamedNode(f"{E}o")))
    facts = {"base": "", "prefixes": {}, "hash": "0", "graphs": [], "triples": 30}
    answer = explain(EmbeddedStore(store, facts, Limits()), f"{HEAD} SELECT DISTINCT ?o {{ ?s e:p ?o }}",
                     {"o": ox.NamedNode(f"{E}o")})  # fmt: skip

    assert (len(answer["derivations"]), answer["more"]) == (20, True)


@pytest.fixture(scope="module")
def own() -> EmbeddedStore:
    store, facts = build_store(project())
    return EmbeddedStore(store, facts, Limits())


QUERIES = read_queries(sorted((ROOT / "queries").glob("*.rq")))


def ways(own: EmbeddedStore, query: str) -> Iterator[tuple[dict[str, Any], list[ox.Quad]]]:
    for row in rows_of(own.store, query)[:12]:
        answer = explain(own, query, row)
        for way in answer.get("derivations", ()):
            triples = [(ox.Triple(*(term(each[name]) for name in "spo")), each["graphs"]) for each in way["triples"]]
            graphs = [in_graph(each, ox.NamedNode(graph)) for each, named in triples for graph in named]
            yield row, [*graphs, *(in_graph(each) for each, _ in triples)]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_triples_suffice_for_the_row_and_none_can_be_left_out(own: EmbeddedStore, name: str) -> None:
    query = bind(QUERIES[name], QUERIES[name].example, own.facts["prefixes"])
    if "ASK" in query or "GROUP BY" in query:
        assert "GROUP BY" not in query or not list(ways(own, query))
        return
    count = 0
    for row, quads in ways(own, query):
        count += 1
        store = ox.Store()
        store.extend(quads)
        assert row in rows_of(store, query)
        for triple in {quad.triple for quad in quads}:
            lacking = ox.Store()
            lacking.extend(quad for quad in quads if quad.triple != triple)
            assert row not in rows_of(lacking, query)

    assert count


def test_terms_survive_the_way_there_and_back() -> None:
    for each in (ox.NamedNode(E), ox.Literal("a"), ox.Literal("b", language="en"), ox.Literal(1), ox.BlankNode("x")):
        assert term(write_term(each)) == each


ASKED = "PREFIX fm: <https://w3id.org/film-memoranda/ns#> SELECT ?m ?a { ?m a fm:Memorandum ; fm:party ?a }"


def test_a_row_leads_to_the_passage_that_states_it(client: TestClient) -> None:
    row = client.post("/sparql", data={"query": ASKED, "format": "json"}).json()["results"]["bindings"][0]
    response = client.post("/sparql/why?lang=en", data={"query": ASKED, "row": json.dumps(row)})
    answer = response.json()
    party = answer["derivations"][0]["triples"][1]
    graph = answer["graphs"][party["graphs"][0]]

    assert response.headers["content-type"] == "application/json"
    assert "Accept-Language" in response.headers["vary"]
    assert party["p"] == {"type": "uri", "value": f"{BASE}ns#party"}
    assert graph["iri"] == f"{graph['document']['iri']}#{graph['fragment']}"
    assert graph["start"] < graph["end"]
    assert [each["language"] for each in graph["texts"] if each["predicate"] == f"{BASE}ns#gloss"] == ["en"]


def test_values_after_the_query_bind_here_too(client: TestClient) -> None:
    row = client.post("/sparql", data={"query": ASKED, "format": "json"}).json()["results"]["bindings"][0]
    query = f"{ASKED} VALUES ?m {{ <{row['m']['value']}> }}"
    answer = client.post("/sparql/why", data={"query": query, "row": json.dumps(row)}).json()

    assert answer["determined"] is True
    assert [each["triples"][0]["s"] for each in answer["derivations"]] == [row["m"]]


@pytest.mark.parametrize(
    "row", ["", "[]", "1", "{", '{"m": 1}', '{"m": {"type": "uri", "value": "no IRI"}}', "[" * 9_999]
)
def test_what_is_no_row_is_refused(client: TestClient, row: str) -> None:
    assert_problem(client.post("/sparql/why", data={"query": ASKED, "row": row}), "malformed-request")


def test_a_query_that_cannot_be_asked_is_a_problem_here_too(client: TestClient) -> None:
    syntax = client.post("/sparql/why", data={"query": "SELECT ?x {", "row": "{}"})
    refused = client.post("/sparql/why", data={"query": "SELECT ?x { SERVICE <http://e/> { ?x ?p ?o } }", "row": "{}"})

    assert assert_problem(syntax, "query-syntax")["line"] == 1
    assert_problem(refused, "refused")
    assert_problem(client.get("/sparql/why"), "method-not-allowed")


def test_the_query_may_be_the_body_and_the_row_a_parameter(client: TestClient) -> None:
    row = client.post("/sparql", data={"query": ASKED, "format": "json"}).json()["results"]["bindings"][0]
    headers = {"Content-Type": "application/sparql-query"}
    response = client.post("/sparql/why", params={"row": json.dumps(row)}, content=ASKED.encode(), headers=headers)

    assert response.json()["determined"] is True
