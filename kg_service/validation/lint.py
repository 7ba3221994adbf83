"""What a knowledge graph should be beside its shapes: one row a rule, results in the same report as theirs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg_service.namespaces import DCTERMS, OWL, RDF, RDFS, SKOS
from kg_service.terms import value
from kg_service.validation.results import Result, Severity
from kg_service.vocabularies import CLOSED, is_standard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg_service.loading import Source

__all__ = ["RULES", "Graph", "lint"]

_CLASSES = frozenset({OWL + "Class", RDFS + "Class", OWL + "DeprecatedClass"})
_PROPERTIES = frozenset(
    {
        *(OWL + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation", "Transitive", "Symmetric")),
        *(OWL + f"{kind}Property" for kind in ("Functional", "InverseFunctional", "Asymmetric", "Irreflexive")),
        *(OWL + f"{kind}Property" for kind in ("Reflexive", "Ontology", "Deprecated")),
        RDF + "Property",
    }
)
_DEFINITIONS = (SKOS + "definition", RDFS + "comment", DCTERMS + "description", SKOS + "scopeNote")
#: Statements between concepts that do not use them for anything.
_SCHEME = frozenset({SKOS + name for name in ("related", "hasTopConcept", "member")})


@dataclass(slots=True)
class Graph:
    """What the rules look at, gathered in one pass over the statements.

    terms        IRI → its statements, of what ontology/ describes as a class or property
    classes, properties, concepts   IRIs declared as such anywhere
    predicates, types   IRIs used as predicate, and as class of something
    objects      IRIs used as object, but for the statements of concept schemes
    broader      concept → the concepts it is narrower than
    described    IRIs that are the subject of a statement
    own          namespace of every class and property that ontology/ declares
    """

    terms: dict[str, dict[str, list[ox.Quad]]] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    concepts: set[str] = field(default_factory=set)
    predicates: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    broader: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    described: set[str] = field(default_factory=set)
    base: str = ""

    @property
    def own(self) -> set[str]:
        """The namespaces of the ontology's terms."""
        return {_namespace(iri) for iri in self.terms}


class Rule(NamedTuple):
    """One rule: how bad, what it is called, message and remedy, and what finds the IRIs at fault."""

    severity: Severity
    name: str
    message: str
    remedy: str
    find: Callable[[Graph], Iterable[str]]


def lint(source: Source, known: Iterable[str] = ()) -> list[Result]:
    """Return the results of all rules over a data set.

    known   focus nodes that a shape already faults as a whole; they are not faulted twice
    """
    graph = _gather(source)
    told = set(known)
    return [
        Result(
            rule.severity, identifier, {"en": rule.message}, name=rule.name, remedy=rule.remedy, focus=iri,
            component="Lint",
        )
        for identifier, rule in RULES.items()
        for iri in sorted(set(rule.find(graph)) - told)
    ]  # fmt: skip


def _gather(source: Source) -> Graph:
    graph = Graph(base=source.base)
    for each in source.parsed:
        for quad in each.quads:
            graph.predicates.add(quad.predicate.value)
            graph.described.add(value(quad.subject))
            if isinstance(quad.object, ox.NamedNode):
                if quad.predicate.value == RDF + "type":
                    _take_type(graph, value(quad.subject), quad.object.value)
                elif not each.file.is_shapes:  # naming a term in a shape does not use it
                    _take_link(graph, value(quad.subject), quad.predicate.value, quad.object.value)
    declared = graph.classes | graph.properties
    for each in source.parsed:
        for quad in each.quads if declared and each.file.role.graph in ("ontology", None) else ():
            if isinstance(quad.subject, ox.NamedNode) and (subject := quad.subject.value) in declared:
                graph.terms.setdefault(subject, defaultdict(list))[quad.predicate.value].append(quad)
    return graph


def _take_type(graph: Graph, subject: str, kind: str) -> None:
    graph.types.add(kind)
    if kind in _CLASSES:
        graph.classes.add(subject)
    elif kind in _PROPERTIES:
        graph.properties.add(subject)
    elif kind == SKOS + "Concept":
        graph.concepts.add(subject)


def _take_link(graph: Graph, subject: str, predicate: str, object_: str) -> None:
    if predicate == SKOS + "broader":
        graph.broader[subject].add(object_)
    elif predicate == SKOS + "narrower":
        graph.broader[object_].add(subject)
    elif predicate not in _SCHEME:
        graph.objects.add(object_)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _undeclared(graph: Graph) -> Iterator[str]:
    own = graph.own
    return (iri for iri in graph.predicates | graph.types if _namespace(iri) in own and iri not in graph.described)


