"""The schema document: what an editor completes from, made once for a data set and sent whole.

Members, beside `dataset` (its hash) and `base`; those that would be empty or false are left out, but for `many`:

    prefixes     name → namespace
    languages    language tag → how many literals of the default graph have it
    classes      iri, name, labels, comments, instances, superclasses, deprecated, replacedBy, and `properties`: each
                 with name, presence, many, least, most, uses (triples of instances), and of its values: values,
                 classes, datatypes, kind (sh:nodeKind), schemes
    properties   iri, name, labels, comments, uses, domain, range, datatypes, languages, inverse, deprecated, replacedBy
    entities     iri, name, labels, classes (the most special ones)
    graphs       iri, name, labels, triples, default (whether its triples are in the default graph)
    truncated    names of the members that are not complete; `uses` stands for counts made over a sample

`name` is what stands for the term in a query, as it is: a prefixed name, or the IRI in angle brackets; terms refer to
one another by it. `labels` and `comments` are language → text. `presence` is `mandatory` or `optional` where shapes or
the ontology put the property on the class or one above it, `used` where only the data do. `many` is false where shapes
or the ontology allow one value at most.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from kg_service.schema.counts import SAMPLE, count_usage
from kg_service.schema.entities import choose_entities
from kg_service.schema.names import query_name
from kg_service.schema.properties import class_properties
from kg_service.schema.shapes import read_shapes
from kg_service.schema.terms import read_texts, read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from kg_service.schema.counts import Usage
    from kg_service.schema.terms import Vocabulary
    from kg_service.store.contract import Store

__all__ = ["in_languages", "make_schema", "schema_of"]

#: Graphs and terms listed at most; a vocabulary of more is one that nobody completes from.
_MOST = 2_000


def schema_of(store: Store) -> dict[str, Any]:
    """Return the document of a store, made when first asked for; a worker has one store."""
    return _made(cast("Hashable", store))


@lru_cache(maxsize=1)
def _made(store: Hashable) -> dict[str, Any]:
    made = cast("Store", store).made_schema
    return make_schema(cast("Store", store)) if made is None else made


def make_schema(store: Store) -> dict[str, Any]:
    """Return the document, as JSON values. It takes time: a query over every typed thing of the default graph."""
    facts, ask = store.facts, store.store.query
    vocabulary, usage = read_vocabulary(store.store), count_usage(ask)
    constraints = read_shapes(ask)
    writer = _Writer(store, vocabulary, usage)
    statistics = store.statistics
    classes = sorted(vocabulary.classes | set(statistics.classes) | set(constraints))
    on_shapes = {path for each in constraints.values() for path in each}
    properties = sorted(vocabulary.properties | set(statistics.properties) | on_shapes)
    entities, more_entities = choose_entities(ask, vocabulary)
    graphs = facts["graphs"]
    incomplete = {
        "classes": len(classes) > _MOST,
        "properties": len(properties) > _MOST,
        "entities": more_entities,
        "graphs": max(len(graphs), facts.get("graph_count", 0)) > len(graphs[:_MOST]),
        "uses": facts["triples"] > SAMPLE,
    }
    on_class = {
        each: class_properties(each, constraints, vocabulary, usage.by_class, writer.name) for each in classes[:_MOST]
    }
    return {
        "dataset": facts["hash"],
        "base": facts["base"],
        "prefixes": facts["prefixes"],
        "languages": dict(sorted(usage.languages.items())),
        "classes": writer.classes(classes[:_MOST], on_class),
        "properties": writer.properties(properties[:_MOST]),
        "entities": writer.entities(entities),
        "graphs": writer.graphs(graphs[:_MOST]),
        "truncated": [name for name, is_so in incomplete.items() if is_so],
    }


def in_languages(document: dict[str, Any], languages: list[str]) -> dict[str, Any]:
    """Return the document with the texts of some languages only; where a term has none of them, one other.

    languages   ranges that stand for their subtags too, in lower case; none: all (RFC 4647 §3.3.1)
    """
    if not languages:
        return document
    listed = {
        name: [
            each | {key: _of_languages(each[key], languages) for key in ("labels", "comments") if key in each}
            for each in document[name]
        ]
        for name in ("classes", "properties", "entities", "graphs")
    }
    return document | listed


def _of_languages(texts: dict[str, str], languages: list[str]) -> dict[str, str]:
    def fits(tag: str) -> bool:
        return any(tag.lower() == each or tag.lower().startswith(f"{each}-") for each in languages)

    wanted = {tag: text for tag, text in texts.items() if fits(tag)}
    spare = next((tag for tag in ("en", "") if tag in texts), min(texts))
    return wanted or {spare: texts[spare]}


class _Writer:
    """Words terms as members of the document."""

    def __init__(self, store: Store, vocabulary: Vocabulary, usage: Usage) -> None:
        self.store = store.store
        self.prefixes = store.facts["prefixes"]
        self.statistics = store.statistics
        self.vocabulary = vocabulary
        self.usage = usage

    def name(self, iri: str) -> str:
        """Return what stands for an IRI in a query."""
        return query_name(iri, self.prefixes)

    def names(self, iris: Iterable[str]) -> list[str]:
        """Return what stands for IRIs in a query, sorted."""
        return sorted(map(self.name, iris))

    def classes(self, iris: list[str], on_class: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """Return the classes; `on_class` is what may stand on each."""
        common = self._common(iris)
        return [
            common[iri]
            | _filled(
                instances=self.statistics.classes.get(iri, 0),
                superclasses=self.names(self.vocabulary.superclasses.get(iri, ())),
                properties=on_class[iri],
            )
            for iri in iris
        ]

    def properties(self, iris: list[str]) -> list[dict[str, Any]]:
        """Return the properties."""
        common, vocabulary = self._common(iris), self.vocabulary
        return [
            common[iri]
            | _filled(
                uses=self.statistics.properties.get(iri, 0),
                domain=self.names(vocabulary.domain.get(iri, ())),
                range=self.names(vocabulary.range.get(iri, ())),
                datatypes={self.name(each): n for each, n in sorted(self.usage.datatypes.get(iri, {}).items())},
                languages=sorted(self.usage.by_language.get(iri, ())),
                inverse=self.names(vocabulary.inverse.get(iri, ())),
            )
            for iri in iris
        ]

    def entities(self, classes: dict[str, list[str]]) -> list[dict[str, Any]]:
        """Return things; `classes` is what each is."""
        labels = read_texts(self.store, classes)
        return [
            {"iri": iri, "name": self.name(iri)} | _filled(labels=labels.get(iri), classes=self.names(found))
            for iri, found in classes.items()
        ]

    def graphs(self, graphs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the named graphs, from what the facts say of them."""
        labels = read_texts(self.store, [each["iri"] for each in graphs])
        return [
            {"iri": each["iri"], "name": self.name(each["iri"]), "triples": each["triples"], "default": each["public"]}
            | _filled(labels=labels.get(each["iri"]))
            for each in graphs
        ]

    def _common(self, iris: list[str]) -> dict[str, dict[str, Any]]:
        """Return what classes and properties have in common."""
        labels, comments = read_texts(self.store, iris), read_texts(self.store, iris, comments=True)
        return {
            iri: {"iri": iri, "name": self.name(iri)}
            | _filled(
                labels=labels.get(iri),
                comments=comments.get(iri),
                deprecated=iri in self.vocabulary.deprecated,
                replacedBy=self.names(self.vocabulary.replaced_by.get(iri, ())),
            )
            for iri in iris
        }


def _filled(**members: Any) -> dict[str, Any]:
    return {name: each for name, each in members.items() if each}
