"""What a data set holds of a class, narrowed down by values of properties: things, and exact counts for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.collation import sort_key
from kg_service.description import LABELS, label, prefetch
from kg_service.iris import prefixed_name
from kg_service.namespaces import RDF
from kg_service.terms import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg_service.terms import Resource, Term

__all__ = ["browse"]

_TYPE = ox.NamedNode(RDF + "type")
#: Of a property with more values than this nobody picks one from a list; of one whose values are all different neither.
_VALUES, _NAMES = 400, 12
#: Up to this many things are put in the order of their labels, more in that of their IRIs.
_SORTED = 10_000


def browse(
    store: ox.Store,
    facts: dict[str, Any],
    *,
    class_iri: str,
    properties: Sequence[str],
    chosen: Mapping[str, Sequence[str]],
    languages: list[str],
    offset: int,
    limit: int,
) -> dict[str, Any]:
    """Return a page of the things of a class of the default graph, and the facets that narrow them down.

    properties   IRIs of those that become facets, where they have values to choose from
    chosen       property → values, of which a thing has one at least, for each property
    Returns `total`, `things` (terms) and `facets`: each `property` (IRI) with `values` (terms with `count`, `chosen`);
    a count tells how many things are left when the value is chosen, the choices of the other properties kept.
    """
    everything = {quad.subject for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(class_iri), DEFAULT)}
    holders = {each: _holders(store, each, everything) for each in dict.fromkeys([*properties, *chosen])}
    picked: dict[str, set[Any]] = {
        each: set().union(*(holders[each].get(ox.NamedNode(value), ()) for value in values))
        for each, values in chosen.items()
    }
    left = everything.intersection(*picked.values())
    facets = []
    for each in properties:
        among = everything.intersection(*(found for other, found in picked.items() if other != each))
        counts = {value: len(found & among) for value, found in holders[each].items()}
        kept = {value: count for value, count in counts.items() if count or _is_in(value, chosen, each)}
        if kept and (each in chosen or _is_choice(holders[each], len(everything))):
            facets.append((each, kept))
    page = _page(store, left, languages, offset, limit)
    prefetch(store, {node for _, counts in facets for node in counts} | set(page), LABELS)
    return {
        "total": len(left),
        "things": [_term(store, facts, each, languages) for each in page],
        "facets": [
            {
                "property": each,
                "values": sorted(
                    (
                        {**_term(store, facts, value, languages), "count": count, "chosen": _is_in(value, chosen, each)}
                        for value, count in counts.items()
                    ),
                    key=lambda row: (-row["count"], row["label"] is None, _in_order(row["label"]), row["iri"]),
                ),
            }
            for each, counts in facets
        ],
    }


def _holders(store: ox.Store, property_: str, among: set[Any]) -> dict[ox.NamedNode, set[Resource]]:
    """Return for each value of a property that is an IRI the things that have it."""
    found: dict[ox.NamedNode, set[Resource]] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(property_), None, DEFAULT):
        if isinstance(quad.object, ox.NamedNode) and quad.subject in among:
            found.setdefault(quad.object, set()).add(quad.subject)  # type: ignore[arg-type]
    return found


def _is_choice(holders: Mapping[ox.NamedNode, set[Resource]], things: int) -> bool:
    """Tell whether choosing one of these values is a way to narrow things down."""
    tells_apart = len(holders) > 1 or any(len(found) < things for found in holders.values())
    repeats = any(len(found) > 1 for found in holders.values())
    return bool(holders) and tells_apart and len(holders) <= _VALUES and (repeats or len(holders) <= _NAMES)


def _is_in(value: ox.NamedNode, chosen: Mapping[str, Sequence[str]], property_: str) -> bool:
    return value.value in chosen.get(property_, ())


def _page(store: ox.Store, things: Iterable[Any], languages: list[str], offset: int, limit: int) -> list[ox.NamedNode]:
    named = sorted((each for each in things if isinstance(each, ox.NamedNode)), key=lambda each: each.value)
    if len(named) <= _SORTED:
        prefetch(store, set(named), LABELS)
        names = {each: label(store, each, languages) for each in named}
        named.sort(key=lambda each: (names[each] is None, _in_order(names[each]), each.value))
    return named[offset : offset + limit]


def _in_order(best: dict[str, str] | None) -> object:
    return sort_key(best["value"], best["language"]) if best is not None else ()


def _term(store: ox.Store, facts: dict[str, Any], term: Term, languages: list[str]) -> dict[str, Any]:
    iri = term.value if isinstance(term, ox.NamedNode) else str(term)
    best = label(store, term, languages) if isinstance(term, ox.NamedNode) else None
    return {"iri": iri, "name": prefixed_name(iri, facts["prefixes"]), "label": best}
