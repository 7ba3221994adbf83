"""Did you mean: for an IRI that nothing declares, those that look most like it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.nearness import near
from kg_service.vocabularies import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.validation.results import Result

__all__ = ["add_labels", "add_suggestions"]

#: Comparing takes its time: so many IRIs are looked up.
_LOOKED_UP = 500


def add_suggestions(results: list[Result], quads: Iterable[ox.Quad]) -> list[Result]:
    """Return the results; where one names an IRI that no statement describes, with those it may have been."""
    if not results:
        return results
    described: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            space, local = _split(quad.subject.value)
            described[space].add(local)
    found: dict[str, tuple[str, ...]] = {}

    def likely(iri: str) -> tuple[str, ...]:
        space, local = _split(iri)
        names = described.get(space, set()) | CLOSED.get(space, frozenset())
        if iri not in found and len(found) < _LOOKED_UP:
            found[iri] = tuple(space + each for each in near(local, names))
        return found.get(iri, ())

    def unknown(result: Result) -> str:
        """Return the IRI of a result that nothing describes; "" where each is known."""
        for iri in (result.value, result.focus, result.path):
            space, local = _split(iri)
            is_iri = ":" in iri and not iri.startswith(('"', "_:", "<", "(", "^"))
            if is_iri and local not in described.get(space, ()) and local not in CLOSED.get(space, ()):
                return iri
        return ""

    return [replace(each, suggestions=likely(iri)) if (iri := unknown(each)) else each for each in results]


def _split(iri: str) -> tuple[str, str]:
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:cut], iri[cut:]


def add_labels(results: list[Result], labels: dict[str, str]) -> list[Result]:
    """Return the results with the labels of their focus nodes."""
    return [replace(each, label=labels[each.focus]) if each.focus in labels else each for each in results]
