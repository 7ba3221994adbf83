"""A table of OWL 2 RL rules, run as SPARQL updates to a fixpoint; knows the RL semantics, no data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import OWL, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["PREFIXES", "RULES", "infer", "useful"]

PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}

#: Rule of OWL 2 Profiles §4.3 → update. Property variables may not bind literals as subjects, which RDF forbids.
RULES: dict[str, str] = {
    "cax-sco": "INSERT { ?x a ?super } WHERE { ?class rdfs:subClassOf+ ?super . ?x a ?class }",
    "prp-spo1": "INSERT { ?x ?super ?y } WHERE { ?property rdfs:subPropertyOf+ ?super . ?x ?property ?y }",
    "prp-dom": "INSERT { ?x a ?class } WHERE { ?property rdfs:domain ?class . ?x ?property ?y }",
    "prp-rng": "INSERT { ?y a ?class } WHERE { ?property rdfs:range ?class . ?x ?property ?y FILTER(!isLiteral(?y)) }",
    "prp-trp": (
        "INSERT { ?x ?property ?z } WHERE { ?property a owl:TransitiveProperty . ?x ?property ?y . ?y ?property ?z }"
    ),
    "prp-spo2": (
        "INSERT { ?x ?property ?z } WHERE { ?property owl:propertyChainAxiom ?list . "
        "?list rdf:first ?first ; rdf:rest ?rest . ?rest rdf:first ?second ; rdf:rest rdf:nil . "
        "?x ?first ?y . ?y ?second ?z }"
    ),
}

_TERM_TYPES = tuple(
    ox.NamedNode(OWL + name)
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "TransitiveProperty")
)
_TYPE = ox.NamedNode(RDF + "type")


def infer(triples: Iterable[ox.Triple], vocabulary: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the useful consequences of the triples, none of them among the triples.

    vocabulary   the triples of the ontology: its terms decide what is useful
    Kept are statements about things (not about the vocabulary's terms) made with the vocabulary's own
    properties and classes; so no reflexive and no axiomatic triples.
    OWL 2 Profiles §4.3, tables 5 to 9: the rules of RULES.
    """
    store = ox.Store()
    store.bulk_extend(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    asserted = {(quad.subject, quad.predicate, quad.object) for quad in store}
    size = -1
    while size != len(store):
        size = len(store)
        for rule in RULES.values():
            store.update(rule, prefixes=PREFIXES)
    is_useful = useful(vocabulary)
    return [
        quad.triple
        for quad in store
        if (quad.subject, quad.predicate, quad.object) not in asserted and is_useful(quad.triple)
    ]


def useful(vocabulary: Iterable[ox.Triple]) -> Callable[[ox.Triple], bool]:
    """Return what tells a useful consequence: a statement about a thing with the vocabulary's own terms."""
    terms = {each.subject for each in vocabulary if each.predicate == _TYPE and each.object in _TERM_TYPES}

    def is_useful(triple: ox.Triple) -> bool:
        is_own = triple.object in terms if triple.predicate == _TYPE else triple.predicate in terms
        return triple.subject not in terms and is_own

    return is_useful
