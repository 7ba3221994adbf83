"""Which graph a Graph Store request speaks of (SPARQL 1.1 Graph Store HTTP Protocol §4); pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.errors import MalformedRequest
from kg_service.iris import absolute
from kg_service.parameters import single

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["GraphTarget", "read_target"]


@dataclass(frozen=True, slots=True)
class GraphTarget:
    """The default graph (iri None) or a named one."""

    iri: str | None


def read_target(pairs: Sequence[tuple[str, str]], *, base: str) -> GraphTarget | None:
    """Read `?default` or `?graph=IRI`; None where neither is there.

    Raises MalformedRequest (400) for both at once, repeated values and text that is no IRI.
    """
    has_default = any(key == "default" for key, _ in pairs)
    iri = single(pairs, "graph")
    if has_default and iri is not None:
        raise MalformedRequest("Ask for ?default or for ?graph=IRI, not for both.")
    if has_default:
        if next(value for key, value in pairs if key == "default"):
            raise MalformedRequest("?default takes no value.")
        return GraphTarget(None)
    if iri is None:
        return None
    return GraphTarget(absolute(iri, name="graph", base=base))
