"""What parts of a pattern that have solutions, but none together, may have been meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.namespaces import RDF
from kg_service.nearness import near
from kg_service.patterns.nodes import Link, Variable
from kg_service.query_terms import namespace
from kg_service.schema.document import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.explanation.misses import Misses
    from kg_service.patterns.elements import TriplePattern, Values

__all__ = ["misses_of_class", "misses_of_values"]

_FEW = 10
_TYPE = ox.NamedNode(RDF + "type")


def misses_of_class(misses: Misses, pattern: TriplePattern, patterns: list[TriplePattern]) -> Iterator[dict[str, Any]]:
    """Yield that no thing of a class has the property, with the properties that such things have."""
    if not isinstance(pattern.verb, Link) or pattern.verb.property == _TYPE:
        return
    document = schema_of(misses.dataset.store)
    iris = {each["name"]: each["iri"] for each in document["properties"]}
    for each in document["classes"]:
        if each["iri"] not in _classes_of(pattern, patterns):
            continue
        used = [iris[p["name"]] for p in each.get("properties", ()) if p.get("uses") and p["name"] in iris]
        property_ = pattern.verb.property.value
        if property_ in used:
            continue
        name, class_ = misses.name(property_), misses.name(each["iri"])
        yield {
            "kind": "property-of-class",
            "message": f"Nothing of the class {class_} has the property {name}.",
            "values": misses.values(map(ox.NamedNode, used[:_FEW])),
        }
        local = property_.removeprefix(namespace(property_))
        by_local = {iri.removeprefix(namespace(iri)): iri for iri in used}
        meant = [by_local[found] for found in near(local, by_local)]
        if meant:
            link = pattern.verb
            message = f"{class_} has a property of a similar name."
            yield from misses.instead("property-of-class", message, link.start, link.end, meant)


def misses_of_values(misses: Misses, values: Values, patterns: list[TriplePattern]) -> list[dict[str, Any]]:
    """Return what terms of VALUES may have been meant to be: other IRIs, or the same text in another form."""
    found: list[dict[str, Any]] = []
    verbs = [
        each.verb.property
        for each in patterns
        if isinstance(each.verb, Link)
        and isinstance(each.object.value, Variable)
        and each.object.value.name in values.names
    ]
    for node in values.nodes:
        if isinstance(node.value, ox.NamedNode):
            found += misses.of_iri(node, is_class=False)
        elif isinstance(node.value, ox.Literal):
            for verb in verbs:
                found += misses.of_literal(node, misses.objects(verb, node.value))
    return found


def _classes_of(pattern: TriplePattern, patterns: list[TriplePattern]) -> set[str]:
    """Return the classes that the subject is said to be of."""
    return {
        each.object.value.value
        for each in patterns
        if isinstance(each.verb, Link)
        and each.verb.property == _TYPE
        and each.subject.value == pattern.subject.value
        and isinstance(each.object.value, ox.NamedNode)
    }
