"""In which order the properties of a thing are read: as the shapes of its classes have it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import SH
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.terms import Term

__all__ = ["PropertyOrder", "read_order"]

_TARGET, _PROPERTY = ox.NamedNode(SH + "targetClass"), ox.NamedNode(SH + "property")


@dataclass(slots=True)
class PropertyOrder:
    """What shapes say of the properties of a thing.

    orders    property → sh:order, the lowest where shapes differ
    required  properties that a thing must have
    """

    orders: dict[str, float] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)

    def place(self, iri: str) -> tuple[float, bool]:
        """Return where a property stands: by sh:order, then what is required, then the others (SHACL §2.3.2.3)."""
        return self.orders.get(iri, math.inf), iri not in self.required


def read_order(store: ox.Store, types: Iterable[Term]) -> PropertyOrder:
    """Return what the shapes of these classes say, in whichever graph."""
    found = PropertyOrder()
    for each in types:
        for target in store.quads_for_pattern(None, _TARGET, each, None):
            for has in store.quads_for_pattern(target.subject, _PROPERTY, None, None):
                if not isinstance(has.object, ox.Literal):
                    _take(found, store, has.object)
    return found


def _take(found: PropertyOrder, store: ox.Store, shape: Term) -> None:
    stated = store.quads_for_pattern(shape, None, None, None)  # type: ignore[arg-type]  # no literal
    about = {quad.predicate.value: value(quad.object) for quad in stated}
    path = about.get(SH + "path", "")
    if about.get(SH + "minCount", "0") != "0":
        found.required.add(path)
    try:
        order = float(about[SH + "order"])
    except (KeyError, ValueError):
        return
    found.orders[path] = min(order, found.orders.get(path, math.inf))
