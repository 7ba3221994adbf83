"""How the terms of a vocabulary are used: counted whole, or over a sample where the data set is large."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_service.namespaces import RDF
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg_service.terms import Term

__all__ = ["SAMPLE", "Usage", "count_usage"]

#: Above this many triples in the default graph, so many of them are looked at, and as many typed things.
SAMPLE = 200_000

_BY_CLASS = f"""SELECT ?class ?property (COUNT(*) AS ?uses) WHERE {{
  {{ SELECT ?subject ?class WHERE {{ ?subject a ?class }} LIMIT {SAMPLE} }}
  ?subject ?property ?object FILTER(isIRI(?class))
}} GROUP BY ?class ?property"""
_LITERALS = f"""SELECT ?property ?datatype ?language (COUNT(*) AS ?uses) WHERE {{
  {{ SELECT ?property ?object WHERE {{ ?subject ?property ?object FILTER(isLiteral(?object)) }} LIMIT {SAMPLE} }}
  BIND(DATATYPE(?object) AS ?datatype) BIND(LANG(?object) AS ?language)
}} GROUP BY ?property ?datatype ?language"""


@dataclass(slots=True)
class Usage:
    """Counts over the default graph.

    by_class    class → property → how many triples
    datatypes   property → datatype → how many literals; by_language likewise
    """

    by_class: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    datatypes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_language: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def languages(self) -> Counter[str]:
        """How many literals there are, by language tag."""
        total: Counter[str] = Counter()
        for each in self.by_language.values():
            total.update(each)
        return total


def count_usage(ask: Callable[[str], Iterable[Mapping[str, Term | None]]]) -> Usage:
    """Count what stands with what. `ask` answers a SELECT over the default graph."""
    usage = Usage()
    for row in ask(_BY_CLASS):
        class_, property_, uses = row["class"], row["property"], row["uses"]
        if class_ is not None and property_ is not None and uses is not None:
            usage.by_class[value(class_)][value(property_)] = int(value(uses))
    for row in ask(_LITERALS):
        property_, datatype, language, uses = (row[name] for name in ("property", "datatype", "language", "uses"))
        if property_ is None or uses is None:
            continue
        number = int(value(uses))
        if language is not None and value(language):
            usage.by_language[value(property_)][value(language)] += number
            usage.datatypes[value(property_)][RDF + "langString"] += number  # some engines give it no datatype
        elif datatype is not None:
            usage.datatypes[value(property_)][value(datatype)] += number
    return usage
