"""What can be counted in a data set, as VoID states it: classes, properties, subjects, links to other data sets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg_service.namespaces import OWL, RDFS, SCHEMA, SKOS, VOID, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Statistics", "count", "describe_statistics"]

Key = TypeVar("Key")

#: Properties by which things are linked to the same or related things elsewhere.
_LINKS = (
    OWL + "sameAs", SCHEMA + "sameAs", RDFS + "seeAlso", SKOS + "exactMatch", SKOS + "closeMatch",
    SKOS + "broadMatch", SKOS + "narrowMatch", SKOS + "relatedMatch",
)  # fmt: skip
_CLASSES = "SELECT ?each (COUNT(*) AS ?number) { ?s a ?each FILTER(isIRI(?each)) } GROUP BY ?each"
_PROPERTIES = "SELECT ?each (COUNT(*) AS ?number) { ?s ?each ?o } GROUP BY ?each"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?number) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?number) { ?s ?p ?o }"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


#: Classes, properties and linksets that are described one by one, those with most first; a description stays short.
_DESCRIBED = 1_000


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the default graph.

    classes, properties   IRI → how many things have the class, how many triples the property
    links                 (property, origin of the objects) → how many triples
    """

    classes: dict[str, int]
    properties: dict[str, int]
    subjects: int
    objects: int
    links: dict[tuple[str, str], int]

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain JSON values."""
        links = [[*link, number] for link, number in self.links.items()]
        return {**{each.name: getattr(self, each.name) for each in fields(self)}, "links": links}

    @classmethod
    def of(cls, content: dict[str, Any]) -> Statistics:
        """Return the counts out of JSON values."""
        links = {(link, origin): number for link, origin, number in content["links"]}
        return cls(**{**content, "links": links})


def count(store: ox.Store, base: str) -> Statistics:
    """Count once what a description tells; what begins with `base` is the data set's own and no link."""
    links: Counter[tuple[str, str]] = Counter()
    for link in _LINKS:
        for quad in store.quads_for_pattern(None, ox.NamedNode(link), None, ox.DefaultGraph()):
            if isinstance(quad.object, ox.NamedNode) and not (base and quad.object.value.startswith(base)):
                parts = urlsplit(quad.object.value)
                if parts.netloc:
                    links[link, f"{parts.scheme}://{parts.netloc}/"] += 1
    return Statistics(
        _by_iri(store, _CLASSES), _by_iri(store, _PROPERTIES), _number(store, _SUBJECTS), _number(store, _OBJECTS),
        dict(sorted(links.items())),
    )  # fmt: skip


def describe_statistics(subject: ox.NamedNode, found: Statistics, place: str) -> Iterator[ox.Triple]:
    """Yield what VoID says of a data set with these counts; parts get IRIs under `place`.

    VoID §3.1 (linksets), §4.3, §4.5 (partitions)
    """
    yield _count(subject, "distinctSubjects", found.subjects)
    yield _count(subject, "distinctObjects", found.objects)
    yield _count(subject, "classes", len(found.classes))
    yield _count(subject, "properties", len(found.properties))
    for number, (iri, times) in enumerate(_most(found.classes), 1):
        part = ox.NamedNode(f"{place}#class-{number}")
        yield ox.Triple(subject, _void("classPartition"), part)
        yield ox.Triple(part, _void("class"), ox.NamedNode(iri))
        yield _count(part, "entities", times)
    for number, (iri, times) in enumerate(_most(found.properties), 1):
        part = ox.NamedNode(f"{place}#property-{number}")
        yield ox.Triple(subject, _void("propertyPartition"), part)
        yield ox.Triple(part, _void("property"), ox.NamedNode(iri))
        yield _count(part, "triples", times)
    for number, ((link, origin), times) in enumerate(_most(found.links), 1):
        linkset, target = ox.NamedNode(f"{place}#links-{number}"), ox.NamedNode(f"{place}#target-{number}")
        yield ox.Triple(linkset, _TYPE, _void("Linkset"))
        yield ox.Triple(subject, _void("subset"), linkset)
        yield ox.Triple(linkset, _void("subjectsTarget"), subject)
        yield ox.Triple(linkset, _void("objectsTarget"), target)
        yield ox.Triple(linkset, _void("linkPredicate"), ox.NamedNode(link))
        yield ox.Triple(target, _void("uriSpace"), ox.Literal(origin))
        yield _count(linkset, "triples", times)


def _most(counts: Mapping[Key, int]) -> list[tuple[Key, int]]:
    """Return the largest of the counts, in the order in which they stand."""
    if len(counts) <= _DESCRIBED:
        return [*counts.items()]
    least = sorted(counts.values(), reverse=True)[_DESCRIBED - 1]
    return [item for item in counts.items() if item[1] >= least][:_DESCRIBED]


def _by_iri(store: ox.Store, query: str) -> dict[str, int]:
    solutions = cast("ox.QuerySolutions", store.query(query))
    found = {solution["each"].value: int(solution["number"].value) for solution in solutions}
    return dict(sorted(found.items()))


def _number(store: ox.Store, query: str) -> int:
    return int(next(cast("ox.QuerySolutions", store.query(query)))["number"].value)


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(VOID + name)


def _count(subject: ox.NamedNode, name: str, number: int) -> ox.Triple:
    return ox.Triple(subject, _void(name), ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer")))
