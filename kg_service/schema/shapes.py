"""What node shapes say of the properties of a class; SHACL Core, as far as it helps in writing a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_service.namespaces import OWL, RDF, RDFS, SH, SKOS
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg_service.terms import Term

    Rows = Iterable[Mapping[str, Term | None]]

__all__ = ["Constraint", "read_shapes"]

_IN_LIST = f"(<{SH}and>/<{RDF}rest>*/<{RDF}first>/<{SH}property>)"
#: A class and a property shape that stands on its instances: sh:targetClass, or a shape that is the class itself
#: (SHACL §2.1.3.1, §2.1.3.3); shapes that it refers to by sh:node, and by sh:node of those, or by sh:and add theirs.
#: Written out step by step: Virtuoso finds nothing along a path that may have no step.
_PLACED = f"""
  {{ ?shape <{SH}targetClass> ?class }} UNION {{ ?shape a <{RDFS}Class> BIND(?shape AS ?class) }}
  UNION {{ ?shape a <{OWL}Class> BIND(?shape AS ?class) }}
  ?shape <{SH}property>|(<{SH}node>/<{SH}property>)|(<{SH}node>/<{SH}node>/<{SH}property>)|{_IN_LIST} ?property .
  ?property <{SH}path> ?path FILTER(isIRI(?path) && isIRI(?class))
"""
_STATED = f"{_PLACED} ?property ?key ?value"
_LISTED = f"{_PLACED} ?property ?key ?list . ?list <{RDF}rest>*/<{RDF}first> ?value FILTER(?key = <{SH}in>)"
_CHOICE = (
    f"{_PLACED} ?property (<{SH}or>|<{SH}xone>|<{SH}and>)/<{RDF}rest>*/<{RDF}first> ?alternative . "
    f"?alternative ?key ?value FILTER(?key IN (<{SH}class>, <{SH}datatype>))"
)
_SCHEMED = (
    f"{_PLACED} ?property (<{SH}node>|<{SH}qualifiedValueShape>)/<{SH}property> ?inner . "
    f"?inner <{SH}path> <{SKOS}inScheme> ; ?key ?value FILTER(?key = <{SH}hasValue>)"
)


def _query(pattern: str) -> str:
    variables = "?class ?path ?key ?value"
    return f"SELECT DISTINCT {variables} WHERE {{ {{ {pattern} }} UNION {{ GRAPH ?graph {{ {pattern} }} }} }}"


_QUERIES = tuple(map(_query, (_STATED, _LISTED, _CHOICE, _SCHEMED)))


@dataclass(slots=True)
class Constraint:
    """What shapes say of one property of one class; where several do, what all of them say together.

    least, most   how many values there are to be; None: as many as one likes
    values        the only ones allowed (sh:in); empty where no list names them
    schemes       concept schemes whose members are allowed
    """

    least: int = 0
    most: int | None = None
    values: list[Term] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    datatypes: set[str] = field(default_factory=set)
    schemes: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)

    def add(self, key: str, term: Term) -> None:
        """Take note of one statement about the property shape."""
        text = value(term)
        match key.removeprefix(SH):
            case "minCount" if text.isdecimal():
                self.least = max(self.least, int(text))
            case "maxCount" if text.isdecimal():
                self.most = int(text) if self.most is None else min(self.most, int(text))
            case "class":
                self.classes.add(text)
            case "datatype":
                self.datatypes.add(text)
            case "nodeKind":
                self.kinds.add(text.removeprefix(SH))
            case "hasValue":
                self.schemes.add(text)

    def join(self, other: Constraint) -> None:
        """Add what holds of the same property by inheritance."""
        self.least = max(self.least, other.least)
        bounds = [each for each in (self.most, other.most) if each is not None]
        self.most = min(bounds, default=None)
        self.values = self.values or other.values
        self.classes |= other.classes
        self.datatypes |= other.datatypes
        self.schemes |= other.schemes
        self.kinds |= other.kinds


def read_shapes(ask: Callable[[str], Rows]) -> dict[str, dict[str, Constraint]]:
    """Return what shapes say, wherever they stand: class → property → constraint.

    ask   answers a SELECT over the whole data set
    """
    found: dict[str, dict[str, Constraint]] = {}
    stated, listed, choice, schemed = _QUERIES
    for query in (stated, choice, schemed):
        for row in ask(query):
            constraint, key, term = _place(found, row)
            # A value to be had is not a scheme, unless it is said of skos:inScheme.
            if query is schemed or key != f"{SH}hasValue":
                constraint.add(key, term)
    for row in ask(listed):
        constraint, _, term = _place(found, row)
        if term not in constraint.values:
            constraint.values.append(term)
    return found


def _place(found: dict[str, dict[str, Constraint]], row: Mapping[str, Term | None]) -> tuple[Constraint, str, Term]:
    class_, path, key, term = (row[name] for name in ("class", "path", "key", "value"))
    if class_ is None or path is None or key is None or term is None:
        raise TypeError(row)
    constraint = found.setdefault(value(class_), {}).setdefault(value(path), Constraint())
    return constraint, value(key), term
