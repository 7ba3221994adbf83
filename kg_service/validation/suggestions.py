"""Did you mean: for an IRI that nothing declares, those that look most like it."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.vocabularies import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.validation.results import Result

__all__ = ["add_labels", "add_suggestions"]

_AT_MOST = 3


def add_suggestions(results: list[Result], quads: Iterable[ox.Quad]) -> list[Result]:
    """Return the results; where one names an IRI that no statement describes, with those it may have been."""
    described = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}

    def likely(result: Result) -> tuple[str, ...]:
        for iri in (result.value, result.focus, result.path):
            if ":" not in iri or iri in described or iri.startswith(('"', "_:", "<", "(", "^")):
                continue
            cut = max(iri.rfind("/"), iri.rfind("#")) + 1
            if iri[cut:] in CLOSED.get(iri[:cut], ()):
                continue
            standard = (iri[:cut] + name for name in sorted(CLOSED.get(iri[:cut], ())))
            names = {each[cut:]: each for each in (*described, *standard) if each.startswith(iri[:cut])}
            return tuple(names[name] for name in difflib.get_close_matches(iri[cut:], names, _AT_MOST, 0.7))
        return ()

    return [replace(result, suggestions=found) if (found := likely(result)) else result for result in results]


def add_labels(results: list[Result], labels: dict[str, str]) -> list[Result]:
    """Return the results with the labels of their focus nodes."""
    return [replace(each, label=labels[each.focus]) if each.focus in labels else each for each in results]
