"""One SPARQL query in the making: a shape with all it refers to, as conditions on the engine's store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.namespaces import RDF, RDFS, SH, XSD
from kg_service.validation.screening_components import COMPONENTS, NEEDS_PATH, ONCE, PART_OF
from kg_service.validation.shape_graph import TARGETS, CannotTell, ShapeGraph
from kg_service.validation.shape_paths import FALSE, Names, any_of, exists, reach, read_path
from kg_service.validation.shape_query import CORE_PREFIXES, as_condition, read_select

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from kg_service.terms import Term

__all__ = ["At", "Query"]

#: Properties of a shape that constrain nothing.
_SILENT = frozenset(
    (*TARGETS, "path", "deactivated", "severity", "message", "name", "description", "order", "group", "defaultValue")
)
#: pySHACL refuses to go deeper than 15 shapes, and only where the data lead there.
_DEEPEST = 8
_TYPE, _BELOW = f"<{RDF}type>", f"<{RDFS}subClassOf>"


class Query:
    """What the conditions of one query share.

    exact    whether the store holds every literal as written
    classes  class → those below it, known from other queries on the store
    singly   queries that are asked about one focus node at a time
    """

    def __init__(
        self, store: ox.Store, graph: ShapeGraph, classes: dict[ox.NamedNode, list[Term]], *, exact: bool
    ) -> None:
        self.store, self.graph, self.exact = store, graph, exact
        self.names = Names()
        self.singly: list[str] = []
        self._classes = classes
        self._functions: dict[ox.NamedNode, Callable[..., Term | None]] = {}

    def select(self, text: str) -> Iterator[Term]:
        """Yield the first column of a query's solutions."""
        solutions = self.store.query(text, custom_functions=self._functions)
        assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - tells the type; the text is a SELECT
        for solution in solutions:
            yield solution[0]

    def failing_singly(self, targets: str) -> Iterator[Term]:
        """Yield the targets for which one of `singly` has a solution, asked as pySHACL asks it."""
        this = ox.Variable("this")
        for node in self.select(targets) if self.singly else ():
            for text in self.singly:
                solutions = self.store.query(text, prefixes=CORE_PREFIXES, substitutions={this: node})
                assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - the same
                if next(solutions, None) is not None:
                    yield node
                    break

    def matcher(self, pattern: re.Pattern[str]) -> ox.NamedNode:
        """Return a function of the query that looks for a pattern with Python's own machine, as pySHACL does."""

        def has_match(term: Term) -> ox.Literal:
            return ox.Literal(isinstance(term, ox.NamedNode | ox.Literal) and pattern.search(term.value) is not None)

        name = ox.NamedNode(f"urn:kg:match:{len(self._functions)}")
        self._functions[name] = has_match
        return name

    def below(self, class_: ox.NamedNode) -> list[Term]:
        """Return the class and those below it in the data."""
        if class_ not in self._classes:
            found = self.select(f"SELECT DISTINCT ?class WHERE {{ ?class {_BELOW}+ {class_} }}")
            self._classes[class_] = [class_, *(each for each in found if each != class_)]
        return self._classes[class_]

    def has_class(self, node: str, class_: Term) -> str:
        """Return the expression that a node is an instance of a class or of one below it."""
        if not isinstance(class_, ox.NamedNode):
            raise CannotTell
        below, kind = self.below(class_), self.names()
        if len(below) == 1:
            return exists(f"{node} {_TYPE} {class_} .")
        if all(isinstance(each, ox.NamedNode) for each in below):
            return exists(f"{node} {_TYPE} {kind} .", f"{kind} IN ({', '.join(map(str, below))})")
        return any_of(
            (
                exists(f"{node} {_TYPE} {class_} ."),
                exists(f"{node} {_TYPE} {kind} .", exists(f"{kind} {_BELOW}+ {class_} .")),
            )
        )


class At:
    """A shape met at a node of the query; the `Context` of its components.

    direct   whether a node that fails this fails the query's shape, so that it can be asked about by itself
    """

    def __init__(
        self,
        query: Query,
        shape: Term,
        node: str,
        *,
        surely: bool = False,
        above: tuple[Term, ...] = (),
        direct: bool = True,
    ) -> None:
        self.query, self.graph, self.names = query, query.graph, query.names
        self.shape, self.node, self.surely = shape, node, surely
        self.direct, self._above = direct, (*above, shape)
        self.path = read_path(self.graph, self.graph.one(shape, "path")) if self.graph.objects(shape, "path") else None

    def failure(self) -> str:
        """Return the expression that the node fails the shape."""
        names = [each.removeprefix(SH) for each in self.graph.predicates(self.shape) if each.startswith(SH)]
        return any_of(self._component(name) for name in names if name not in _SILENT)

    def _component(self, name: str) -> str:
        values = self.graph.objects(self.shape, name)
        if name in PART_OF:
            whole = PART_OF[name]
            if whole is not None and not self.graph.objects(self.shape, whole):
                raise CannotTell
            return FALSE
        if name not in COMPONENTS or (name in ONCE and len(values) > 1) or (name in NEEDS_PATH and self.path is None):
            raise CannotTell
        return any_of(COMPONENTS[name](self, value) for value in values)

    def some(self, condition: Callable[[str], str]) -> str:
        """Return the expression that some value node meets the condition."""
        return condition(self.node) if self.path is None else reach(self.path, self.node, condition, self.names)

    def fails(self, shape: Term, node: str, *, surely: bool, is_property: bool | None = None) -> str:
        """Return the expression that a node fails another shape; pySHACL's way with recursion is left to it."""
        if shape in self._above or len(self._above) > _DEEPEST or isinstance(shape, ox.Literal | ox.Triple):
            raise CannotTell
        if is_property is not None and bool(self.graph.objects(shape, "path")) is not is_property:
            raise CannotTell
        if self.graph.flag(shape, "deactivated"):
            return FALSE
        direct = self.direct and self.path is None and is_property is True
        return At(self.query, shape, node, surely=surely, above=self._above, direct=direct).failure()

    def has_class(self, node: str, class_: Term) -> str:
        """Return the expression that a node is an instance of a class."""
        return self.query.has_class(node, class_)

    def matches(self, node: str, pattern: re.Pattern[str]) -> str:
        """Return the expression that a node's string has a match."""
        return f"{self.query.matcher(pattern)}({node})"

    def selects(self, constraint: Term) -> str:
        """Return the expression that a SPARQL constraint has a solution; a query not so plain is asked singly."""
        select = read_select(self.graph, constraint, self.path)
        for message in self.graph.objects(constraint, "message"):
            if not isinstance(message, ox.Literal) or message.datatype.value not in (
                XSD + "string",
                RDF + "langString",
            ):
                raise CannotTell
        if self.graph.flag(constraint, "deactivated"):
            return FALSE
        condition = as_condition(select, self.node, self.names)
        if condition is None:
            if not self.direct:
                raise CannotTell
            self.query.singly.append(select.text)
        return condition or FALSE

    def lexical(self) -> None:
        """Raise CannotTell where the store does not hold every literal as written."""
        if not self.query.exact:
            raise CannotTell
