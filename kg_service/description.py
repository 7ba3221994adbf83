"""What the data set says about one IRI: the description that files hold, and the parts of which pages are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.errors import NotFound
from kg_service.language_tags import best_text
from kg_service.namespaces import DCTERMS, FOAF, OA, RDF, RDFS, SKOS
from kg_service.standard_labels import standard_labels

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = [
    "INCOMING",
    "LABELS",
    "Fragments",
    "describe",
    "incoming",
    "is_known",
    "is_label",
    "is_mentioned",
    "label",
    "labels_of",
    "members",
    "named",
    "prefetch",
]

#: Document → its subjects `<document>#…`.
Fragments = Mapping[str, Sequence[str]]
_NONE: Fragments = MappingProxyType({})
#: At most this many incoming triples stand in a description; the rest is a query away.
INCOMING = 1_000

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(RDF + "type")
LABELS = tuple(ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title", FOAF + "name"))
_IS_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")
_START = ox.NamedNode(OA + "start")


def is_known(store: ox.Store, node: ox.NamedNode, fragments: Fragments = _NONE) -> bool:
    """Tell whether the IRI is the subject of a statement, or a document of such subjects."""
    stated = next(store.quads_for_pattern(node, None, None, None), None)
    return stated is not None or bool(members(store, node, fragments))


def is_mentioned(store: ox.Store, node: ox.NamedNode) -> bool:
    """Tell whether a statement has the IRI as its object."""
    return next(store.quads_for_pattern(None, None, node, None), None) is not None


def describe(
    store: ox.Store,
    facts: dict[str, Any],
    node: ox.NamedNode,
    about: ox.NamedNode,
    fragments: Fragments = _NONE,
) -> list[ox.Quad]:
    """Return the quads that describe an IRI, in the named graphs that state them, without repetition.

    Outgoing triples (of a document also those of its `#` members), incoming ones (at most INCOMING),
    labels and types of the neighbours, and what is known about the description itself.
    about       IRI of the description itself
    fragments   document → its `#` members, beside those that link to it
    Raises NotFound (404) for an IRI that occurs nowhere.
    """
    subjects = [node, *members(store, node, fragments)]
    quads: dict[ox.Quad, None] = {}
    for subject in subjects:
        quads.update(dict.fromkeys(named(store.quads_for_pattern(subject, None, None, None))))
    found = incoming(store, node)
    quads.update(dict.fromkeys(found))
    if not quads:
        raise NotFound(f"The data set says nothing about <{node.value}>.")
    neighbours = {term for quad in quads for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode)}
    passages = {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    prefetch(store, neighbours - set(subjects), (_TYPE, *LABELS))
    for neighbour in sorted(neighbours - set(subjects), key=str):
        for predicate in (_TYPE, *LABELS):
            quads.update(dict.fromkeys(named(store.quads_for_pattern(neighbour, predicate, None, None))))
    own = [
        ox.Quad(about, _TYPE, ox.NamedNode(FOAF + "Document"), about),
        ox.Quad(about, ox.NamedNode(FOAF + "primaryTopic"), node, about),
        ox.Quad(about, ox.NamedNode(DCTERMS + "hasVersion"), ox.Literal(facts["hash"]), about),
    ]
    own += [
        ox.Quad(about, ox.NamedNode(DCTERMS + "license"), ox.NamedNode(each), about)
        for each in facts["license"].values()
    ]
    own += [ox.Quad(about, ox.NamedNode(DCTERMS + "source"), each, about) for each in sorted(passages, key=str)]
    if len(found) >= INCOMING:
        note = ox.Literal(f"Only {INCOMING} incoming statements are listed; a query gives them all.", language="en")
        own.append(ox.Quad(about, ox.NamedNode(RDFS + "comment"), note, about))
    return [*sorted(quads, key=lambda quad: _place(quad, node)), *own]


def prefetch(store: ox.Store, nodes: set[ox.NamedNode], predicates: tuple[ox.NamedNode, ...]) -> None:
    """Have a remote store asked once for what is then read node by node."""
    if hasattr(store, "prefetch"):
        store.prefetch(sorted(nodes, key=str), predicates)


def _place(quad: ox.Quad, topic: ox.NamedNode) -> tuple[object, ...]:
    """Order the topic first, then by graph and subject, types before other statements."""
    subject, predicate = str(quad.subject), quad.predicate.value
    return quad.subject != topic, subject, quad.predicate != _TYPE, predicate, str(quad.object), str(quad.graph_name)


def is_label(quad: ox.Quad) -> bool:
    """Tell whether a statement gives a thing a name for display."""
    return quad.predicate in LABELS and isinstance(quad.object, ox.Literal)


def label(store: ox.Store, node: ox.NamedNode | ox.BlankNode, languages: list[str]) -> dict[str, str] | None:
    """Return the label that suits a reader of these languages best, as {"value", "language"}."""
    return best_text(labels_of(store, node), languages)


def labels_of(store: ox.Store, node: ox.NamedNode | ox.BlankNode) -> dict[str, str]:
    """Return language → label, by the best of the properties that have one in it; "" is no language.

    Terms of the standards have labels, too, where the data give them none.
    """
    found: dict[str, str] = {}
    for predicate in LABELS:
        quads = store.quads_for_pattern(node, predicate, None, _DEFAULT)
        texts = [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
        for each in sorted(texts, key=str):
            found.setdefault(each.language or "", each.value)
    return found or (standard_labels(node.value) if isinstance(node, ox.NamedNode) else {})


def members(store: ox.Store, node: ox.NamedNode, fragments: Fragments = _NONE) -> list[ox.NamedNode]:
    """Return the subjects `<node>#…`: those that link to the document, and those known by their address alone."""
    linked = {
        quad.subject
        for quad in store.quads_for_pattern(None, None, node, None)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(f"{node.value}#")
    }
    known = linked.union(map(ox.NamedNode, fragments.get(node.value, ())))
    prefetch(store, known, (_START,))
    found = {each: _order(store, each) for each in known}
    return sorted(found, key=lambda each: (found[each], each.value))


def _order(store: ox.Store, node: ox.NamedNode) -> int:
    quad = next(store.quads_for_pattern(node, _START, None, _DEFAULT), None)
    return int(quad.object.value) if quad and isinstance(quad.object, ox.Literal) and quad.object.value.isdigit() else 0


def named(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Drop the default graph's copies; keep them only where the data set has no named graphs for them."""
    seen = list(quads)
    elsewhere = {quad.triple for quad in seen if quad.graph_name != _DEFAULT}
    return (quad for quad in seen if quad.graph_name != _DEFAULT or quad.triple not in elsewhere)


def incoming(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    """Return at most INCOMING statements about others whose object is the node, in the graphs that state them.

    Those of the default graph count where no named graph states them: in files without graphs.
    """
    stated = (quad for quad in store.quads_for_pattern(None, None, node, None) if quad.graph_name != _DEFAULT)
    found = list(islice(stated, INCOMING))
    known = {quad.triple for quad in found}
    others = (quad for quad in store.quads_for_pattern(None, None, node, _DEFAULT) if quad.triple not in known)
    return [*found, *islice(others, INCOMING - len(found))]
