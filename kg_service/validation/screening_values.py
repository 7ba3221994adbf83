"""SPARQL tests of one value node, `?v`; each is true only where pySHACL certainly lets the value pass.

Every datatype has its row: the lexical forms that rdflib reads for certain, and what the engine compares as
Python does. Anything else may fail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF, XSD
from kg_service.validation.shape_graph import CannotTell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.terms import Term

__all__ = ["NODE_KINDS", "is_compared", "is_one_of", "is_typed", "is_typed_literal", "passes"]

NODE_KINDS = {
    "IRI": "isIRI({v})",
    "BlankNode": "isBlank({v})",
    "Literal": "isLiteral({v})",
    "BlankNodeOrIRI": "(!isLiteral({v}))",
    "IRIOrLiteral": "(!isBlank({v}))",
    "BlankNodeOrLiteral": "(!isIRI({v}))",
}
_YEAR = "[1-9][0-9]{3}"
_DAY = f"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|{_YEAR}-(0[13-9]|1[0-2])-(29|30)"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
_REAL = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"


@dataclass(frozen=True, slots=True)
class _Datatype:
    """A datatype's forms that rdflib reads for certain, and those values that compare alike in both.

    forms     regular expression of the whole lexical form
    compared  datatypes to compare with; none where engine and rdflib differ
    alike     a test of both sides, `{a}` and `{b}`
    """

    forms: str
    compared: tuple[str, ...] = ()
    alike: str = "true"


_EXACT = ("integer", "decimal")
_DATATYPES = {
    "integer": _Datatype("[+-]?[0-9]{1,60}", _EXACT),
    "decimal": _Datatype("[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)", _EXACT),
    "double": _Datatype(_REAL, ("double",)),
    "float": _Datatype(_REAL),
    "boolean": _Datatype("true|false"),
    "date": _Datatype(_DAY, ("date",)),
    "dateTime": _Datatype(f"({_DAY})T{_TIME}{_ZONE}", ("dateTime",), "((TZ({a}) = '') = (TZ({b}) = ''))"),
    "time": _Datatype(f"{_TIME}"),
    "string": _Datatype("", ("string",)),
}


def is_typed_literal(term: Term) -> bool:
    """Tell whether the store may write a literal in another form."""
    return isinstance(term, ox.Literal) and term.datatype.value not in (XSD + "string", RDF + "langString")


def is_one_of(terms: Iterable[Term], v: str) -> str:
    """Return the test that the value is one of the terms, with the very same lexical form."""
    found = list(terms)
    if not all(isinstance(term, ox.NamedNode | ox.Literal) for term in found):
        raise CannotTell
    iris = ", ".join(str(term) for term in found if isinstance(term, ox.NamedNode))
    tests = [f"{v} IN ({iris})"] if iris else []
    for term in found:
        if isinstance(term, ox.Literal):
            same = f"sameTerm({v}, {term})"
            # A constant of a query is brought into canonical form like the store's, derived integers too.
            written = f"STR({v}) = {ox.Literal(term.value)} && DATATYPE({v}) = {term.datatype}"
            tests.append(f"({same} && {written})" if is_typed_literal(term) else same)
    return f"COALESCE({' || '.join(tests)}, false)" if tests else "false"


def is_typed(datatype: ox.NamedNode, v: str) -> tuple[str, bool]:
    """Return the test that the value has the datatype and is well-formed, and whether the test is exact."""
    iri = datatype.value
    if iri == RDF + "langString":
        return f"(isLiteral({v}) && LANG({v}) != '')", True
    has = f"(isLiteral({v}) && DATATYPE({v}) = {datatype})"
    row = _DATATYPES.get(iri.removeprefix(XSD)) if iri.startswith(XSD) else None
    if iri == XSD + "string":
        return has, True
    if row is None:
        # rdflib reads no datatype outside these two vocabularies, so it calls none of their literals ill-typed.
        known = iri.startswith((XSD, RDF, "http://www.w3.org/2000/01/rdf-schema#"))
        return ("false", False) if known else (has, True)
    return f"COALESCE({has} && REGEX(STR({v}), {_whole(row)}), false)", False


def passes(operator: str, v: str, bound: ox.Literal) -> str:
    """Return the test that `value operator bound` holds; false where engine and pySHACL may differ."""
    name = bound.datatype.value.removeprefix(XSD)
    row = _DATATYPES.get(name) if bound.datatype.value.startswith(XSD) else None
    known = row is not None and (name == "string" or re.fullmatch(row.forms, bound.value, re.ASCII))
    return _compared(operator, v, str(bound), [row] if row and known else [])


def is_compared(operator: str, left: str, right: str) -> str:
    """Return the same test of two value nodes."""
    return _compared(operator, left, right, list({row.compared: row for row in _DATATYPES.values()}.values()))


def _compared(operator: str, left: str, right: str, rows: list[_Datatype]) -> str:
    tests = []
    for row in (row for row in rows if row.compared):
        types = ", ".join(str(ox.NamedNode(XSD + name)) for name in row.compared)
        both = [f"DATATYPE({side}) IN ({types})" for side in (left, right)]
        if row.compared not in (_EXACT, ("string",)):
            both += [f"REGEX(STR({side}), {_whole(row)})" for side in (left, right)]
        tests.append(f"({' && '.join(both)} && {row.alike.format(a=left, b=right)})")
    return f"COALESCE(({' || '.join(tests)}) && {left} {operator} {right}, false)" if tests else "false"


def _whole(row: _Datatype) -> ox.Literal:
    return ox.Literal(f"^({row.forms})$")
