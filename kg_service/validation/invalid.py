"""Results on what cannot be used at all: a data set without a base, faulty shapes, queries past all bounds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.analysis import analyse
from kg_service.config import Limits
from kg_service.errors import DataInvalid, Problem, QuerySyntaxError
from kg_service.namespaces import SH
from kg_service.terms import value
from kg_service.validation.results import Result, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_service.layout import SourceFile

__all__ = ["invalid_result", "stable_name", "too_complex"]

_QUERIES = frozenset({SH + name for name in ("select", "ask", "construct", "update")})
_SHORTEST = 3


def invalid_result(problem: DataInvalid, rule: str, shapes: Iterable[ox.Quad] = ()) -> Result:
    """Return a problem as a result; of faulty shapes at the node that the message names."""
    named = {value(quad.subject): quad.subject for quad in shapes}
    told = [name for name in named if len(name) > _SHORTEST and name in problem.detail]
    name = max(told, key=len, default="")
    is_blank = name and isinstance(named[name], ox.BlankNode)
    message = re.sub(rf"_?:?{re.escape(name)}", "this node", problem.detail) if is_blank else problem.detail
    return Result(
        Severity.VIOLATION,
        rule,
        {"en": message},
        name=f"usable {rule}",
        focus=f"_:{name}" if is_blank else name,
        component="Invalid",
    )


def too_complex(shapes: Iterable[ox.Quad]) -> Iterator[Result]:
    """Yield a result for each query of a shape that the engine could not read without harm, or that is refused."""
    bounds = Limits()
    for quad in shapes:
        if quad.predicate.value not in _QUERIES:
            continue
        try:
            analyse(value(quad.object), max_depth=bounds.depth, max_tokens=bounds.tokens, max_chain=bounds.operators)
        except QuerySyntaxError:  # its prefixes stand elsewhere, and pySHACL tells what is wrong
            continue
        except Problem as problem:
            yield Result(
                Severity.VIOLATION,
                "shapes",
                {"en": problem.detail},
                name="usable shapes",
                remedy=problem.remedy,
                focus=f"_:{value(quad.subject)}" if isinstance(quad.subject, ox.BlankNode) else value(quad.subject),
                path=quad.predicate.value,
                value=str(quad.object),
                component="Invalid",
            )


def stable_name(file: SourceFile) -> str:
    """Return a name that does not depend on where the command was run: in the data set, else in the repository."""
    if file.base is None:
        return file.name
    path = file.path.absolute()
    top = next((each for each in path.parents if (each / ".git").exists()), None)
    return path.relative_to(top).as_posix() if top is not None else Path(file.name).name
