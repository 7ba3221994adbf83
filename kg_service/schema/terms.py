"""What the ontologies of a data set say of their terms, in whichever graph; RDFS and OWL as far as people read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import DCTERMS, OWL, RDF, RDFS, SKOS
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LABELS", "Vocabulary", "read_texts", "read_vocabulary"]

_TYPE = ox.NamedNode(RDF + "type")
_CLASSES = tuple(ox.NamedNode(each) for each in (OWL + "Class", RDFS + "Class", OWL + "DeprecatedClass"))
_PROPERTIES = tuple(
    ox.NamedNode(each)
    for each in (
        RDF + "Property", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty",
        OWL + "FunctionalProperty", OWL + "TransitiveProperty", OWL + "SymmetricProperty", OWL + "DeprecatedProperty",
    )
)  # fmt: skip
#: Predicates whose objects name a term, best first.
LABELS = (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title")
_COMMENTS = (RDFS + "comment", SKOS + "definition", DCTERMS + "description")
#: No ontology has more terms than that; what is longer is data.
_MOST = 20_000


@dataclass(slots=True)
class Vocabulary:
    """The terms that are declared, and how they relate; IRIs throughout.

    superclasses   class → the classes directly above it
    inverse        property → those that say the same the other way round
    replaced_by    deprecated term → the terms to use in its place
    """

    classes: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    functional: set[str] = field(default_factory=set)
    deprecated: set[str] = field(default_factory=set)
    superclasses: dict[str, set[str]] = field(default_factory=dict)
    domain: dict[str, set[str]] = field(default_factory=dict)
    range: dict[str, set[str]] = field(default_factory=dict)
    inverse: dict[str, set[str]] = field(default_factory=dict)
    replaced_by: dict[str, set[str]] = field(default_factory=dict)

    def above(self, class_: str) -> set[str]:
        """Return the class and all classes above it."""
        found, queue = {class_}, [class_]
        while queue:
            higher = self.superclasses.get(queue.pop(), set()) - found
            found |= higher
            queue += higher
        return found


def read_vocabulary(store: ox.Store) -> Vocabulary:
    """Read the ontologies of a data set, also those that are not in its default graph."""
    found = Vocabulary()
    for kind, names in ((_CLASSES, found.classes), (_PROPERTIES, found.properties)):
        for each in kind:
            terms = {value(quad.subject) for quad in _stated(store, RDF + "type", each) if _is_iri(quad.subject)}
            names.update(terms)
            if each.value.startswith(OWL + "Deprecated"):
                found.deprecated |= terms
            if each.value == OWL + "FunctionalProperty":
                found.functional |= terms
    found.deprecated |= {
        value(quad.subject) for quad in _stated(store, OWL + "deprecated") if value(quad.object) in ("true", "1")
    }
    found.superclasses = _pairs(_stated(store, RDFS + "subClassOf"))
    found.domain = _pairs(_stated(store, RDFS + "domain"))
    found.range = _pairs(_stated(store, RDFS + "range"))
    found.replaced_by = _pairs(_stated(store, DCTERMS + "isReplacedBy"))
    found.inverse = _pairs(_stated(store, OWL + "inverseOf"))
    for one, others in [(one, set(others)) for one, others in found.inverse.items()]:
        for other in others:
            found.inverse.setdefault(other, set()).add(one)
    return found


def read_texts(store: ox.Store, iris: Iterable[str], *, comments: bool = False) -> dict[str, dict[str, str]]:
    """Return the labels of IRIs, or what comments on them: IRI → language → text, the first there is."""
    predicates = tuple(ox.NamedNode(each) for each in (_COMMENTS if comments else LABELS))
    nodes = [ox.NamedNode(iri) for iri in dict.fromkeys(iris)]
    if hasattr(store, "prefetch"):  # a remote store is asked once, not node by node
        store.prefetch(nodes, predicates)
    found: dict[str, dict[str, str]] = {}
    for node in nodes:
        texts: dict[str, str] = {}
        for predicate in predicates:
            for quad in store.quads_for_pattern(node, predicate, None, ox.DefaultGraph()):
                if isinstance(quad.object, ox.Literal):
                    texts.setdefault(quad.object.language or "", quad.object.value)
        if texts:
            found[node.value] = dict(sorted(texts.items()))
    return found


def _stated(store: ox.Store, predicate: str, object_: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
    return islice(store.quads_for_pattern(None, ox.NamedNode(predicate), object_, None), _MOST)


def _pairs(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for quad in quads:
        if _is_iri(quad.subject) and isinstance(quad.object, ox.NamedNode) and quad.subject != quad.object:
            found.setdefault(value(quad.subject), set()).add(quad.object.value)
    return found


def _is_iri(term: object) -> bool:
    return isinstance(term, ox.NamedNode)
