"""Where statements stand: what is known of the graphs that state them; a passage's document, place and gloss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.description import is_label, label
from kg_service.iris import prefixed_name
from kg_service.language_tags import best_text
from kg_service.namespaces import DCTERMS, OA
from kg_service.terms import DEFAULT

if TYPE_CHECKING:
    from kg_service.store.contract import Store

__all__ = ["describe_graph"]

_IS_PART_OF = DCTERMS + "isPartOf"
_NUMBERS = {OA + "start": "start", OA + "end": "end"}


def describe_graph(store: Store, iri: str, languages: list[str]) -> dict[str, Any]:
    """Return name and label of a graph; the texts on it; of a passage also its document, fragment and offsets.

    languages   the reader's, best first; a text in none of them is given in the first language there is
    """
    node, prefixes = ox.NamedNode(iri), store.facts["prefixes"]
    found: dict[str, Any] = {
        "iri": iri,
        "name": prefixed_name(iri, prefixes),
        "label": label(store.store, node, languages),
    }
    texts: dict[ox.NamedNode, dict[str, str]] = {}
    for quad in store.store.quads_for_pattern(node, None, None, DEFAULT):
        name, object_ = quad.predicate.value, quad.object
        # A graph may be part of the data set too; a passage has an address within its document.
        if name == _IS_PART_OF and isinstance(object_, ox.NamedNode) and iri.startswith(f"{object_.value}#"):
            document = {"iri": object_.value, "name": prefixed_name(object_.value, prefixes)}
            found["document"] = document | {"label": label(store.store, object_, languages)}
            found["fragment"] = iri.removeprefix(f"{object_.value}#")
        elif name in _NUMBERS and isinstance(object_, ox.Literal) and object_.value.isdecimal():
            found[_NUMBERS[name]] = int(object_.value)
        elif isinstance(object_, ox.Literal) and object_.language and not is_label(quad):
            texts.setdefault(quad.predicate, {}).setdefault(object_.language, object_.value)
    found["texts"] = [
        {"predicate": predicate.value, **(best_text(by_language, languages) or {})}
        for predicate, by_language in sorted(texts.items(), key=lambda item: item[0].value)
    ]
    return found
