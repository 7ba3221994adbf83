"""How terms and graphs are worded for one reader: labels in the reader's languages, and where a passage stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.collation import sort_key
from kg_service.description import LABELS, is_label, label, labels_of
from kg_service.iris import prefixed_name
from kg_service.language_tags import best_tag, best_text
from kg_service.namespaces import DCTERMS, OA, RDF, SCHEMA
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_service.terms import Resource, Term

__all__ = ["IS_PART_OF", "Wording", "is_text"]

IS_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")
_DEFAULT = ox.DefaultGraph()
_TYPE, _LICENSE = ox.NamedNode(RDF + "type"), ox.NamedNode(DCTERMS + "license")
_LANGUAGE = ox.NamedNode(DCTERMS + "language")
_SPAN = {
    "start": ox.NamedNode(OA + "start"),
    "end": ox.NamedNode(OA + "end"),
    "sha256": ox.NamedNode(SCHEMA + "sha256"),
}
#: An offset of more digits than any text has is shown as it is written.
_DIGITS = 18


class Wording:
    """Words terms of a store for who reads these languages, the best first."""

    def __init__(self, store: ox.Store, facts: dict[str, Any], languages: list[str]) -> None:
        self.store = store
        self.facts = facts
        self.languages = languages
        self._known: dict[ox.NamedNode, dict[str, str]] = {}

    def short(self, iri: str) -> str:
        """Return the prefixed name, or the IRI itself."""
        return prefixed_name(iri, self.facts["prefixes"])

    def term(self, term: Term) -> dict[str, Any]:
        """Return an IRI with label and short name, or a literal with language and datatype."""
        match term:
            case ox.NamedNode():
                name = self.short(term.value)
                best = best_text(self._labels(term), self.languages)
                return {"iri": term.value, "name": name, "label": best, "value": _words(name)}
            case ox.Literal():
                return {"value": term.value, "language": term.language, "datatype": term.datatype.value}
            case _:
                return {"value": str(term), "language": None, "datatype": None}

    def _labels(self, node: ox.NamedNode) -> dict[str, str]:
        if node not in self._known:
            self._known[node] = labels_of(self.store, node)
        return self._known[node]

    def in_order(self, term: Term) -> tuple[Any, ...]:
        """Return what a term is sorted by for the reader: numbers by size, the rest by the alphabet."""
        return self._place(term, self.languages)

    def in_english(self, term: Term) -> tuple[Any, ...]:
        """Return what a term is sorted by where the order must be the same for all readers."""
        return self._place(term, ("en",))

    def _place(self, term: Term, languages: Sequence[str]) -> tuple[Any, ...]:
        if isinstance(term, ox.Literal):
            if term.value.lstrip("+-").isdecimal() and len(term.value) <= _DIGITS:
                return 0, int(term.value), str(term)
            return 1, sort_key(term.value, term.language or ""), str(term)
        best = best_text(self._labels(term), languages) if isinstance(term, ox.NamedNode) else None
        name = best or {"value": _words(self.short(value(term))), "language": ""}
        return 1, sort_key(name["value"], name["language"]), str(term)

    def labels(self, node: ox.NamedNode) -> list[dict[str, str]]:
        """Return the names for display in every language, by language."""
        quads = (quad for each in LABELS for quad in self.store.quads_for_pattern(node, each, None, _DEFAULT))
        found = {
            (quad.object.language or "", quad.object.value) for quad in quads if isinstance(quad.object, ox.Literal)
        }
        return [{"language": language, "value": text} for language, text in sorted(found)]

    def best_texts(self, quads: list[ox.Quad]) -> list[dict[str, Any]]:
        """Return for each property, in the order of the statements, its text in the reader's best language."""
        found = []
        for predicate in dict.fromkeys(quad.predicate for quad in quads):
            texts = {q.object.language or "": q.object for q in quads if q.predicate == predicate}  # type: ignore[union-attr]
            best = best_tag(texts.keys(), self.languages)
            if best is not None:
                found.append({"predicate": self.term(predicate), **self.term(texts[best])})
        return found

    def note(self, graph: Resource) -> dict[str, Any]:
        """Return what is known of a graph: of a passage its document and place, of each what is said of it."""
        about = list(self.store.quads_for_pattern(graph, None, None, _DEFAULT))
        values = {quad.predicate: quad.object for quad in about}
        part_of = values.get(IS_PART_OF)
        # A graph may be part of a data set, too; a passage is part of the document whose fragment it is.
        document = (
            part_of if isinstance(part_of, ox.NamedNode) and value(graph).startswith(f"{part_of.value}#") else None
        )
        skipped = {_TYPE, IS_PART_OF, _LICENSE, *_SPAN.values()}
        remarks = [q for q in about if q.predicate not in skipped and not is_label(q)]
        texts = self.best_texts([q for q in remarks if is_text(q.object)])
        stated = self.store.quads_for_pattern(document, _LANGUAGE, None, _DEFAULT) if document else ()
        return {
            "iri": value(graph),
            "name": self.short(value(graph)),
            "label": label(self.store, graph, self.languages),
            "document": self.term(document) if document else None,
            "fragment": value(graph).partition("#")[2],
            "language": next((value(quad.object) for quad in stated), ""),
            **{name: _number(values.get(predicate)) for name, predicate in _SPAN.items()},
            "texts": texts,
            "remarks": [
                {"predicate": self.term(q.predicate), "value": self.term(q.object)}
                for q in remarks
                if isinstance(q.object, ox.NamedNode)
            ],
        }


def is_text(term: Term) -> bool:
    """Tell whether a term is a text in a language."""
    return isinstance(term, ox.Literal) and term.language is not None


def _number(term: Term | None) -> int | str | None:
    text = None if term is None else value(term)
    return int(text) if text is not None and text.isdigit() and len(text) <= _DIGITS else text


def _words(name: str) -> str:
    """Return the words of a name that has no label, for people.

    >>> _words("dcterms:isPartOf")
    'is part of'
    """
    local = re.split(r"[:/#]", name.rstrip("/#"))[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+", " ", local).lower() if local else name
