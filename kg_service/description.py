"""What the data set says about one IRI: the same description for files, pages and other uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.errors import NotFound
from kg_service.iris import prefixed_name
from kg_service.namespaces import DCTERMS, FOAF, OA, RDF, RDFS, SKOS
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.terms import Resource, Term

__all__ = ["INCOMING", "describe", "describe_as_json", "is_known", "label"]

#: At most this many incoming triples stand in a description; the rest is a query away.
INCOMING = 1_000

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(RDF + "type")
_LABELS = tuple(ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title", FOAF + "name"))
_IS_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")
_START = ox.NamedNode(OA + "start")


def is_known(store: ox.Store, node: ox.NamedNode) -> bool:
    """Tell whether the IRI is the subject of a statement, or a document of such subjects."""
    return next(store.quads_for_pattern(node, None, None, None), None) is not None or bool(_members(store, node))


def describe(store: ox.Store, facts: dict[str, Any], node: ox.NamedNode, about: ox.NamedNode) -> list[ox.Quad]:
    """Return the quads that describe an IRI, in the named graphs that state them, without repetition.

    Outgoing triples (of a document also those of its `#` members), incoming ones (at most INCOMING),
    labels and types of the neighbours, and what is known about the description itself.
    about   IRI of the description itself
    Raises NotFound (404) for an IRI that occurs nowhere.
    """
    subjects = [node, *_members(store, node)]
    quads: dict[ox.Quad, None] = {}
    for subject in subjects:
        quads.update(dict.fromkeys(_named(store.quads_for_pattern(subject, None, None, None))))
    incoming = _incoming(store, node)
    quads.update(dict.fromkeys(incoming))
    if not quads:
        raise NotFound(f"The data set says nothing about <{node.value}>.")
    neighbours = {term for quad in quads for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode)}
    passages = {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
    _prefetch(store, neighbours - set(subjects), (_TYPE, *_LABELS))
    for neighbour in sorted(neighbours - set(subjects), key=str):
        for predicate in (_TYPE, *_LABELS):
            quads.update(dict.fromkeys(_named(store.quads_for_pattern(neighbour, predicate, None, None))))
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
    if len(incoming) >= INCOMING:
        note = ox.Literal(f"Only {INCOMING} incoming statements are listed; a query gives them all.", language="en")
        own.append(ox.Quad(about, ox.NamedNode(RDFS + "comment"), note, about))
    return [*sorted(quads, key=lambda quad: _place(quad, node)), *own]


def _prefetch(store: ox.Store, nodes: set[ox.NamedNode], predicates: tuple[ox.NamedNode, ...]) -> None:
    """Have a remote store asked once for what is then read node by node."""
    if hasattr(store, "prefetch"):
        store.prefetch(sorted(nodes, key=str), predicates)


def _place(quad: ox.Quad, topic: ox.NamedNode) -> tuple[object, ...]:
    """Order the topic first, then by graph and subject, types before other statements."""
    subject, predicate = str(quad.subject), quad.predicate.value
    return quad.subject != topic, subject, quad.predicate != _TYPE, predicate, str(quad.object), str(quad.graph_name)


def describe_as_json(
    store: ox.Store, facts: dict[str, Any], node: ox.NamedNode, languages: list[str]
) -> dict[str, Any]:
    """Return what a page shows: labels, types, statements by property with the graphs that state them, and parts.

    languages   the reader's, best first
    Raises NotFound (404) for an IRI that occurs nowhere.
    """
    reader = _Reader(store, facts, languages)
    members = _members(store, node)
    incoming = [quad for quad in _incoming(store, node) if quad.subject not in members]
    outgoing = list(_named(store.quads_for_pattern(node, None, None, None)))
    if not outgoing and not incoming and not members:
        raise NotFound(f"The data set says nothing about <{node.value}>.")
    shown = [
        *outgoing,
        *incoming,
        *(quad for part in members for quad in store.quads_for_pattern(part, None, None, None)),
    ]
    terms = {term for quad in shown for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)}
    _prefetch(store, {node, *(term for term in terms if isinstance(term, ox.NamedNode))}, (*_LABELS, _IS_PART_OF))
    labels = sorted(
        {(quad.object.language or "", quad.object.value) for quad in outgoing if _is_label(quad)}  # type: ignore[union-attr]
    )
    return {
        "iri": node.value,
        "label": label(store, node, languages),
        "labels": [{"language": language, "value": value} for language, value in labels],
        "types": [reader.term(each) for each in dict.fromkeys(q.object for q in outgoing if q.predicate == _TYPE)],
        "outgoing": reader.statements(
            [(quad, quad.object) for quad in outgoing if quad.predicate != _TYPE and not _is_label(quad)]
        ),
        "incoming": reader.statements([(quad, quad.subject) for quad in incoming]),
        "members": [reader.member(store, member) for member in members],
    }


class _Reader:
    """Words terms for one reader."""

    def __init__(self, store: ox.Store, facts: dict[str, Any], languages: list[str]) -> None:
        self.store = store
        self.facts = facts
        self.languages = languages

    def statements(self, rows: list[tuple[ox.Quad, Term]]) -> list[dict[str, Any]]:
        """Group statements: property → its values, each once → the graphs that state it."""
        groups: dict[ox.NamedNode, dict[Term, list[Resource]]] = {}
        for quad, other in sorted(rows, key=lambda row: (row[0].predicate.value, str(row[1]), str(row[0].graph_name))):
            graphs = groups.setdefault(quad.predicate, {}).setdefault(other, [])
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                graphs.append(quad.graph_name)
        return [
            {
                "predicate": self.term(predicate),
                "values": [
                    {**self.term(other), "graphs": [self.graph(graph) for graph in graphs]}
                    for other, graphs in values.items()
                ],
            }
            for predicate, values in groups.items()
        ]

    def term(self, term: Term) -> dict[str, Any]:
        """Return an IRI with label and short name, or a literal with language and datatype."""
        match term:
            case ox.NamedNode():
                return {
                    "iri": term.value,
                    "name": self.short(term.value),
                    "label": label(self.store, term, self.languages),
                }
            case ox.Literal():
                return {"value": term.value, "language": term.language, "datatype": term.datatype.value}
            case _:
                return {"value": str(term), "language": None, "datatype": None}

    def member(self, store: ox.Store, node: ox.NamedNode) -> dict[str, Any]:
        """Return a part of a document: its fragment, its label, and what is stated about it."""
        quads = _named(store.quads_for_pattern(node, None, None, None))
        rows = [
            (quad, quad.object) for quad in quads if quad.predicate not in (_TYPE, _IS_PART_OF) and not _is_label(quad)
        ]
        return {**self.term(node), "fragment": node.value.partition("#")[2], "statements": self.statements(rows)}

    def graph(self, graph: Resource) -> dict[str, Any]:
        """Return a graph; of a passage its place in the document."""
        iri = value(graph)
        part = next(self.store.quads_for_pattern(graph, _IS_PART_OF, None, _DEFAULT), None)
        document = value(part.object) if part is not None else ""
        is_part = bool(document) and iri.startswith(f"{document}#")
        return {
            "iri": iri,
            "label": label(self.store, graph, self.languages),
            "name": iri.removeprefix(f"{document}#") if is_part else self.short(iri),
            "inferred": iri == f"{self.facts['base']}graph/inferred",
        }

    def short(self, iri: str) -> str:
        """Return the prefixed name, or the IRI itself."""
        return prefixed_name(iri, self.facts["prefixes"])


def _is_label(quad: ox.Quad) -> bool:
    return quad.predicate in _LABELS and isinstance(quad.object, ox.Literal)


def label(store: ox.Store, node: ox.NamedNode | ox.BlankNode, languages: list[str]) -> dict[str, str] | None:
    """Return the best label as {"value", "language"}: the reader's languages, then en, ru, then any by tag."""
    found: dict[str, str] = {}
    for predicate in _LABELS:
        for quad in store.quads_for_pattern(node, predicate, None, _DEFAULT):
            if isinstance(quad.object, ox.Literal):
                found.setdefault(quad.object.language or "", quad.object.value)
    for language in (*languages, "en", "ru", *sorted(found)):
        if language in found:
            return {"value": found[language], "language": language}
    return None


def _members(store: ox.Store, node: ox.NamedNode) -> list[ox.NamedNode]:
    """Return the subjects `<node>#…` that say they belong to the document."""
    found = {
        quad.subject: _order(store, quad.subject)
        for quad in store.quads_for_pattern(None, None, node, None)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(f"{node.value}#")
    }
    return sorted(found, key=lambda each: (found[each], each.value))


def _order(store: ox.Store, node: ox.NamedNode) -> int:
    quad = next(store.quads_for_pattern(node, _START, None, _DEFAULT), None)
    return int(quad.object.value) if quad and isinstance(quad.object, ox.Literal) and quad.object.value.isdigit() else 0


def _named(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Drop the default graph's copies; keep them only where the data set has no named graphs for them."""
    seen = list(quads)
    elsewhere = {quad.triple for quad in seen if quad.graph_name != _DEFAULT}
    return (quad for quad in seen if quad.graph_name != _DEFAULT or quad.triple not in elsewhere)


def _incoming(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    found: list[ox.Quad] = []
    for quad in store.quads_for_pattern(None, None, node, None):
        if quad.graph_name != _DEFAULT:
            found.append(quad)
            if len(found) >= INCOMING:
                break
    return found
