"""SHACL property paths, and Boolean SPARQL expressions over what they reach.

The engine joins the patterns of an `EXISTS` without regard to what is bound outside, which is quadratic.
So each `EXISTS` here holds one pattern, and the rest of the condition stands in its `FILTER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF
from kg_service.validation.shape_graph import CannotTell, ShapeGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg_service.terms import Term

__all__ = ["FALSE", "TRUE", "Names", "Path", "Step", "all_of", "any_of", "exists", "negation", "reach", "read_path"]

TRUE, FALSE = "true", "false"
#: pySHACL gives up below ten levels, and a list is as deep as it is long; it is left to say so itself.
_DEEPEST = 8
_FORMS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_MARKS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def any_of(expressions: Iterable[str]) -> str:
    """Return a disjunction."""
    found = list(dict.fromkeys(each for each in expressions if each != FALSE))
    if TRUE in found:
        return TRUE
    return FALSE if not found else found[0] if len(found) == 1 else f"({' || '.join(found)})"


def all_of(expressions: Iterable[str]) -> str:
    """Return a conjunction."""
    found = list(dict.fromkeys(each for each in expressions if each != TRUE))
    if FALSE in found:
        return FALSE
    return TRUE if not found else found[0] if len(found) == 1 else f"({' && '.join(found)})"


def negation(expression: str) -> str:
    """Return the negation."""
    return {TRUE: FALSE, FALSE: TRUE}.get(expression) or f"(!{expression})"


def exists(pattern: str, condition: str = TRUE) -> str:
    """Return the expression that a solution of the pattern meets the condition."""
    if condition == FALSE:
        return FALSE
    return f"EXISTS {{ {pattern} }}" if condition == TRUE else f"EXISTS {{ {pattern} FILTER({condition}) }}"


class Names:
    """Fresh variables of one query."""

    def __init__(self) -> None:
        self._numbers = count()

    def __call__(self) -> str:
        """Return a variable that nothing else in the query has."""
        return f"?kg{next(self._numbers)}"


@dataclass(frozen=True, slots=True)
class Step:
    """One predicate, forwards or backwards."""

    predicate: ox.NamedNode
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A composed path: `/` one after the other, `|` either, `*` `+` `?` repeated."""

    kind: str
    parts: tuple[Step | Path, ...]


def read_path(graph: ShapeGraph, node: Term, *, inverse: bool = False, depth: int = 0) -> Step | Path:
    """Return the path that a node of the shapes graph stands for.

    pySHACL walks the inverse of a sequence in the order written, each step backwards; so does this.
    """
    if isinstance(node, ox.NamedNode):
        return Step(node, inverse)
    forms = [name for name in _FORMS if graph.objects(node, name)]
    is_list = bool(graph.values(node, RDF + "first"))
    if depth > _DEEPEST or not isinstance(node, ox.BlankNode) or len(forms) + is_list != 1:
        raise CannotTell
    if is_list or forms == ["alternativePath"]:
        members = graph.members(node if is_list else graph.one(node, "alternativePath"))
        if not 1 < len(members) < _DEEPEST:
            raise CannotTell
        parts = (read_path(graph, each, inverse=inverse, depth=depth + len(members)) for each in members)
        return Path("/" if is_list else "|", tuple(parts))
    inner = graph.one(node, forms[0])
    if forms == ["inversePath"]:
        return read_path(graph, inner, inverse=not inverse, depth=depth + 1)
    return Path(_MARKS[forms[0]], (read_path(graph, inner, inverse=inverse, depth=depth + 1),))


def reach(path: Step | Path, start: str, condition: Callable[[str], str], names: Names) -> str:
    """Return the expression that some node the path reaches from `start` meets the condition.

    A path that may have no step is taken apart: the engine finds no such path at a node the data does not hold.
    """
    if isinstance(path, Step) or (path.kind == "+" and not _may_be_empty(path)):
        node = names()
        return exists(f"{start} {_text(path)} {node} .", condition(node))
    if path.kind == "|":
        return any_of(reach(part, start, condition, names) for part in path.parts)
    if path.kind == "/":
        first, *rest = path.parts
        after = rest[0] if len(rest) == 1 else Path("/", tuple(rest))
        return reach(first, start, lambda node: reach(after, node, condition, names), names)
    node = names()
    further = exists(f"{start} {_text(path)} {node} .", condition(node))
    return any_of((condition(start), further))


def _may_be_empty(path: Step | Path) -> bool:
    if isinstance(path, Step):
        return False
    if path.kind in ("*", "?"):
        return True
    return (all if path.kind == "/" else any)(map(_may_be_empty, path.parts))


def _text(path: Step | Path) -> str:
    if isinstance(path, Step):
        return f"{'^' if path.inverse else ''}{path.predicate}"
    if path.kind in _MARKS.values():
        return f"({_text(path.parts[0])}){path.kind}"
    return f"({path.kind.join(map(_text, path.parts))})"
