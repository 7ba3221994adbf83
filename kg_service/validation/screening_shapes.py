"""Components that count value nodes, or hand them to other shapes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from kg_service.validation.shape_graph import CannotTell
from kg_service.validation.shape_paths import FALSE, TRUE, all_of, any_of, negation

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.terms import Term
    from kg_service.validation.screening_context import Component, Context

__all__ = ["listed", "max_count", "min_count", "negated", "none_passes", "not_one_passes", "of_kind", "qualified"]

_MOST_COUNTED = 6


def min_count(context: Context, _: Term) -> str:
    """Fewer value nodes than sh:minCount."""
    return _fewer(context, context.graph.number(context.shape, "minCount"), lambda _: TRUE)


def max_count(context: Context, _: Term) -> str:
    """More value nodes than sh:maxCount."""
    return _more(context, context.graph.number(context.shape, "maxCount"), lambda _: TRUE)


def qualified(context: Context, shape: Term) -> str:
    """Too few or too many value nodes that conform to a shape; with disjoint siblings pySHACL is asked."""
    graph, surely = context.graph, context.surely
    least, most = (graph.objects(context.shape, f"qualified{end}Count") for end in ("Min", "Max"))
    if graph.flag(context.shape, "qualifiedValueShapesDisjoint") or not (least or most):
        raise CannotTell

    def conforms(v: str, *, to_tell: bool) -> str:
        return negation(context.fails(shape, v, surely=to_tell))

    fewer, more = FALSE, FALSE
    if least:
        number = graph.number(context.shape, "qualifiedMinCount")
        fewer = _fewer(context, number, lambda v: conforms(v, to_tell=surely))
    if most:
        number = graph.number(context.shape, "qualifiedMaxCount")
        more = _more(context, number, lambda v: conforms(v, to_tell=not surely))
    return any_of((fewer, more))


def of_kind(*, is_property: bool) -> Component:
    """Return the component of sh:property or sh:node: a value node fails the shape."""

    def component(context: Context, shape: Term) -> str:
        surely = context.surely
        return context.some(lambda v: context.fails(shape, v, surely=surely, is_property=is_property))

    return component


def negated(context: Context, shape: Term) -> str:
    """sh:not: a value node conforms to the shape."""
    return context.some(lambda v: negation(context.fails(shape, v, surely=not context.surely)))


def listed(combine: Callable[[Context, list[Term], str], str]) -> Component:
    """Return the component of a list of shapes."""

    def component(context: Context, head: Term) -> str:
        members = context.graph.members(head)
        return context.some(lambda v: combine(context, members, v))

    return component


def none_passes(context: Context, members: list[Term], v: str) -> str:
    """sh:or: a value node fails every member."""
    return all_of(context.fails(each, v, surely=context.surely) for each in members)


def not_one_passes(context: Context, members: list[Term], v: str) -> str:
    """sh:xone: a value node fails every member, or passes two."""
    fails = [context.fails(each, v, surely=not context.surely) for each in members]
    two = [negation(any_of(pair)) for pair in combinations(fails, 2)]
    return any_of([none_passes(context, members, v), *two])


def _fewer(context: Context, least: int, keep: Callable[[str], str]) -> str:
    if least > _MOST_COUNTED:
        return negation(FALSE if not context.surely else TRUE)
    return negation(_at_least(context, least, keep)) if least else FALSE


def _more(context: Context, most: int, keep: Callable[[str], str]) -> str:
    if most >= _MOST_COUNTED and context.surely:
        return FALSE
    return _at_least(context, min(most + 1, _MOST_COUNTED), keep)


def _at_least(context: Context, number: int, keep: Callable[[str], str], seen: tuple[str, ...] = ()) -> str:
    """Return the expression that so many different value nodes are to be kept."""

    def condition(v: str) -> str:
        others = [f"!sameTerm({v}, {each})" for each in seen]
        more = [_at_least(context, number - 1, keep, (*seen, v))] if number > 1 else []
        return all_of([*others, keep(v), *more])

    return context.some(condition)
