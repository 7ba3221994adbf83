"""The properties that may stand on a class: by its shapes and those of the classes above it, the ontology, the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.schema.shapes import Constraint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg_service.schema.terms import Vocabulary
    from kg_service.terms import Term

__all__ = ["class_properties"]

#: Values of a list longer than that are found in the data more quickly.
_VALUES = 200
_ORDER = {"mandatory": 0, "optional": 1, "used": 2}


def class_properties(
    class_: str,
    constraints: Mapping[str, Mapping[str, Constraint]],
    vocabulary: Vocabulary,
    used: Mapping[str, Mapping[str, int]],
    name: Callable[[str], str],
) -> list[dict[str, Any]]:
    """Return the properties of a class, mandatory ones first, then by how often they are used.

    used   class → property → number of triples
    name   writes an IRI as it stands in a query
    """
    above = vocabulary.above(class_)
    stated: dict[str, Constraint] = {}
    for each in above:
        for path, constraint in constraints.get(each, {}).items():
            stated.setdefault(path, Constraint()).join(constraint)
    for path, domain in vocabulary.domain.items():
        if domain & above:
            stated.setdefault(path, Constraint())
    counts = used.get(class_, {})
    found = [_property(path, stated.get(path), vocabulary, counts, name) for path in stated.keys() | counts.keys()]
    return sorted(found, key=lambda each: (_ORDER[each["presence"]], -each.get("uses", 0), each["name"]))


def _property(
    path: str,
    constraint: Constraint | None,
    vocabulary: Vocabulary,
    counts: Mapping[str, int],
    name: Callable[[str], str],
) -> dict[str, Any]:
    bound = constraint.most if constraint is not None else None
    most = 1 if path in vocabulary.functional else bound
    members: dict[str, Any] = {
        "name": name(path),
        "presence": "used" if constraint is None else "mandatory" if constraint.least else "optional",
        "many": most is None or most > 1,
    }
    optional: dict[str, Any] = {"uses": counts.get(path, 0)}
    if constraint is not None:
        optional |= {
            "least": constraint.least if constraint.least > 1 else 0,
            "most": constraint.most if constraint.most is not None and constraint.most > 1 else 0,
            "values": sorted(_term(each, name) for each in constraint.values)[:_VALUES],
            "classes": sorted(map(name, constraint.classes)),
            "datatypes": sorted(map(name, constraint.datatypes)),
            "kind": "Or".join(sorted(constraint.kinds)),
            "schemes": sorted(map(name, constraint.schemes)),
        }
    return members | {key: each for key, each in optional.items() if each}


def _term(term: Term, name: Callable[[str], str]) -> str:
    """Return what stands for a term in a query."""
    return name(term.value) if isinstance(term, ox.NamedNode) else str(term)
