"""The things of a data set that a query may name, by label: as many of each class as there is room for."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from kg_service.namespaces import OWL, RDF, RDFS, SH
from kg_service.schema.counts import SAMPLE
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg_service.schema.terms import Vocabulary
    from kg_service.terms import Term

__all__ = ["MOST", "choose_entities"]

#: So many things stand in the document; the others are found by search.
MOST = 5_000

_TYPED = f"SELECT ?entity ?class WHERE {{ ?entity a ?class FILTER(isIRI(?entity) && isIRI(?class)) }} LIMIT {SAMPLE}"
_OF_VOCABULARIES = (OWL, RDFS, RDF, SH)


def choose_entities(
    ask: Callable[[str], Iterable[Mapping[str, Term | None]]], vocabulary: Vocabulary, most: int = MOST
) -> tuple[dict[str, list[str]], bool]:
    """Return things with their most special classes, and whether there are more; the classes take turns.

    ask   answers a SELECT over the default graph
    """
    classes: dict[str, set[str]] = defaultdict(set)
    rows = 0
    for row in ask(_TYPED):
        thing, kind = row["entity"], row["class"]
        rows += 1
        if thing is not None and kind is not None and not value(kind).startswith(_OF_VOCABULARIES):
            classes[value(thing)].add(value(kind))
    terms = vocabulary.classes | vocabulary.properties
    special = {entity: _special(found, vocabulary) for entity, found in classes.items() if entity not in terms}
    by_class: dict[str, list[str]] = defaultdict(list)
    for each in sorted(special):
        by_class[special[each][0]].append(each)
    turns = chain.from_iterable(zip_longest(*(by_class[class_] for class_ in sorted(by_class))))
    chosen = [each for each in turns if each is not None]
    return {each: special[each] for each in sorted(chosen[:most])}, len(chosen) > most or rows >= SAMPLE


def _special(classes: set[str], vocabulary: Vocabulary) -> list[str]:
    """Drop the classes that follow from others."""
    above = set().union(*(vocabulary.above(each) - {each} for each in classes))
    return sorted(classes - above) or sorted(classes)
