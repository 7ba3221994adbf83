"""From a result to the statement at fault: its own line for a wrong value, the subject's for a missing one."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF
from kg_service.terms import quads_of, value
from kg_service.validation.places import OBJECT, PREDICATE, SUBJECT, SourceMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_service.loading import Parsed
    from kg_service.validation.results import Place, Result

__all__ = ["add_places", "as_term"]

_IRIS = re.compile(r"<([^<>]*)>")
_TYPE = RDF + "type"
_MOST_RELATED = 5
#: Components whose result is about several values at once.
_REPEATED = frozenset({"MaxCountConstraintComponent", "UniqueLangConstraintComponent"})
Spot = tuple[int, int]  # number of the file, number of the statement in it


def as_term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    """Return the term that a result's focus or value names; None for none."""
    if text.startswith('"'):
        statement = quads_of(ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES))[0]
        return statement.object if isinstance(statement.object, ox.Literal) else None
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    return ox.NamedNode(text) if ":" in text else None


def add_places(results: Iterable[Result], parsed: Sequence[Parsed], shapes: Sequence[Parsed] = ()) -> list[Result]:
    """Return the results with the places of the statements at fault, and of those that belong to them.

    shapes   files of shapes beside those of the data set
    A result that has a place keeps it. Files are read only where a result needs them.
    """
    results = list(results)
    wanting = [each for result in results for each in (result, *result.details) if each.place is None and each.focus]
    if not wanting:
        return results
    index = _Index([*parsed, *shapes], len(parsed))
    index.read({term for each in wanting for text in (each.focus, each.value) if (term := as_term(text)) is not None})
    finder = _Finder(index, SourceMap(index.parsed))
    return [finder.placed(result) for result in results]


