"""The schema document: what shapes, ontology and data say of classes and properties, and over HTTP."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest
from http_helpers import BASE, assert_problem

from kg_service.config import Limits
from kg_service.schema.document import in_languages, make_schema
from kg_service.schema.entities import choose_entities
from kg_service.schema.names import query_name
from kg_service.schema.terms import Vocabulary
from kg_service.store.embedded import EmbeddedStore
from kg_service.terms import value

if TYPE_CHECKING:
    from starlette.testclient import TestClient

HEAD = """
PREFIX e: <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
TRIG = f"""{HEAD}
e:Work a owl:Class ; rdfs:label "work"@en , "œuvre"@fr ; rdfs:comment "A work."@en .
e:Book a owl:Class ; rdfs:subClassOf e:Work .
e:Tome a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy e:Book .
e:writer a owl:ObjectProperty ; rdfs:domain e:Work ; rdfs:range e:Person ; owl:inverseOf e:wrote .
e:shelf a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain e:Book .
e:moby a e:Book , e:Work ; e:title "Moby Dick"@en ; e:year "1851"^^xsd:gYear ; e:extra 1 ; rdfs:label "Moby"@en .
e:emma a e:Book ; e:title "Emma"@en .
GRAPH e:shapes {{
  e:WorkShape sh:targetClass e:Work ; sh:property [ sh:path e:title ; sh:minCount 1 ; sh:datatype xsd:string ] .
  e:BookShape sh:targetClass e:Book ; sh:property e:BookYear , e:BookGenre , e:BookKeeper ; sh:node e:Kept .
  e:BookYear sh:path e:year ; sh:maxCount 1 ; sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:date ] ) .
  e:BookGenre sh:path e:genre ; sh:minCount 2 ; sh:maxCount 3 ; sh:in ( e:novel "essay"@en ) ;
    sh:node [ sh:property [ sh:path skos:inScheme ; sh:hasValue e:genres ] ] .
  e:BookKeeper sh:path e:keeper ; sh:class e:Person ; sh:nodeKind sh:IRI .
  e:Kept sh:property [ sh:path e:place ; sh:minCount 1 ] .
}}
"""


def parse(text: str) -> EmbeddedStore:
    store = ox.Store()
    store.extend(cast("list[ox.Quad]", list(ox.parse(text, format=ox.RdfFormat.TRIG))))
    graphs = [{"iri": value(graph), "triples": 1, "public": False} for graph in store.named_graphs()]
    facts = {"base": "https://example.org/", "prefixes": {"e": "https://example.org/"}, "hash": "0", "graphs": graphs}
    return EmbeddedStore(store, {**facts, "triples": len(store)}, Limits())


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return make_schema(parse(TRIG))


