"""From a result to the statement at fault: its own line for a wrong value, the subject's for a missing one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF
from kg_service.terms import quads_of, value
from kg_service.validation.paths import End, Path, Walk, iris_of, read_path
from kg_service.validation.places import OBJECT, PREDICATE, SUBJECT, SourceMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_service.loading import Parsed
    from kg_service.validation.results import Place, Result

__all__ = ["add_places", "as_term"]

_TYPE = RDF + "type"
_MOST_RELATED = 5
#: Components whose result is about several values at once.
_REPEATED = frozenset({f"{name}ConstraintComponent" for name in ("MaxCount", "QualifiedMaxCount", "UniqueLang")})
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
    terms = {term for each in wanting for text in (each.focus, each.value) if (term := as_term(text)) is not None}
    paths = [path for each in wanting if "<" in each.path and (path := read_path(each.path)) is not None]
    index.read(terms, {iri for path in paths for iri in iris_of(path)})
    finder = _Finder(index, SourceMap(index.parsed))
    return [finder.placed(result) for result in results]


@dataclass(slots=True)
class _Index:
    """The statements that name one of some terms, by the term and its part in them; and those that paths go along."""

    parsed: Sequence[Parsed]
    data: int  # how many of them are files of the data set
    subjects: dict[object, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    predicates: dict[object, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    objects: dict[object, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    walk: Walk = field(init=False)

    def __post_init__(self) -> None:
        self.walk = Walk(self.quad)

    def read(self, terms: set[ox.NamedNode | ox.BlankNode | ox.Literal], along: set[str]) -> None:
        """Find the statements, in one pass over all files.

        along   predicates of paths that are more than one step away from their focus node
        """
        for number, each in enumerate(self.parsed):
            for position, quad in enumerate(each.quads):
                spot = (number, position)
                if quad.subject in terms:
                    self.subjects[quad.subject].append(spot)
                if quad.object in terms:
                    self.objects[quad.object].append(spot)
                if quad.predicate in terms:
                    self.predicates[quad.predicate].append(spot)
                if quad.subject in terms or quad.predicate.value in along:
                    self.walk.forward.setdefault((quad.predicate.value, quad.subject), []).append(spot)
                if quad.object in terms or quad.predicate.value in along:
                    self.walk.backward.setdefault((quad.predicate.value, quad.object), []).append(spot)

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
        places = self.places(result)
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
        focus, wanted, path = as_term(result.focus), as_term(result.value), read_path(result.path)
        ends = [end for end in self.index.walk.ends(path, focus) if end[1] is not None] if path else []
        if result.component in _REPEATED and ends:
            return self.repeated(result, ends)
        if wanted is not None and (path is not None or wanted != focus):
            found = self.of_value(result, focus, wanted, ends)
            if found:
                return found
        here = self.of_node(result, focus)
        if wanted is None:
            here += [self.end(each, "one that is there") for each in ends]
        return here

    def repeated(self, result: Result, ends: list[End]) -> list[Place]:
        """Return the places of values of which there are too many: the last of them, then the others."""
        first: dict[object, End] = {}
        for end in ends:
            first.setdefault(end[0], end)
        groups = [list(first)]
        if result.component == "UniqueLangConstraintComponent":
            by_language: dict[str, list[object]] = defaultdict(list)
            for each in first:
                if language := getattr(each, "language", None):
                    by_language[language.lower()].append(each)
            groups = [each for _, each in sorted(by_language.items()) if len(each) > 1] or groups
        key = (result.focus, result.path, result.shape)  # one result a language, in no order that is told
        turn = self.turns[key] = self.turns.get(key, -1) + 1
        chosen = [first[each] for each in groups[turn % len(groups)]]
        return [self.end(each, "the other value") for each in (chosen[-1], *chosen[:-1])]

    def of_value(self, result: Result, focus: object, wanted: object, ends: list[End]) -> list[Place]:
        """Return the places of a wrong value: where the path ends in it, or else where the focus node has it."""
        quad = self.index.quad
        found = [end for end in ends if end[0] == wanted]
        if not found and result.parameter:
            found = [end for end in self.index.walk.ends(Path("iri", result.parameter), focus) if end[0] == wanted]
        if not found and not result.path:
            found = [(wanted, spot, True) for spot in self.index.subjects[focus] if quad(spot).object == wanted]
            found += [(wanted, spot, False) for spot in self.index.objects[focus] if quad(spot).subject == wanted]
        if result.graph:
            found = [end for end in found if end[1] and value(quad(end[1]).graph_name) == result.graph] or found
        places = [self.end(each, "stated here too") for each in found]
        far = (
            bool(found)
            and found[0][1] is not None
            and focus not in (quad(found[0][1]).subject, quad(found[0][1]).object)
        )
        return [*places[:1], *self.of_node(result, focus)[:1]] if far else places

    def of_node(self, result: Result, focus: object) -> list[Place]:
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
        targeted = [spot for spot in used if self.index.quad(spot).predicate.value in result.targets]
        places = [self.object(spot, "used here too") for spot in targeted or used if self.index.is_data(spot)]
        places += [self.map.place(*spot, PREDICATE, "used here too") for spot in self.index.predicates[focus]]
        return places or [self.object(spot, "used here too") for spot in used]

    def block(self, spot: Spot, spots: list[Spot]) -> Spot:
        """Return the first statement about the node in the same graph of the same file."""
        graph = self.index.quad(spot).graph_name
        return next(each for each in spots if each[0] == spot[0] and self.index.quad(each).graph_name == graph)

    def object(self, spot: Spot, note: str) -> Place:
        """Return where a statement's object stands."""
        return self.map.place(*spot, OBJECT, note)

    def end(self, end: End, note: str) -> Place:
        """Return where the end of a path stands in the statement that leads to it."""
        _, spot, is_object = end
        assert spot is not None  # noqa: S101 - an end without a statement is the focus node
        return self.map.place(*spot, OBJECT if is_object else SUBJECT, note)
