"""Property paths walked over a dataset, with the triples of each walk (SPARQL 1.1 Query §9, §18.4).

A path walked any number of times gives, for each pair of ends, a shortest walk.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg_service.explanation.dataset import TooMuchError
from kg_service.patterns.nodes import Alternatives, Inverse, Link, Negated, Repeated, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg_service.explanation.dataset import Dataset
    from kg_service.patterns.nodes import Path
    from kg_service.terms import Term

__all__ = ["Walk", "walks"]

#: Start, end and triples of a walk.
Walk = tuple["Term", "Term", tuple[ox.Triple, ...]]


def walks(dataset: Dataset, path: Path, start: Term | None, end: Term | None, graph: Term | None) -> Iterator[Walk]:
    """Yield the walks along a path between two terms; None is any term.

    graph   named graph to walk in; None is the default graph
    Raises TooMuchError for what has no bound.
    """
    match path:
        case Link(property_):
            for triple in dataset.triples(start, property_, end, graph):
                yield triple.subject, triple.object, (triple,)
        case Inverse(inner):
            for first, last, triples in walks(dataset, inner, end, start, graph):
                yield last, first, triples
        case Sequence(paths):
            yield from _along(dataset, paths, start, end, graph)
        case Alternatives(paths):
            yield from chain.from_iterable(walks(dataset, each, start, end, graph) for each in paths)
        case Negated():
            yield from _but(dataset, path, start, end, graph)
        case Repeated():
            yield from _repeated(dataset, path, start, end, graph)


def _along(
    dataset: Dataset, paths: tuple[Path, ...], start: Term | None, end: Term | None, graph: Term | None
) -> Iterator[Walk]:
    if len(paths) == 1:
        yield from walks(dataset, paths[0], start, end, graph)
    elif start is None and end is not None:  # from the end that is known
        for middle, last, triples in walks(dataset, paths[-1], None, end, graph):
            for first, _, before in _along(dataset, paths[:-1], None, middle, graph):
                yield first, last, (*before, *triples)
    else:
        for first, middle, triples in walks(dataset, paths[0], start, None, graph):
            for _, last, after in _along(dataset, paths[1:], middle, end, graph):
                yield first, last, (*triples, *after)


def _but(dataset: Dataset, path: Negated, start: Term | None, end: Term | None, graph: Term | None) -> Iterator[Walk]:
    if path.forward or not path.inverse:
        for triple in dataset.triples(start, None, end, graph):
            if triple.predicate not in path.forward:
                yield triple.subject, triple.object, (triple,)
    if path.inverse:
        for triple in dataset.triples(end, None, start, graph):
            if triple.predicate not in path.inverse:
                yield triple.object, triple.subject, (triple,)


def _repeated(
    dataset: Dataset, path: Repeated, start: Term | None, end: Term | None, graph: Term | None
) -> Iterator[Walk]:
    if start is None and end is None:
        raise TooMuchError
    backward = start is None
    origin = cast("ox.NamedNode", end if backward else start)
    target = None if backward else end
    if path.least == 0 and target in (None, origin):
        yield origin, origin, ()
    if path.least == 0 and target == origin:
        return
    seen: set[Term] = {origin} if path.least == 0 else set()
    queue: deque[tuple[Term, tuple[ox.Triple, ...]]] = deque([(origin, ())])
    while queue:
        node, before = queue.popleft()
        step = walks(dataset, path.path, None if backward else node, node if backward else None, graph)
        for first, last, triples in step:
            reached = first if backward else last
            if reached in seen:
                continue
            seen.add(reached)
            walk = (*triples, *before) if backward else (*before, *triples)
            if target in (None, reached):
                yield (reached, origin, walk) if backward else (origin, reached, walk)
            if reached == target:
                return
            if not path.once:
                queue.append((reached, walk))
