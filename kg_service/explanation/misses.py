"""What a triple pattern without solutions may have been meant to be: near misses in the data.

A miss is JSON: `kind`, `message` (a sentence) and, as far as they apply, `replacement` (the part of the text to change,
and the `text` to put there), `values` (terms as in SPARQL results) and `graphs` (IRIs).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.explanation.rows import write_term
from kg_service.namespaces import RDF
from kg_service.patterns.nodes import Link, Variable
from kg_service.patterns.paths import links
from kg_service.schema.document import schema_of
from kg_service.schema.known import Known
from kg_service.schema.names import full_iri, query_name
from kg_service.terms import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.explanation.dataset import Dataset
    from kg_service.patterns.elements import TriplePattern
    from kg_service.patterns.nodes import Node
    from kg_service.query_places import Places
    from kg_service.terms import Term

__all__ = ["Misses", "other_forms"]

#: Statements looked through for a text in another form.
_LOOKED_THROUGH = 50_000
_FEW = 10


class Misses:
    """Looks for near misses; `prefixes` are the query's own, for what is to be written in it."""

    def __init__(self, dataset: Dataset, places: Places, prefixes: dict[str, str]) -> None:
        self.dataset = dataset
        self.store = dataset.store.store
        self.places = places
        self.prefixes = prefixes
        self.known = Known(dataset.store)

    def of_pattern(self, pattern: TriplePattern, *, graph: Term | None, alone: bool) -> list[dict[str, Any]]:
        """Return the near misses of a pattern without solution in a graph, by itself if `alone`, else with others."""
        verb = pattern.verb
        steps = [] if isinstance(verb, Variable) else links(verb)
        found = [miss for each in steps for miss in self.of_property(each)]
        is_type = isinstance(verb, Link) and verb.property.value == RDF + "type"
        for node in (pattern.subject, pattern.object):
            if isinstance(node.value, ox.NamedNode):
                found += self.of_iri(node, is_class=is_type and node is pattern.object)
        predicate = verb.property if isinstance(verb, Link) else None
        if isinstance(pattern.object.value, ox.Literal) and (predicate is not None or isinstance(verb, Variable)):
            found += self.of_literal(pattern.object, self.objects(predicate, pattern.object.value))
            found += [] if found or predicate is None else self.other_properties(pattern, pattern.object.value)
        if found or not alone:
            return found
        return [*self.turned(pattern, predicate), *self.elsewhere(pattern, predicate, graph)]

    def of_property(self, link: Link) -> Iterator[dict[str, Any]]:
        """Yield what a property that nothing has may have been meant to be."""
        iri = link.property
        if self.has(None, iri, None):
            return
        name = self.name(iri.value)
        properties = [each for each in self.known.near(iri.value) if self.has(None, ox.NamedNode(each), None)]
        yield from self.instead(
            "unknown-property", f"Nothing has the property {name}.", link.start, link.end, properties
        )

    def of_iri(self, node: Node, *, is_class: bool) -> Iterator[dict[str, Any]]:
        """Yield what an IRI that does not occur may have been meant to be; or say that a class has no instance."""
        iri = node.value.value if isinstance(node.value, ox.NamedNode) else ""
        if not self.known.occurs(iri):
            message = f"{self.name(iri)} does not occur in the data set."
            yield from self.instead("unknown-term", message, node.start, node.end, self.known.near(iri))
        elif is_class and not self.has(None, ox.NamedNode(RDF + "type"), ox.NamedNode(iri)):
            yield {"kind": "no-instances", "message": f"Nothing is of the class {self.name(iri)}."}

    def of_literal(self, node: Node, values: Iterable[Term]) -> Iterator[dict[str, Any]]:
        """Yield the forms in which a text occurs among the values, other than as it is written."""
        if isinstance(node.value, ox.Literal):
            for kind, message, literal in other_forms(node.value, values):
                replacement = self.places.edit(node.start, node.end, self.literal(literal))
                yield {"kind": kind, "message": message, "replacement": replacement}

    def other_properties(self, pattern: TriplePattern, literal: ox.Literal) -> Iterator[dict[str, Any]]:
        """Yield the properties that have the text asked for, where the pattern's own has it nowhere."""
        quads = islice(self.store.quads_for_pattern(None, None, literal, None), _LOOKED_THROUGH)
        for predicate in sorted({quad.predicate.value for quad in quads})[:_FEW]:
            yield {
                "kind": "other-property",
                "message": f"It is a value of {self.name(predicate)}.",
                "replacement": self.places.edit(
                    pattern.verb_start, pattern.verb_end, query_name(predicate, self.prefixes)
                ),
            }  # fmt: skip

    def turned(self, pattern: TriplePattern, predicate: ox.NamedNode | None) -> Iterator[dict[str, Any]]:
        """Yield that the property leads the other way."""
        subject, object_ = pattern.subject.value, pattern.object.value
        ends = [each for each in (subject, object_) if isinstance(each, ox.NamedNode)]
        if predicate is None or not ends or isinstance(subject, ox.Literal) or isinstance(object_, ox.Literal):
            return
        first = object_ if isinstance(object_, ox.NamedNode) else None
        last = subject if isinstance(subject, ox.NamedNode) else None
        if self.has(first, predicate, last):
            verb = self.places.text[pattern.verb_start : pattern.verb_end]
            yield {
                "kind": "other-direction",
                "message": f"{self.name(predicate.value)} leads the other way.",
                "replacement": self.places.edit(pattern.verb_start, pattern.verb_end, f"^{verb}"),
            }

    def elsewhere(
        self, pattern: TriplePattern, predicate: ox.NamedNode | None, graph: Term | None
    ) -> Iterator[dict[str, Any]]:
        """Yield the graphs in which the pattern has solutions, where it has none in the one it is looked for in."""
        if predicate is None and not isinstance(pattern.verb, Variable):
            return
        nodes = (pattern.subject.value, pattern.object.value)
        first, last = (each if isinstance(each, ox.NamedNode | ox.Literal) else None for each in nodes)
        if isinstance(first, ox.Literal):
            return
        quads = islice(self.store.quads_for_pattern(first, predicate, last, None), _LOOKED_THROUGH)
        graphs = sorted({q.graph_name.value for q in quads if q.graph_name not in (DEFAULT, graph)})
        if graphs:
            where = "the default graph" if graph is None else "this graph"
            message = f"It has solutions in other graphs, and none in {where}."
            yield {"kind": "other-graph", "message": message, "graphs": graphs[:_FEW]}

    def instead(self, kind: str, message: str, start: int, end: int, iris: list[str]) -> Iterator[dict[str, Any]]:
        """Yield a miss for each IRI that may have been meant; one without, where there is none."""
        if not iris:
            yield {"kind": kind, "message": message}
        for iri in iris:
            name = query_name(iri, self.prefixes)
            replacement = self.places.edit(start, end, name)
            yield {"kind": kind, "message": f"{message} Did you mean {name}?", "replacement": replacement}

    def objects(self, predicate: ox.NamedNode | None, asked: ox.Literal) -> Iterator[Term]:
        """Yield values of a property, or of all: the text asked for in other forms, then those looked through."""
        for each in self.variants(asked):
            if self.has(None, predicate, each):
                yield each
        quads = self.store.quads_for_pattern(None, predicate, None, None)
        yield from (quad.object for quad in islice(quads, _LOOKED_THROUGH))

    def variants(self, asked: ox.Literal) -> Iterator[ox.Literal]:
        """Yield the same text in the languages of the data set, and with the datatypes of its properties."""
        document = schema_of(self.dataset.store)
        yield ox.Literal(asked.value)
        yield from (ox.Literal(asked.value, language=tag) for tag in document["languages"])
        names = dict.fromkeys(name for each in document["properties"] for name in each.get("datatypes", ()))
        for iri in filter(None, (full_iri(name, document["prefixes"]) for name in names)):
            if iri != RDF + "langString":
                yield ox.Literal(asked.value, datatype=ox.NamedNode(iri))

    def has(self, subject: Term | None, predicate: ox.NamedNode | None, object_: Term | None) -> bool:
        """Tell whether any graph has a statement like that."""
        return next(iter(self.store.quads_for_pattern(subject, predicate, object_, None)), None) is not None

    def name(self, iri: str) -> str:
        """Return what names an IRI in this query, or in the data set's files."""
        return query_name(iri, {**self.dataset.facts["prefixes"], **self.prefixes})

    def literal(self, literal: ox.Literal) -> str:
        """Return how a literal is written in this query."""
        if literal.language or literal.datatype.value.endswith("#string"):
            return str(literal)
        plain = str(ox.Literal(literal.value))
        return f"{plain}^^{query_name(literal.datatype.value, self.prefixes)}"

    def values(self, terms: Iterable[Term]) -> list[dict[str, Any]]:
        """Return a few terms, each once, as results write them."""
        return [write_term(each) for each in islice(dict.fromkeys(terms), _FEW)]


def other_forms(asked: ox.Literal, values: Iterable[Term]) -> list[tuple[str, str, ox.Literal]]:
    """Return the literals that differ from the one asked for in form only: kind of difference, sentence, literal."""
    found: dict[ox.Literal, tuple[str, str, ox.Literal]] = {}
    folded = _folded(asked.value)
    for each in values:
        if not isinstance(each, ox.Literal) or each == asked or each in found or _folded(each.value) != folded:
            continue
        if each.value != asked.value:
            found[each] = "other-case", f"The data set writes it {each.value!r}.", each
        elif each.language != asked.language:
            there = f"in {each.language!r}" if each.language else "without a language"
            found[each] = "other-language", f"The text occurs {there}.", each
        else:
            found[each] = "other-datatype", f"The value occurs with the datatype <{each.datatype.value}>.", each
    alike = [
        each for each in found.values() if (each[2].language, each[2].datatype) == (asked.language, asked.datatype)
    ]
    if alike:  # letter case is all that differs
        return alike[:_FEW]
    order = {"other-language": 0, "other-datatype": 1, "other-case": 2}
    return sorted(found.values(), key=lambda each: (order[each[0]], str(each[2])))[:_FEW]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