def _misspelt(graph: Graph) -> Iterator[str]:
    return (iri for iri in graph.predicates | graph.types if _namespace(iri) in CLOSED and not is_standard(iri))


def _dangling(graph: Graph) -> Iterator[str]:
    return (iri for iri in graph.objects if graph.base and iri.startswith(graph.base) and iri not in graph.described)


def _without(*predicates: str) -> Callable[[Graph], Iterator[str]]:
    return lambda graph: (iri for iri, said in graph.terms.items() if not any(said.get(each) for each in predicates))


def _deprecated(graph: Graph) -> Iterator[str]:
    used = graph.predicates | graph.types
    for iri, said in graph.terms.items():
        if iri in used and any(value(quad.object) in ("true", "1") for quad in said.get(OWL + "deprecated", ())):
            yield iri


def _kinds(*kinds: str) -> Callable[[Graph], Iterator[str]]:
    """Find terms that are declared as two kinds that OWL 2 DL keeps apart (OWL 2 Syntax §5.8.1)."""
    wanted = {OWL + kind for kind in kinds}

    def find(graph: Graph) -> Iterator[str]:
        for iri, said in graph.terms.items():
            if wanted <= {value(quad.object) for quad in said.get(RDF + "type", ())}:
                yield iri

    return find


def _two_kinds(graph: Graph) -> Iterator[str]:
    kinds = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    for index, kind in enumerate(kinds):
        for other in kinds[index + 1 :]:
            yield from _kinds(kind, other)(graph)
    yield from graph.classes & graph.properties & graph.terms.keys()


def _wrong_place(graph: Graph) -> Iterator[str]:
    """Find terms whose super-term, domain or range is not of the kind that the property asks for (RDFS §2, §3)."""
    expected = {
        RDFS + "subClassOf": graph.properties - graph.classes,
        RDFS + "domain": graph.properties - graph.classes,
        RDFS + "range": graph.properties - graph.classes,
        RDFS + "subPropertyOf": graph.classes - graph.properties,
    }
    for iri, said in graph.terms.items():
        if any(value(quad.object) in wrong for each, wrong in expected.items() for quad in said.get(each, ())):
            yield iri


def _unused(graph: Graph) -> Iterator[str]:
    """Find concepts that nothing uses, nor any concept below them."""
    used = graph.concepts & graph.objects
    waiting = list(used)
    while waiting:
        above = graph.broader[waiting.pop()] - used
        used |= above
        waiting += above
    return iter(graph.concepts - used)


#: Rule id → rule. Terms are those of ontology/.
RULES: dict[str, Rule] = {
    "L01": Rule(
        Severity.WARNING, "declared term", "The ontology declares no such term.",
        "Correct its name, or declare it in ontology/.", _undeclared,
    ),
    "L02": Rule(
        Severity.WARNING, "standard term", "The standard vocabulary has no such term.",
        "Correct its name.", _misspelt,
    ),
    "L03": Rule(
        Severity.WARNING, "described IRI", "This IRI is used but nothing describes it.",
        "Describe it, or correct the IRI where it is used.", _dangling,
    ),
    "L04": Rule(
        Severity.WARNING, "label of a term", "This term has no label.",
        "Add an rdfs:label.", _without(RDFS + "label", SKOS + "prefLabel"),
    ),
    "L05": Rule(
        Severity.INFO, "definition of a term", "This term has no definition.",
        "Add an rdfs:comment or a skos:definition.", _without(*_DEFINITIONS),
    ),
    "L06": Rule(
        Severity.WARNING, "deprecated term", "This term is deprecated but in use.",
        "Use the term that replaces it.", _deprecated,
    ),
    "L07": Rule(
        Severity.WARNING, "one kind of term", "OWL 2 DL keeps apart the kinds that this term is declared as.",
        "Keep one of the declarations.", _two_kinds,
    ),
    "L08": Rule(
        Severity.WARNING, "class or property", "A class stands where a property is asked for, or the other way.",
        "Correct subClassOf, subPropertyOf, domain or range.", _wrong_place,
    ),
    "L09": Rule(
        Severity.INFO, "unused concept", "Nothing uses this concept.",
        "Use it, or remove it from its scheme.", _unused,
    ),
}  # fmt: skip
