"""Which terms a data set knows, and which of them one that it does not know may have been meant to be."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.nearness import near
from kg_service.query_terms import namespace
from kg_service.schema.document import schema_of
from kg_service.vocabularies import CLOSED

if TYPE_CHECKING:
    from kg_service.store.contract import Store

__all__ = ["Known"]

_KINDS = ("classes", "properties", "entities", "graphs")


class Known:
    """The terms of a data set.

    spaces       its namespaces: those of its terms, and those that it declares prefixes for
    deprecated   term that is not to be used → what to use in its place
    """

    def __init__(self, store: Store) -> None:
        document = schema_of(store)
        self._store = store.store
        self._names: dict[str, set[str]] = defaultdict(set)
        for kind in _KINDS:
            for each in document[kind]:
                space = namespace(each["iri"])
                self._names[space].add(each["iri"].removeprefix(space))
        for space, names in CLOSED.items():
            self._names[space] |= names
        self.spaces = frozenset({*self._names, *document["prefixes"].values()})
        by_name = {each["name"]: each["iri"] for kind in _KINDS for each in document[kind]}
        self.deprecated = {
            each["iri"]: [by_name[name] for name in each.get("replacedBy", ()) if name in by_name]
            for kind in ("classes", "properties")
            for each in document[kind]
            if each.get("deprecated")
        }

    def occurs(self, iri: str) -> bool:
        """Tell whether an IRI stands anywhere in the data set."""
        node = ox.NamedNode(iri)
        patterns = ((node, None, None, None), (None, None, node, None), (None, node, None, None))
        if any(next(iter(self._store.quads_for_pattern(*each)), None) is not None for each in patterns):
            return True
        return bool(self._store.contains_named_graph(node))

    def near(self, iri: str) -> list[str]:
        """Return the terms that look most like one: of its namespace, else of its name in another namespace."""
        space = namespace(iri)
        local = iri.removeprefix(space)
        alike = [space + each for each in near(local, self._names.get(space, ()))]
        folded = local.casefold()
        elsewhere = [
            other + each
            for other, names in sorted(self._names.items())
            if other != space
            for each in names
            if each.casefold() == folded
        ]
        return [*alike, *elsewhere][:3]
