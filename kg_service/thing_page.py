"""What a page about a thing shows: its statements in reading order, and the notes that say where each one stands."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.description import INCOMING, LABELS, incoming, is_label, label, members, named, prefetch
from kg_service.errors import NotFound
from kg_service.language_tags import best_tag
from kg_service.namespaces import DCTERMS, OWL, RDF, RDFS, SCHEMA, SKOS
from kg_service.property_order import PropertyOrder, read_order
from kg_service.wording import IS_PART_OF, Wording, is_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.description import Fragments
    from kg_service.terms import Resource, Term

__all__ = ["thing_page"]

_DEFAULT = ox.DefaultGraph()
_TYPE, _SUBCLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subClassOf")
#: Properties whose texts say what a thing is: they open a page.
_TEXTS = tuple(
    ox.NamedNode(iri) for iri in (SKOS + "definition", DCTERMS + "description", RDFS + "comment", SKOS + "scopeNote")
)
#: Texts longer than this are shown in one language, the others on demand; what is shorter may be a name.
_LONG = 60
#: Of more values than that the rest is folded, where it is more than a few.
_SHOWN, _FEW = 100, 10
#: Properties that lead to the same thing elsewhere: they end it.
_ELSEWHERE = {
    OWL + "sameAs", SCHEMA + "sameAs", RDFS + "seeAlso", SKOS + "exactMatch", SKOS + "closeMatch", SKOS + "broadMatch",
    SKOS + "narrowMatch", SKOS + "relatedMatch",
}  # fmt: skip


def thing_page(
    store: ox.Store,
    facts: dict[str, Any],
    node: ox.NamedNode,
    languages: list[str],
    fragments: Fragments = MappingProxyType({}),
) -> dict[str, Any]:
    """Return what a page about an IRI shows, as JSON values.

    label, labels, types, texts   what it is called, is, and is said to be
    facts, elsewhere, follows, incoming   statements by property; each value with the numbers of its notes
    more      whether there are more incoming ones than these
    members   parts of a document, each with statements of its own
    notes     the graphs that state something, by number; of a passage its place in the document and what is said of it
    Raises NotFound (404) for an IRI that occurs nowhere.
    """
    parts = members(store, node, fragments)
    found = incoming(store, node)
    mentions = [quad for quad in found if quad.subject not in parts and quad.graph_name != node]
    own = list(named(store.quads_for_pattern(node, None, None, None)))
    if not own and not mentions and not parts:
        raise NotFound(f"The data set says nothing about <{node.value}>.")
    inside = {part: list(named(store.quads_for_pattern(part, None, None, None))) for part in parts}
    shown = [*own, *mentions, *(quad for quads in inside.values() for quad in quads)]
    terms = {term for quad in shown for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)}
    prefetch(store, {node, *(term for term in terms if isinstance(term, ox.NamedNode))}, (*LABELS, IS_PART_OF))
    page = _Page(store, facts, languages)
    stated = list(dict.fromkeys(quad.object for quad in own if quad.predicate == _TYPE))
    types, order = page.narrowest(stated), read_order(store, stated)
    own = [quad for quad in own if quad.predicate != _TYPE and not is_label(quad)]
    texts = [quad for each in _TEXTS for quad in own if quad.predicate == each and is_text(quad.object)]
    own = [quad for quad in own if quad not in texts]
    return {
        "iri": node.value,
        "name": page.short(node.value),
        "label": label(store, node, languages),
        "labels": page.labels(node),
        "types": [page.term(each) for each in types],
        "texts": page.best_texts(texts),
        "facts": page.statements(
            [(q, q.object) for q in own if not page.follows(q) and q.predicate.value not in _ELSEWHERE], order
        ),
        "elsewhere": page.statements([(q, q.object) for q in own if q.predicate.value in _ELSEWHERE], order),
        "follows": page.statements(
            [(q, q.object) for q in own if page.follows(q) and q.predicate.value not in _ELSEWHERE], order
        ),
        "members": [page.member(part, inside[part]) for part in parts],
        "incoming": page.statements([(q, q.subject) for q in mentions if not page.follows(q)], order),
        "more": len(found) >= INCOMING,
        "states": page.stated_in(node),
        "note": page.own_note(node),
        "notes": page.notes(),
    }


class _Page(Wording):
    """Words terms for one reader, and numbers the graphs that statements stand in, in the order of reading."""

    def __init__(self, store: ox.Store, facts: dict[str, Any], languages: list[str]) -> None:
        super().__init__(store, facts, languages)
        self.numbers: dict[Resource, int] = {}
        self.inferred = ox.NamedNode(f"{facts['base']}graph/inferred") if facts["base"] else None

    def follows(self, quad: ox.Quad) -> bool:
        """Tell whether a statement was inferred, and stands in no source."""
        return quad.graph_name == self.inferred

    def narrowest(self, types: Iterable[Term]) -> list[Term]:
        """Return the types that are no superclass of another one."""
        known = list(types)
        above = {
            quad.object
            for each in known
            if isinstance(each, ox.NamedNode)
            for quad in self.store.quads_for_pattern(each, _SUBCLASS, None, _DEFAULT)
            if quad.object != each
        }
        return [each for each in known if each not in above] or known

    def statements(self, rows: list[tuple[ox.Quad, Term]], order: PropertyOrder | None = None) -> list[Any]:
        """Group statements: property → its values, each once → the numbers of the notes that say where it stands.

        Properties, and the numbers of notes, are in the same order in every language; values in that of the reader's.
        `folded` are texts in other languages than the best; `further` the values behind the first _SHOWN.
        """
        groups: dict[ox.NamedNode, dict[Term, list[int]]] = {}

        def place(row: tuple[ox.Quad, Term]) -> tuple[Any, ...]:
            quad, other = row
            known = (order or PropertyOrder()).place(quad.predicate.value)
            return known, self.in_english(quad.predicate), self.in_english(other), str(quad.graph_name)

        for quad, other in sorted(rows, key=place):
            numbers = groups.setdefault(quad.predicate, {}).setdefault(other, [])
            if not isinstance(quad.graph_name, ox.DefaultGraph) and quad.graph_name != self.inferred:
                numbers.append(self.numbers.setdefault(quad.graph_name, len(self.numbers) + 1))
        return [
            {"predicate": self.term(predicate), "values": self._values(values)} for predicate, values in groups.items()
        ]

    def _values(self, values: dict[Term, list[int]]) -> list[dict[str, Any]]:
        spare = self.spare(values)
        shown = sorted(values, key=lambda each: (each in spare, self.in_order(each)))
        most = _SHOWN if len(values) > _SHOWN + _FEW else len(values)
        return [
            {
                **self.term(other),
                "notes": values[other],
                "folded": other in spare,
                "further": other not in spare and number >= most,
            }
            for number, other in enumerate(shown)
        ]

    def spare(self, values: Iterable[Term]) -> set[Term]:
        """Return those of texts, one of which is long, that are not in the best language for the reader."""
        texts = [each for each in values if isinstance(each, ox.Literal) and each.language]
        best = best_tag({str(each.language) for each in texts}, self.languages)
        is_long = any(len(each.value) > _LONG for each in texts)
        return {each for each in texts if is_long and best is not None and each.language != best}

    def member(self, node: ox.NamedNode, quads: list[ox.Quad]) -> dict[str, Any]:
        """Return a part of a document: its fragment, its label, what is said of it, and what its own graph states."""
        note = self.own_note(node)
        kept = [quad for quad in quads if not note and quad.predicate not in (_TYPE, IS_PART_OF) and not is_label(quad)]
        return {
            **self.term(node),
            "fragment": node.value.partition("#")[2],
            "statements": self.statements([(quad, quad.object) for quad in kept]),
            "note": note,
            "states": self.stated_in(node),
        }

    def stated_in(self, node: ox.NamedNode) -> list[dict[str, Any]]:
        """Return the statements of the graph with this name, by subject."""
        if self.own_note(node) is None:
            return []
        quads = sorted(self.store.quads_for_pattern(None, None, None, node), key=str)
        prefetch(self.store, {t for q in quads for t in (q.subject, q.predicate, q.object)
                              if isinstance(t, ox.NamedNode)}, LABELS)  # fmt: skip
        return [
            {"subject": self.term(q.subject), "predicate": self.term(q.predicate), "object": self.term(q.object)}
            for q in quads
        ]

    def own_note(self, node: ox.NamedNode) -> dict[str, Any] | None:
        """Return where a passage stands; None for anything else."""
        note = self.note(node)
        return note if note["start"] is not None else None

    def notes(self) -> list[dict[str, Any]]:
        """Return the graphs that were numbered, in order."""
        return [{"number": number, **self.note(graph)} for graph, number in self.numbers.items()]
