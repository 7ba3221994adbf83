"""The table of constraint components: parameter → the Boolean SPARQL expression that a focus node fails.

As pySHACL 0.40 evaluates them, quirks included; what it might refuse raises CannotTell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF, RDFS, SH
from kg_service.validation import screening_shapes as of_shapes
from kg_service.validation.screening_values import (
    NODE_KINDS,
    is_compared,
    is_one_of,
    is_typed,
    is_typed_literal,
    passes,
)
from kg_service.validation.shape_graph import CannotTell
from kg_service.validation.shape_paths import FALSE, TRUE, any_of, exists, negation

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.terms import Term
    from kg_service.validation.screening_context import Component, Context

__all__ = ["COMPONENTS", "NEEDS_PATH", "ONCE", "PART_OF"]


def _some_value(context: Context, test: Callable[[str], str], *, exact: bool = True) -> str:
    """Return the expression that a value node does not pass the test."""
    return context.some(lambda v: negation(test(v))) if exact or not context.surely else FALSE


def _class(context: Context, class_: Term) -> str:
    return _some_value(context, lambda v: context.has_class(v, class_))


def _datatype(context: Context, value: Term) -> str:
    datatype = _iri(value)
    if is_typed_literal(ox.Literal("", datatype=datatype)) and datatype.value != RDF + "langString":
        context.lexical()
    return _some_value(context, lambda v: is_typed(datatype, v)[0], exact=is_typed(datatype, "?v")[1])


def _node_kind(context: Context, value: Term) -> str:
    test = NODE_KINDS.get(_iri(value).value.removeprefix(SH))
    if test is None:
        raise CannotTell
    return _some_value(context, lambda v: test.format(v=v))


def _range(operator: str) -> Component:
    def component(context: Context, bound: Term) -> str:
        context.lexical()
        literal = _literal(bound)
        return _some_value(context, lambda v: passes(operator, v, literal), exact=False)

    return component


def _min_length(context: Context, _: Term) -> str:
    context.lexical()
    least = context.graph.number(context.shape, "minLength")
    return _some_value(context, lambda v: f"(!isBlank({v}) && STRLEN(STR({v})) >= {least})") if least else FALSE


def _max_length(context: Context, _: Term) -> str:
    context.lexical()
    most = context.graph.number(context.shape, "maxLength")
    return _some_value(context, lambda v: f"(!isBlank({v}) && STRLEN(STR({v})) <= {most})")


def _pattern(context: Context, value: Term) -> str:
    context.lexical()
    flags = [_literal(each).value.lower() for each in context.graph.objects(context.shape, "flags")]
    if len(flags) > 1:
        raise CannotTell
    mode = sum(flag for letter, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE)) if letter in "".join(flags))
    if is_typed_literal(value):
        raise CannotTell
    try:
        pattern = re.compile(_literal(value).value, mode)
    except re.error as error:
        raise CannotTell from error
    return _some_value(context, lambda v: context.matches(v, pattern))


def _language_in(context: Context, head: Term) -> str:
    """Pass a tag that is listed, or whose first part is: pySHACL knows no longer ranges."""
    members = [_literal(each) for each in context.graph.members(head)]
    if any(each.datatype.value == RDF + "langString" or is_typed_literal(each) for each in members):
        raise CannotTell
    tags = ", ".join(sorted({str(ox.Literal(each.value.lower())) for each in members if each.value}))
    if any(each.value == "*" for each in members):
        return _some_value(context, lambda v: f"COALESCE(LANG({v}) != '', false)")
    if not tags:
        return context.some(lambda _: TRUE)
    test = "COALESCE(LCASE(LANG({v})) IN ({tags}) || STRBEFORE(LCASE(LANG({v})), '-') IN ({tags}), false)"
    return _some_value(context, lambda v: test.format(v=v, tags=tags))


def _unique_lang(context: Context, _: Term) -> str:
    same = "COALESCE(!sameTerm({a}, {b}) && LANG({a}) != '' && LCASE(LANG({a})) = LCASE(LANG({b})), false)"
    if not context.graph.flag(context.shape, "uniqueLang"):
        return FALSE
    return context.some(lambda a: context.some(lambda b: same.format(a=a, b=b)))


def _equals(context: Context, value: Term) -> str:
    predicate, other = _iri(value), context.names()
    missing = context.some(lambda v: negation(exists(f"{context.node} {predicate} {v} .")))
    is_value = context.some(lambda v: f"sameTerm({v}, {other})")
    return any_of((missing, exists(f"{context.node} {predicate} {other} .", negation(is_value))))


def _disjoint(context: Context, value: Term) -> str:
    predicate = _iri(value)
    return context.some(lambda v: exists(f"{context.node} {predicate} {v} ."))


def _order(operator: str) -> Component:
    def component(context: Context, value: Term) -> str:
        context.lexical()
        predicate, other = _iri(value), context.names()

        def fails(v: str) -> str:
            # pySHACL gives up at a blank node, even one with nothing to compare it to.
            compared = exists(f"{context.node} {predicate} {other} .", negation(is_compared(operator, v, other)))
            return any_of((f"isBlank({v})", compared))

        return FALSE if context.surely else context.some(fails)

    return component


def _in(context: Context, head: Term) -> str:
    members = context.graph.members(head)
    if any(map(is_typed_literal, members)):
        context.lexical()
    return _some_value(context, lambda v: is_one_of(members, v))


def _has_value(context: Context, value: Term) -> str:
    if is_typed_literal(value):
        context.lexical()
    return negation(context.some(lambda v: is_one_of([value], v)))


def _closed(context: Context, _: Term) -> str:
    graph = context.graph
    if not graph.flag(context.shape, "closed"):
        return FALSE
    ignored = [
        _iri(member) for head in graph.objects(context.shape, "ignoredProperties") for member in graph.members(head)
    ]
    paths = [graph.one(each, "path") for each in graph.objects(context.shape, "property")]
    allowed = ", ".join(str(each) for each in [*ignored, *paths] if isinstance(each, ox.NamedNode))
    predicate, value = context.names(), context.names()
    resource = f"({predicate} = <{RDF}type> && sameTerm({value}, <{RDFS}Resource>))"
    # The engine takes NOT IN with an empty list for false.
    stray = f"!{resource}" + (f" && {predicate} NOT IN ({allowed})" if allowed else "")
    return context.some(lambda v: exists(f"{v} {predicate} {value} .", f"({stray})"))


def _sparql(context: Context, constraint: Term) -> str:
    context.lexical()
    return FALSE if context.surely else context.selects(constraint)


def _iri(term: Term) -> ox.NamedNode:
    if not isinstance(term, ox.NamedNode):
        raise CannotTell
    return term


def _literal(term: Term) -> ox.Literal:
    if not isinstance(term, ox.Literal):
        raise CannotTell
    return term


#: Local name of a parameter → its component, asked once for each of the parameter's values.
COMPONENTS: dict[str, Component] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minCount": of_shapes.min_count,
    "maxCount": of_shapes.max_count,
    "minInclusive": _range(">="),
    "minExclusive": _range(">"),
    "maxInclusive": _range("<="),
    "maxExclusive": _range("<"),
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": _order("<"),
    "lessThanOrEquals": _order("<="),
    "in": _in,
    "hasValue": _has_value,
    "closed": _closed,
    "property": of_shapes.of_kind(is_property=True),
    "node": of_shapes.of_kind(is_property=False),
    "not": of_shapes.negated,
    "and": of_shapes.listed(lambda context, members, v: any_of(_fail(context, members, v))),
    "or": of_shapes.listed(of_shapes.none_passes),
    "xone": of_shapes.listed(of_shapes.not_one_passes),
    "qualifiedValueShape": of_shapes.qualified,
    "sparql": _sparql,
}
#: A parameter that another one reads → that one, without which pySHACL refuses it; flags alone mean nothing to it.
PART_OF = {
    "flags": None,
    "ignoredProperties": "closed",
    "qualifiedMinCount": "qualifiedValueShape",
    "qualifiedMaxCount": "qualifiedValueShape",
    "qualifiedValueShapesDisjoint": "qualifiedValueShape",
}
#: Parameters that take one value, and those that only a property shape may have.
ONCE = frozenset(
    (
        "datatype",
        "nodeKind",
        "minCount",
        "maxCount",
        "minLength",
        "maxLength",
        "languageIn",
        "uniqueLang",
        "in",
        "closed",
    )
)
NEEDS_PATH = frozenset(("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape"))


def _fail(context: Context, members: list[Term], v: str) -> list[str]:
    return [context.fails(each, v, surely=context.surely) for each in members]
