"""JSON-LD descriptions: compact, framed, and the same triples for every reader of JSON-LD, without a network."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pytest
import rdflib
from http_helpers import BASE, MEMORANDUM, assert_problem
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import project

from kg_service.config import Limits
from kg_service.description import describe
from kg_service.jsonld.context import Context, Definition, make_context
from kg_service.jsonld.tree import frame
from kg_service.loading import build_store
from kg_service.namespaces import RDF, XSD
from kg_service.store.embedded import EmbeddedStore
from kg_service.terms import quads_of, value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.testclient import TestClient

E = "https://example.org/"


def canonical(quads: Iterable[ox.Quad]) -> set[str]:
    """Return triples with their nameless nodes named by what is said of them (RDFC-1.0)."""
    dataset = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(each) for each in dataset}


def by_oxigraph(text: str) -> set[str]:
    return canonical(quads_of(ox.parse(text, format=ox.RdfFormat.JSON_LD)))


def by_rdflib(text: str) -> set[str]:
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    return canonical(quads_of(ox.parse(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)))


@pytest.fixture(scope="module")
def own() -> EmbeddedStore:
    store, facts = build_store(project())
    return EmbeddedStore(store, facts, Limits())


def subjects() -> list[tuple[str, list[ox.NamedNode]]]:
    """Return the things of the data set by class."""
    kind = RDF + "type"
    pairs = {(q.object, q.subject) for q in project().quads() if q.predicate.value == kind}
    named = sorted((str(c), str(s), s) for c, s in pairs if isinstance(s, ox.NamedNode))
    return [(name, [each[2] for each in group]) for name, group in groupby(named, key=lambda each: each[0])]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's reader makes one
@pytest.mark.parametrize(("name", "things"), subjects(), ids=[name.rpartition("/")[2] for name, _ in subjects()])
def test_descriptions_of_a_class_hold_the_same_triples(
    own: EmbeddedStore, name: str, things: list[ox.NamedNode]
) -> None:
    context = make_context(own)
    for each in things[:40]:
        quads = describe(own.store, own.facts, each, ox.NamedNode(f"{BASE}data/x.jsonld"))
        document = frame((quad.triple for quad in quads), each, context)
        text = json.dumps(document)
        expected = canonical(quads)

        assert by_oxigraph(text) == expected, (name, each)
        assert by_rdflib(text) == expected, (name, each)
        kinds = {context.compact(value(quad.object)) for quad in quads if quad.predicate.value == RDF + "type"}
        included = {part["@id"] for part in document.get("@included", ()) if not part["@id"].startswith("_:")}
        assert included <= kinds  # only types lead there


IRIS = st.sampled_from(
    [f"{E}{name}" for name in ("a", "b", "Kind", "p", "q", "with/slash", "é")] + ["urn:x:y", "tag:z"]
)
NODES = st.one_of(st.builds(ox.NamedNode, IRIS), st.builds(ox.BlankNode, st.sampled_from(["x", "y"])))
PREDICATES = st.builds(
    ox.NamedNode, st.sampled_from([f"{E}{name}" for name in ("ref", "text", "date", "any")] + [RDF + "type"])
)
TEXTS = st.sampled_from(
    ["", "a", "true", "false", "01", "7", "-3", "9007199254740993", "1.5", "2020-01-01", '\u0000é\n"']
)
DATATYPES = st.sampled_from([XSD + name for name in ("string", "integer", "boolean", "date", "double")])
LITERALS = st.one_of(
    st.builds(lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)), TEXTS, DATATYPES),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["en", "ar", "en-gb"])),
)
TRIPLES = st.lists(st.builds(ox.Triple, NODES, PREDICATES, st.one_of(NODES, LITERALS)), max_size=12)
CONTEXT = Context(
    {"e": E, "urn": "https://urn.example/", "odd": f"{E}with"},
    {
        f"{E}ref": Definition("ref", f"{E}ref", "@id", "@set"),
        f"{E}text": Definition("e:text", f"{E}text", "", "@language"),
        f"{E}date": Definition("date", f"{E}date", XSD + "date", ""),
    },
    {f"{E}Kind": Definition("Kind", f"{E}Kind")},
)


@settings(max_examples=300, deadline=None)
@given(TRIPLES)
def test_any_triples_survive(triples: list[ox.Triple]) -> None:
    document = frame(triples, ox.NamedNode(f"{E}a"), CONTEXT)

    assert by_oxigraph(json.dumps(document)) == canonical(ox.Quad(t.subject, t.predicate, t.object) for t in triples)


def framed(turtle: str, context: Context = CONTEXT) -> dict[str, Any]:
    triples = [quad.triple for quad in quads_of(ox.parse(turtle, format=ox.RdfFormat.TURTLE))]
    document = frame(triples, ox.NamedNode(f"{E}a"), context)
    del document["@context"]
    return document


#: Turtle → the document about e:a, without its context.
SHAPES: dict[str, dict[str, Any]] = {
    "e:a a e:Kind ; e:ref e:b .": {"@id": "e:a", "@type": "Kind", "ref": ["e:b"]},
    "e:a e:ref e:b . e:b e:any 7 , true .": {"@id": "e:a", "ref": [{"@id": "e:b", "e:any": [7, True]}]},
    "e:b e:ref e:a ; a e:Kind .": {"@id": "e:a", "@reverse": {"ref": [{"@id": "e:b", "@type": "Kind"}]}},
    'e:a e:text "x"@en , "y"@en , "z"@ar .': {"@id": "e:a", "e:text": {"en": ["x", "y"], "ar": "z"}},
    'e:a e:text "plain" .': {"@id": "e:a", f"{E}text": "plain"},
    'e:a e:date "2020-01-01"^^xsd:date .': {"@id": "e:a", "date": "2020-01-01"},
    'e:a e:date "2020"^^xsd:gYear , e:b .': {
        "@id": "e:a", "date": [{"@value": "2020", "@type": f"{XSD}gYear"}, {"@id": "e:b"}],
    },
    "e:a e:ref <urn:x> .": {"@id": "e:a", "ref": ["urn:x"]},
    "e:c e:any 1 .": {"@id": "e:a", "@included": [{"@id": "e:c", "e:any": 1}]},
    "e:b a e:a ; e:any 1 .": {"@id": "e:a", "@reverse": {RDF + "type": [{"@id": "e:b", "e:any": 1}]}},
    "e:a e:ref e:b . e:b e:ref e:a .": {"@id": "e:a", "ref": [{"@id": "e:b", "ref": ["e:a"]}]},
}  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_the_document_is_about_the_topic(text: str) -> None:
    head = f"@prefix e: <{E}> . @prefix xsd: <{XSD}> . "

    assert framed(head + text) == SHAPES[text]


def test_the_context_names_own_properties_by_their_local_name(client: TestClient) -> None:
    response = client.get("/download/context.jsonld")
    context = response.json()["@context"]

    assert response.headers["content-type"] == "application/ld+json"
    assert context["fm"] == f"{BASE}ns#"
    assert context["Memorandum"] == "fm:Memorandum"
    assert context["party"] == {"@id": "fm:party", "@type": "@id", "@container": "@set"}
    assert context["ofMemorandum"] == {"@id": "fm:ofMemorandum", "@type": "@id"}
    assert context["rdfs:label"] == {"@id": "rdfs:label", "@container": "@language"}
    assert (
        client.get("/download/context.jsonld", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    )


def test_a_term_is_never_called_like_a_prefix(client: TestClient) -> None:
    context = client.get("/download/context.jsonld").json()["@context"]

    assert {"theme", "event"} & context.keys() <= client.get("/sparql/schema").json()["prefixes"].keys()
    assert context["fm:theme"]["@id"] == "fm:theme"


def test_descriptions_stand_by_the_published_context(client: TestClient) -> None:
    published = client.get("/download/context.jsonld").json()["@context"]
    document = client.get(f"/data/{MEMORANDUM.removeprefix(BASE)}.jsonld").json()
    used = document["@context"]

    assert used.items() <= published.items()
    assert (document["@id"], document["@type"]) == ("memorandum:az-kz-aktau", "Memorandum")
    assert document["rdfs:label"]["ru"]
    assert {each["@id"] for each in document["party"]} == {"agency:az-cinema-agency", "agency:kz-film-support-center"}


def test_any_iri_is_described_like_that(client: TestClient) -> None:
    document = client.get("/describe", params={"iri": "http://www.wikidata.org/entity/Q232", "format": "jsonld"}).json()

    assert document["@id"] == "wd:Q232"
    assert document["@reverse"]


def test_what_is_not_described_is_not_found(client: TestClient) -> None:
    assert_problem(client.get("/data/id/nothing.jsonld"), "not-found")


def test_a_data_set_of_loose_files_has_descriptions_too() -> None:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(f"{E}a"), ox.NamedNode(f"{E}p"), ox.Literal("x", language="en")))
    facts = {"base": "", "prefixes": {}, "hash": "0", "graphs": [], "triples": 1}
    document = frame(
        [cast("ox.Quad", next(iter(store))).triple],
        ox.NamedNode(f"{E}a"),
        make_context(EmbeddedStore(store, facts, Limits())),
    )

    assert document == {"@context": {}, "@id": f"{E}a", f"{E}p": {"@value": "x", "@language": "en"}}
