"""What triple patterns are made of: terms, variables, blank nodes, paths (SPARQL 1.1 Query §4.1, §9, §18.1)."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

__all__ = [
    "Alternatives",
    "Blank",
    "Inverse",
    "Link",
    "Negated",
    "Node",
    "Path",
    "Repeated",
    "Sequence",
    "Unreadable",
    "Variable",
]


class Unreadable(Exception):
    """A part of a query that this package does not read; `start` is its place, the message says what it is."""

    def __init__(self, what: str, start: int) -> None:
        super().__init__(what)
        self.start = start


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, by its name without the mark."""

    name: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node of a query: a variable that nothing else sees. Each has a label of its own."""

    label: str


Term = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Node:
    """A term, variable or blank node where it stands."""

    value: Term | Variable | Blank
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """A path of one property."""

    property: ox.NamedNode
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from its end, as `^p`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths one after another."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Paths of which one is walked."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path walked several times: at least `least`, any number or, where `once`, one at most."""

    path: Path
    least: int
    once: bool = False


@dataclass(frozen=True, slots=True)
class Negated:
    """One step by any property but these; `inverse` those not to be walked from their end."""

    forward: tuple[ox.NamedNode, ...]
    inverse: tuple[ox.NamedNode, ...]


Path = Link | Inverse | Sequence | Alternatives | Repeated | Negated
