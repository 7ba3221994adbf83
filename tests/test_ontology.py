"""The ontology stays inside OWL 2 RL, and what follows from it is what an independent reasoner finds."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from worlds import BASE, ROOT, project

from kg_service.inference import RULES, infer
from kg_service.loading import build_store
from kg_service.namespaces import OWL, RDF, RDFS, SKOS, XSD
from kg_service.terms import value

FM = f"{BASE}ns#"
TYPE = RDF + "type"
ONTOLOGY = [quad.triple for quad in project().quads() if value(quad.graph_name) == f"{BASE}graph/ontology"]
TERMS = sorted({value(each.subject) for each in ONTOLOGY if value(each.subject).startswith(FM)})
ASKED_FOR = ("Agency", "Memorandum", "Country", "Film", "Theme")

#: The axioms used here; each is inside the RL profile in the position in which it stands (OWL 2 Profiles §4.2).
RL = {
    TYPE, RDFS + "subClassOf", RDFS + "subPropertyOf", RDFS + "domain", RDFS + "range", OWL + "propertyChainAxiom",
    RDF + "first", RDF + "rest",
}  # fmt: skip
KINDS = ("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "TransitiveProperty")
RL_TYPES = {OWL + name for name in KINDS}
ANNOTATIONS = ("http://purl.org/dc/terms/", SKOS, RDFS + "label", RDFS + "isDefinedBy", "http://purl.org/vocab/vann/")
OWL_HEADER = {OWL + "versionIRI", OWL + "versionInfo", OWL + "priorVersion"}


def objects(subject: str, predicate: str) -> list[ox.Literal | ox.NamedNode | ox.BlankNode | ox.Triple]:
    return [each.object for each in ONTOLOGY if value(each.subject) == subject and each.predicate.value == predicate]


def test_every_axiom_is_inside_owl_2_rl() -> None:
    for each in ONTOLOGY:
        predicate = each.predicate.value
        if predicate == TYPE:
            assert value(each.object) in RL_TYPES
        elif not predicate.startswith(ANNOTATIONS) and predicate not in OWL_HEADER:
            assert predicate in RL, predicate


def test_no_class_expression_and_no_datatype_outside_the_profile() -> None:
    classes = [
        each.object
        for each in ONTOLOGY
        if each.predicate.value in (RDFS + "domain", RDFS + "range", RDFS + "subClassOf")
    ]

    assert all(isinstance(each, ox.NamedNode) for each in classes)
    assert not [each for each in classes if value(each).startswith(XSD)]


def test_the_only_blank_nodes_are_the_cells_of_the_chain() -> None:
    cells = [each for each in ONTOLOGY if isinstance(each.subject, ox.BlankNode)]

    assert {each.predicate.value for each in cells} == {RDF + "first", RDF + "rest"}
    assert len(cells) == 4


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.removeprefix(FM))
def test_every_term_is_named_in_four_languages_and_defined(term: str) -> None:
    labels = {getattr(each, "language", None) for each in objects(term, RDFS + "label")}
    definitions = {getattr(each, "language", None) for each in objects(term, SKOS + "definition")}

    assert labels == {"en", "ar", "ru", "kk"}
    assert "en" in definitions
    assert value(objects(term, RDFS + "isDefinedBy")[0]) == f"{BASE}ns"


@pytest.mark.parametrize("name", ASKED_FOR)
def test_the_classes_asked_for_are_there(name: str) -> None:
    assert ox.NamedNode(OWL + "Class") in objects(FM + name, TYPE)


@pytest.mark.parametrize("name", ["Signing", "Memorandum", "Agency", "Film"])
def test_inference_adds_no_individual_to_what_is_asserted(name: str) -> None:
    class_ = ox.NamedNode(FM + name)
    asserted = {
        each.subject for each in project().public_triples() if each.predicate.value == TYPE and each.object == class_
    }
    inferred = infer(project().public_triples(), ONTOLOGY)
    added = {each.subject for each in inferred if each.predicate.value == TYPE and each.object == class_}

    assert asserted
    assert added == set()


def test_what_is_inferred_is_what_is_useful() -> None:
    inferred = infer(project().public_triples(), ONTOLOGY)
    asserted = set(project().public_triples())
    predicates = {each.predicate.value for each in inferred}

    assert set(inferred) & asserted == set()
    assert predicates <= {TYPE, FM + "theme", FM + "partyCountry", FM + "before"}
    assert FM + "theme" in predicates


def test_an_independent_reasoner_infers_the_same() -> None:
    import owlrl
    import rdflib

    from kg_service.terms import in_graph
    from kg_service.validation.engine import as_graph

    triples = set(project().public_triples())
    graph = as_graph(in_graph(each) for each in triples)
    before = set(graph)
    owlrl.DeductiveClosure(  # type: ignore[no-untyped-call]
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    terms = {rdflib.URIRef(term) for term in TERMS}
    expected = {
        (str(s), str(p), str(o))
        for s, p, o in set(graph) - before
        if s not in terms
        and not isinstance(s, rdflib.Literal)
        and (o in terms if p == rdflib.RDF.type else p in terms and s != o)
    }
    found = {(value(each.subject), each.predicate.value, value(each.object)) for each in infer(triples, ONTOLOGY)}

    assert found == expected


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_draws_its_conclusion(rule: str) -> None:
    e = "http://e/"
    axioms = {
        "cax-sco": "e:C rdfs:subClassOf e:D . e:x a e:C .",
        "prp-spo1": "e:p rdfs:subPropertyOf e:q . e:x e:p e:y .",
        "prp-dom": "e:p rdfs:domain e:D . e:x e:p e:y .",
        "prp-rng": "e:p rdfs:range e:D . e:y e:p e:x . e:y e:p 1 .",
        "prp-trp": "e:q a owl:TransitiveProperty . e:x e:q e:z . e:z e:q e:y .",
        "prp-spo2": "e:q owl:propertyChainAxiom ( e:p e:r ) . e:x e:p e:z . e:z e:r e:y .",
    }
    properties = "".join(f"e:{name} a owl:ObjectProperty . " for name in "pqr")
    declared = f"e:C a owl:Class . e:D a owl:Class . {properties}"
    head = f"@prefix e: <{e}> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .\n"
    triples = [quad.triple for quad in ox.parse(head + declared + axioms[rule], format=ox.RdfFormat.TURTLE)]
    by_type = rule in ("cax-sco", "prp-dom", "prp-rng")
    conclusion = (e + "x", TYPE, e + "D") if by_type else (e + "x", e + "q", e + "y")

    assert [(value(t.subject), t.predicate.value, value(t.object)) for t in infer(triples, triples)] == [conclusion]


def test_alignments_take_no_part_in_inference_and_equate_nothing() -> None:
    alignments = [quad for quad in project().quads() if value(quad.graph_name) == f"{BASE}graph/alignments"]
    store, facts = build_store(project())
    public = {graph["iri"]: graph["public"] for graph in facts["graphs"]}

    assert public[f"{BASE}graph/alignments"] is False
    assert {each.predicate.value for each in alignments} <= {
        RDFS + "subClassOf", RDFS + "subPropertyOf", SKOS + "closeMatch",
    }  # fmt: skip
    assert not list(store.quads_for_pattern(None, None, ox.NamedNode("https://schema.org/Movie"), ox.DefaultGraph()))


def test_the_ontology_names_its_version() -> None:
    assert [value(each) for each in objects(f"{BASE}ns", OWL + "versionIRI")] == [f"{BASE}ns/1.0.0"]
    assert (ROOT / "ontology" / "film-memoranda.ttl").exists()
