"""What a constraint component is given of the query that it becomes a part of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from kg_service.terms import Term
    from kg_service.validation.shape_graph import ShapeGraph
    from kg_service.validation.shape_paths import Names, Path, Step

__all__ = ["Component", "Context"]


class Context(Protocol):
    """A shape met at a node of the query.

    node     the variable of its focus node
    surely   whether an expression must hold only where the shape fails; else it holds wherever it fails
    """

    graph: ShapeGraph
    shape: Term
    node: str
    path: Step | Path | None
    names: Names
    surely: bool

    def some(self, condition: Callable[[str], str]) -> str:
        """Return the expression that some value node meets the condition."""

    def fails(self, shape: Term, node: str, *, surely: bool, is_property: bool | None = None) -> str:
        """Return the expression that a node fails another shape."""

    def has_class(self, node: str, class_: Term) -> str:
        """Return the expression that a node is an instance of a class."""

    def matches(self, node: str, pattern: re.Pattern[str]) -> str:
        """Return the expression that a node's string has a match."""

    def selects(self, constraint: Term) -> str:
        """Return the expression that a SPARQL constraint has a solution."""

    def lexical(self) -> None:
        """Raise CannotTell where the store does not hold every literal as written."""


if TYPE_CHECKING:
    #: The expression that a node fails a component with one of the parameter's values.
    Component = Callable[[Context, Term], str]
