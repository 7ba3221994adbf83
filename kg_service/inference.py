"""A table of OWL 2 RL rules, applied to a fixpoint by the engine's own queries; knows the RL semantics, no data set."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg_service.namespaces import OWL, RDF, RDFS
from kg_service.terms import DEFAULT, in_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["RULES", "Rule", "close", "infer", "remove_useless", "useful"]

_PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
#: Consequences that are added together.
_CHUNK = 200_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of OWL 2 Profiles §4.3.

    axiom        what the vocabulary says
    premises     what is said of things, one pattern or two
    conclusion   what follows; `term` is that variable of the axiom which it names
    condition    RDF forbids literals as subjects
    """

    axiom: str
    premises: tuple[str, ...]
    conclusion: str
    term: str
    condition: str = ""


RULES: dict[str, Rule] = {
    "cax-sco": Rule("?class rdfs:subClassOf+ ?super", ("?x a ?class",), "?x a ?super", "?super"),
    "prp-spo1": Rule("?property rdfs:subPropertyOf+ ?super", ("?x ?property ?y",), "?x ?super ?y", "?super"),
    "prp-dom": Rule("?property rdfs:domain ?class", ("?x ?property ?y",), "?x a ?class", "?class"),
    "prp-rng": Rule(
        "?property rdfs:range ?class", ("?x ?property ?y",), "?y a ?class", "?class", "FILTER(!isLiteral(?y))"
    ),
    "prp-trp": Rule(
        "?property a owl:TransitiveProperty", ("?x ?property ?y", "?y ?property ?z"), "?x ?property ?z", "?property"
    ),
    "prp-spo2": Rule(
        "?property owl:propertyChainAxiom ?list . ?list rdf:first ?first ; rdf:rest ?rest . "
        "?rest rdf:first ?second ; rdf:rest rdf:nil",
        ("?x ?first ?y", "?y ?second ?z"),
        "?x ?property ?z",
        "?property",
    ),
}
#: An axiom that itself follows; the predicates are those of the axioms above.
_DERIVED_AXIOM = " UNION ".join(
    f"{{ ?s {end} }}"
    for end in (
        *(f"{name} ?o" for name in ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range")),
        *(f"{name} ?o" for name in ("owl:propertyChainAxiom", "rdf:first", "rdf:rest")),
        "a owl:TransitiveProperty",
    )
)

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
    store, inferred = ox.Store(), ox.NamedNode("urn:kg:inferred")
    store.bulk_extend(map(in_graph, triples))
    close(store, inferred)
    is_useful = useful(vocabulary)
    found = store.quads_for_pattern(None, None, None, inferred)
    return [quad.triple for quad in found if is_useful(quad.triple)]


def close(store: ox.Store, inferred: ox.NamedNode) -> None:
    """Add all that follows from the default graph to it, and to the graph `inferred`, which is empty before.

    After the first round only what is new can lead to more, so that one premise is looked for in `inferred`
    (semi-naive evaluation); unless an axiom followed. A rule without its axiom costs nothing.
    """
    new_only = False
    while _round(store, inferred, new_only=new_only):
        new_only = not store.query(f"ASK {{ GRAPH {inferred} {{ {_DERIVED_AXIOM} }} }}", prefixes=_PREFIXES)


def _round(store: ox.Store, inferred: ox.NamedNode, *, new_only: bool) -> bool:
    """Apply each rule once; tell whether anything followed."""
    has_grown = False
    for rule in RULES.values():
        found = _consequences(store, rule, inferred if new_only else None)
        while chunk := set(islice(found, _CHUNK)):
            store.bulk_extend(quad for each in chunk for quad in (in_graph(each), in_graph(each, inferred)))
            has_grown = True
    return has_grown


def _consequences(store: ox.Store, rule: Rule, new: ox.NamedNode | None) -> Iterator[ox.Triple]:
    """Yield what follows by a rule and is not there yet, term by term of its conclusions.

    new   graph in which one of the premises has to be; None is any
    Named one at a time, what is there already of a term is one index scan and one hash join for the engine; asked
    for each conclusion on its own it takes seven times as long. Nameless terms are left out: nobody can ask for them.
    """
    terms = cast(
        "ox.QuerySolutions", store.query(f"SELECT DISTINCT {rule.term} {{ {rule.axiom} }}", prefixes=_PREFIXES)
    )
    for term in [row[0] for row in terms if isinstance(row[0], ox.NamedNode)]:
        axiom, conclusion = (text.replace(rule.term, str(term)) for text in (rule.axiom, rule.conclusion))
        for number in range(1 if new is None else len(rule.premises)):
            premises = [each.replace(rule.term, str(term)) for each in rule.premises]
            if new is not None:
                premises[number] = f"GRAPH {new} {{ {premises[number]} }}"
            body = f"{axiom} . {' . '.join(premises)} {rule.condition}"
            if store.query(f"ASK {{ {body} }}", prefixes=_PREFIXES):
                query = f"CONSTRUCT {{ {conclusion} }} WHERE {{ {{ {body} }} MINUS {{ {conclusion} }} }}"
                yield from cast("ox.QueryTriples", store.query(query, prefixes=_PREFIXES))


def useful(vocabulary: Iterable[ox.Triple]) -> Callable[[ox.Triple], bool]:
    """Return what tells a useful consequence: a statement about a thing with the vocabulary's own terms."""
    terms = {each.subject for each in vocabulary if each.predicate == _TYPE and each.object in _TERM_TYPES}

    def is_useful(triple: ox.Triple) -> bool:
        is_own = triple.object in terms if triple.predicate == _TYPE else triple.predicate in terms
        return triple.subject not in terms and is_own

    return is_useful


def remove_useless(store: ox.Store, inferred: ox.NamedNode, vocabulary: Iterable[ox.Triple]) -> None:
    """Take out of the default graph and of `inferred` what `close` has added and is not useful."""
    is_useful = useful(vocabulary)
    found = store.quads_for_pattern(None, None, None, inferred)
    for quad in [each for each in found if not is_useful(each.triple)]:
        store.remove(quad)
        store.remove(ox.Quad(quad.subject, quad.predicate, quad.object, DEFAULT))