@dataclass(slots=True)
class _Index:
    """The statements that name one of some terms, by the term and its part in them."""

    parsed: Sequence[Parsed]
    data: int  # how many of them are files of the data set
    subjects: dict[object, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    predicates: dict[object, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    objects: dict[object, list[Spot]] = field(default_factory=lambda: defaultdict(list))

    def read(self, terms: set[ox.NamedNode | ox.BlankNode | ox.Literal]) -> None:
        """Find the statements, in one pass over all files."""
        for number, each in enumerate(self.parsed):
            for position, quad in enumerate(each.quads):
                if quad.subject in terms:
                    self.subjects[quad.subject].append((number, position))
                if quad.object in terms:
                    self.objects[quad.object].append((number, position))
                if quad.predicate in terms:
                    self.predicates[quad.predicate].append((number, position))

    def is_data(self, spot: Spot) -> bool:
        """Tell whether a statement is the data set's, not one of a shape."""
        return spot[0] < self.data and not self.parsed[spot[0]].file.is_shapes

    def quad(self, spot: Spot) -> ox.Quad:
        """Return a statement."""
        return self.parsed[spot[0]].quads[spot[1]]


@dataclass(slots=True)
class _Finder:
    """Decides which statements a result is about."""

    index: _Index
    map: SourceMap
    turns: dict[tuple[str, ...], int] = field(default_factory=dict)

    def placed(self, result: Result) -> Result:
        """Return the result with its places, and those of its details."""
        details = tuple(self.placed(each) for each in result.details)
        if result.place is not None or not result.focus:
            return replace(result, details=details)
        places = [place for place in self.places(result) if place is not None]
        if not places:
            return replace(result, details=details)
        own = replace(places[0], note="")
        seen = {(own.file, own.line, own.column)}
        related = []
        for place in (*places[1:], *result.related):
            key = (place.file, place.line, place.column)
            if key not in seen:
                seen.add(key)
                related.append(place)
        return replace(result, place=own, related=tuple(related[:_MOST_RELATED]), details=details)

    def places(self, result: Result) -> list[Place]:
        """Return the places of a result, its own first."""
        focus, wanted = as_term(result.focus), as_term(result.value)
        predicates = _IRIS.findall(result.path) or ([result.path] if result.path else [])
        if predicates and result.component in _REPEATED:
            found = self.repeated(result, focus, predicates[-1])
            if found:
                return found
        if wanted is not None and (predicates or wanted != focus):
            found = self.of_value(result, focus, wanted, predicates)
            if found:
                return found
        here = self.of_node(focus)
        if predicates and len(predicates) == 1 and wanted is None:
            here += [self.object(spot, "one that is there") for spot in self.stated(focus, predicates)]
        return here

    def stated(self, focus: object, predicates: Sequence[str]) -> list[Spot]:
        """List the statements of a subject with one of the predicates."""
        quad = self.index.quad
        return [spot for spot in self.index.subjects[focus] if quad(spot).predicate.value in predicates]

    def repeated(self, result: Result, focus: object, predicate: str) -> list[Place]:
        """Return the places of values of which there are too many: the last of them, then the others."""
        by_value: dict[object, list[Spot]] = defaultdict(list)
        for spot in self.stated(focus, [predicate]):
            by_value[self.index.quad(spot).object].append(spot)
        groups = [list(by_value)]
        if result.component == "UniqueLangConstraintComponent":
            by_language: dict[str, list[object]] = defaultdict(list)
            for each in by_value:
                if language := getattr(each, "language", None):
                    by_language[language.lower()].append(each)
            groups = [each for _, each in sorted(by_language.items()) if len(each) > 1]
        if not groups or not groups[0]:
            return []
        key = (result.focus, result.path, result.shape)  # one result a language, in no order that is told
        turn = self.turns[key] = self.turns.get(key, -1) + 1
        spots = [by_value[each][0] for each in groups[turn % len(groups)]]
        return [self.object(spot, "the other value") for spot in (spots[-1], *spots[:-1])]

    def of_value(self, result: Result, focus: object, wanted: object, predicates: Sequence[str]) -> list[Place]:
        """Return the places of a wrong value: where the focus node has it, else where the path ends in it."""
        quad = self.index.quad

        def fits(spot: Spot) -> bool:
            return not predicates or quad(spot).predicate.value in predicates

        mine = [spot for spot in self.index.subjects[focus] if fits(spot) and quad(spot).object == wanted]
        if result.graph:
            mine = [spot for spot in mine if value(quad(spot).graph_name) == result.graph] or mine
        if mine:
            return [self.object(spot, "stated here too") for spot in mine]
        inverse = [spot for spot in self.index.objects[focus] if fits(spot) and quad(spot).subject == wanted]
        if inverse:
            return [self.map.place(*spot, SUBJECT, "stated here too") for spot in inverse]
        if not predicates:
            return []
        last = [spot for spot in self.index.objects[wanted] if fits(spot)]
        if last:
            node = self.of_node(focus)
            return [*(self.object(spot, "stated here too") for spot in last[:1]), *node[:1]]
        if len(predicates) == 1:  # the engine may write a number or date in another form than the file
            return [self.object(spot, "the values of this property") for spot in self.stated(focus, predicates)]
        return []

    def of_node(self, focus: object) -> list[Place]:
        """Return the places of a node: its first line where it has a type, then in the other files.

        A node that no statement describes stands where it is used; a property where it is a predicate.
        """
        spots = self.index.subjects[focus]
        if spots:
            first: dict[int, Spot] = {}
            for spot in spots:
                first.setdefault(spot[0], spot)
            typed = [spot for spot in spots if self.index.quad(spot).predicate.value == _TYPE]
            order = [*dict.fromkeys(spot[0] for spot in (*typed, *spots))]
            if typed:
                first[typed[0][0]] = self.block(typed[0], spots)
            return [self.map.place(*first[number], SUBJECT, "described here too") for number in order]
        used = self.index.objects[focus]
        places = [self.object(spot, "used here too") for spot in used if self.index.is_data(spot)]
        places += [self.map.place(*spot, PREDICATE, "used here too") for spot in self.index.predicates[focus]]
        return places or [self.object(spot, "used here too") for spot in used]

    def block(self, spot: Spot, spots: list[Spot]) -> Spot:
        """Return the first statement about the node in the same graph of the same file."""
        graph = self.index.quad(spot).graph_name
        return next(each for each in spots if each[0] == spot[0] and self.index.quad(each).graph_name == graph)

    def object(self, spot: Spot, note: str) -> Place:
        """Return where a statement's object stands."""
        return self.map.place(*spot, OBJECT, note)
