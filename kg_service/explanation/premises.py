"""From which statements an inferred one follows, by one rule of the table of inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg_service.explanation.dataset import Select
from kg_service.inference import RULES
from kg_service.namespaces import OWL, RDF, RDFS

if TYPE_CHECKING:
    from kg_service.explanation.dataset import Dataset, Solution
    from kg_service.inference import Rule
    from kg_service.terms import Term

__all__ = ["premises_of"]

_HEAD = f"PREFIX rdf: <{RDF}> PREFIX rdfs: <{RDFS}> PREFIX owl: <{OWL}> SELECT * WHERE "
_TYPE = ox.NamedNode(RDF + "type")
#: Ways by one rule that are compared.
_COMPARED = 50


def premises_of(dataset: Dataset, triple: ox.Triple) -> tuple[str, list[ox.Triple]] | None:
    """Return a rule and the statements about things from which it concludes the triple; None where none does alone.

    Of several ways the one is taken that rests on the fewest inferred statements.
    """
    found: list[tuple[int, str, list[ox.Triple]]] = []
    for name, rule in RULES.items():
        given = _agreed(rule.conclusion, triple)
        if given is None:
            continue
        select = Select(_HEAD, f"{{ {rule.axiom} . {' . '.join(rule.premises)} {rule.condition} }}")
        for solution in dataset.solutions(select, given, most=_COMPARED):
            premises = _premises(rule, given | solution)
            if triple not in premises:
                found.append((sum(_is_inferred(dataset, each) for each in premises), name, premises))
    if not found:
        return None
    _, name, premises = min(found, key=lambda each: (each[0], len(each[2])))
    return name, premises


def _agreed(conclusion: str, triple: ox.Triple) -> Solution | None:
    """Return the values of a conclusion's variables that make it the triple; None where it is another one."""
    given: Solution = {}
    for word, term in zip(conclusion.split(), (triple.subject, triple.predicate, triple.object), strict=True):
        if word == "a":
            if term != _TYPE:
                return None
        elif given.setdefault(word[1:], term) != term:
            return None
    return given


def _premises(rule: Rule, solution: Solution) -> list[ox.Triple]:
    def term(word: str) -> Term:
        return _TYPE if word == "a" else solution[word[1:]]

    found = []
    for premise in rule.premises:
        subject, predicate, object_ = map(term, premise.split())
        found.append(ox.Triple(cast("ox.NamedNode", subject), cast("ox.NamedNode", predicate), object_))
    return found


def _is_inferred(dataset: Dataset, triple: ox.Triple) -> bool:
    return dataset.graphs_of(triple, None) == [f"{dataset.facts['base']}graph/inferred"]