def member(document: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    return next(each for each in document[kind] if each["name"] == name)


BOOK: dict[str, dict[str, Any]] = {
    "e:genre": {
        "presence": "mandatory", "many": True, "least": 2, "most": 3,
        "values": ['"essay"@en', "e:novel"], "schemes": ["e:genres"],
    },
    "e:place": {"presence": "mandatory", "many": True},
    "e:title": {
        "presence": "mandatory", "many": True, "uses": 2, "datatypes": ["<http://www.w3.org/2001/XMLSchema#string>"],
    },
    "e:keeper": {"presence": "optional", "many": True, "classes": ["e:Person"], "kind": "IRI"},
    "e:shelf": {"presence": "optional", "many": False},
    "e:writer": {"presence": "optional", "many": True},
    "e:year": {
        "presence": "optional", "many": False, "uses": 1,
        "datatypes": ["<http://www.w3.org/2001/XMLSchema#date>", "<http://www.w3.org/2001/XMLSchema#gYear>"],
    },
    "e:extra": {"presence": "used", "many": True, "uses": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", BOOK)
def test_a_property_of_a_class_is_marked_by_what_puts_it_there(document: dict[str, Any], name: str) -> None:
    found = next(each for each in member(document, "classes", "e:Book")["properties"] if each["name"] == name)

    assert {"name": name, **BOOK[name]} == found


def test_mandatory_properties_come_first(document: dict[str, Any]) -> None:
    order = [each["presence"] for each in member(document, "classes", "e:Book")["properties"]]

    assert sorted(order, key=["mandatory", "optional", "used"].index) == order


def test_what_stands_on_a_class_below_does_not_stand_on_the_class_above(document: dict[str, Any]) -> None:
    names = {each["name"] for each in member(document, "classes", "e:Work")["properties"]}

    assert "e:title" in names
    assert not names & {"e:genre", "e:shelf"}


def test_terms_say_what_they_are(document: dict[str, Any]) -> None:
    work, tome = member(document, "classes", "e:Work"), member(document, "classes", "e:Tome")
    writer, title = member(document, "properties", "e:writer"), member(document, "properties", "e:title")

    assert work["labels"] == {"en": "work", "fr": "œuvre"}
    assert (work["instances"], work["comments"]) == (1, {"en": "A work."})
    assert (tome["deprecated"], tome["replacedBy"]) == (True, ["e:Book"])
    assert (writer["domain"], writer["range"], writer["inverse"]) == (["e:Work"], ["e:Person"], ["e:wrote"])
    assert (title["uses"], title["languages"]) == (2, ["en"])


def test_a_thing_has_its_most_special_class_only(document: dict[str, Any]) -> None:
    assert member(document, "entities", "e:moby") == {
        "iri": "https://example.org/moby", "name": "e:moby", "labels": {"en": "Moby"}, "classes": ["e:Book"],
    }  # fmt: skip
    assert {each["name"] for each in document["entities"]} == {"e:moby", "e:emma"}


def test_graphs_languages_and_completeness_are_told(document: dict[str, Any]) -> None:
    graph = {"iri": "https://example.org/shapes", "name": "e:shapes", "triples": 1, "default": False}

    assert document["graphs"] == [graph]
    assert document["languages"] == {"en": 5, "fr": 1}
    assert document["truncated"] == []


def test_more_things_than_there_is_room_for_are_told_and_classes_take_turns() -> None:
    text = HEAD + "".join(f"e:a{n} a e:A . " for n in range(5)) + "e:b a e:B ."
    chosen, more = choose_entities(cast("Any", parse(text).store.query), Vocabulary(), most=3)

    assert more
    assert {tuple(each) for each in chosen.values()} == {("https://example.org/A",), ("https://example.org/B",)}
    assert len(chosen) == 3


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ([], {"en": "work", "fr": "œuvre"}),
        (["fr"], {"fr": "œuvre"}),
        (["kk"], {"en": "work"}),
        (["fr", "en"], {"en": "work", "fr": "œuvre"}),
    ],
)
def test_texts_come_in_the_languages_wanted_or_one_other(
    document: dict[str, Any], languages: list[str], expected: dict[str, str]
) -> None:
    assert member(in_languages(document, languages), "classes", "e:Work")["labels"] == expected


@pytest.mark.parametrize("local", ["a", "a-b.c", "é", "1", "a%20b"])
def test_a_plain_name_is_prefixed(local: str) -> None:
    assert query_name(f"http://e/{local}", {"e": "http://e/"}) == f"e:{local}"


@pytest.mark.parametrize("local", ["a/b", "a#b", "a.", "a(b)"])
def test_a_name_that_needs_escapes_is_written_in_full(local: str) -> None:
    assert query_name(f"http://e/{local}", {"e": "http://e/"}) == f"<http://e/{local}>"


def test_every_name_stands_for_its_iri_in_a_query(client: TestClient) -> None:
    document = client.get("/sparql/schema").json()
    named = [each for kind in ("classes", "properties", "entities", "graphs") for each in document[kind]]
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in document["prefixes"].items())
    rows = " ".join(f"({each['name']} <{each['iri']}>)" for each in named)
    query = f"{head} ASK {{ VALUES (?name ?iri) {{ {rows} }} FILTER(?name != ?iri) }}"

    assert len(named) > 200
    assert client.post("/sparql", data={"query": query}).json()["boolean"] is False


def test_the_projects_shapes_show(client: TestClient) -> None:
    document = client.get("/sparql/schema").json()
    properties = {each["name"]: each for each in member(document, "classes", "fm:Signing")["properties"]}
    mandatory = {name for name, each in properties.items() if each["presence"] == "mandatory"}

    assert mandatory == {"fm:ofMemorandum", "fm:signedBy"}
    assert properties["fm:ofMemorandum"]["many"] is False
    assert properties["fm:ofMemorandum"]["classes"] == ["fm:Memorandum"]
    assert document["base"] == BASE


def test_the_document_is_short_and_cached_by_its_tag(client: TestClient) -> None:
    first = client.get("/sparql/schema")
    again = client.get("/sparql/schema", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["content-type"] == "application/json"
    assert len(gzip.compress(first.content)) < 60_000
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/sparql/schema?lang=ru").headers["etag"] != first.headers["etag"]


def test_labels_come_in_the_language_asked_for(client: TestClient) -> None:
    document = client.get("/sparql/schema?lang=ru").json()

    assert member(document, "classes", "fm:Signing")["labels"] == {"ru": "подписание"}


def test_what_is_no_language_is_refused(client: TestClient) -> None:
    assert_problem(client.get("/sparql/schema?lang=%3Cscript%3E"), "malformed-request")
    assert_problem(client.post("/sparql/schema"), "method-not-allowed")


def test_openapi_lists_it(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/sparql/schema"]["get"]

    assert [each["name"] for each in operation["parameters"]] == ["lang"]
