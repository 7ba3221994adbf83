"""What a FILTER that nothing passes was given, and what it may have been meant to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_service.explanation.dataset import Solution
    from kg_service.explanation.misses import Misses
    from kg_service.patterns.elements import Filter

__all__ = ["misses_of_filter"]


def misses_of_filter(misses: Misses, element: Filter, seen: Sequence[Solution]) -> list[dict[str, Any]]:
    """Return samples of the values that a condition was given, and terms in it that they miss narrowly.

    seen   solutions without the condition
    """
    found: list[dict[str, Any]] = []
    for name in sorted(element.variables):
        values = [solution[name] for solution in seen if name in solution]
        if not values:
            found.append({"kind": "unbound", "message": f"?{name} has no value in any solution."})
            continue
        message = f"?{name} has other values."
        found.append({"kind": "values-seen", "variable": name, "message": message, "values": misses.values(values)})
        languages = sorted({each.language or "" for each in values if isinstance(each, ox.Literal)} - {""})
        if languages:
            message = f"?{name} has texts in: {', '.join(languages)}."
            found.append({"kind": "languages-seen", "variable": name, "message": message, "languages": languages})
        for node in element.literals:
            found += misses.of_literal(node, values)
    for node in element.literals:
        if isinstance(node.value, ox.NamedNode):
            found += misses.of_iri(node, is_class=False)
    return found
