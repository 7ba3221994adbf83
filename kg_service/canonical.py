"""The canonical N-Quads document of a data set: sorted lines, blank nodes named by RDF Dataset Canonicalization 1.0."""

from __future__ import annotations

import heapq
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.terms import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Canonical"]


class Canonical:
    """A document in the making: quads come chunk by chunk, lines leave in order.

    spill      folder for sorted runs of lines, where they are too many for memory
    nameless   the lines with blank nodes, once `lines` was called
    Only quads with blank nodes are canonicalised together: no other has a part in the names of blank nodes (§4.6).
    """

    def __init__(self, spill: Path | None = None) -> None:
        self._spill = spill
        self._runs: list[Iterable[bytes]] = []
        self._unnamed = ox.Dataset()
        self.nameless: frozenset[bytes] = frozenset()

    def add(self, chunk: Iterable[ox.Quad]) -> bytes:
        """Take a chunk and return it as N-Quads; a blank node has the same label in all chunks."""
        text = to_bytes(chunk, ox.RdfFormat.N_QUADS)
        lines = set(text.splitlines(keepends=True))
        if b"_:" in text:  # within a literal it is only text
            unnamed = {line for line in lines if b"_:" in line and self._take(line)}
            lines -= unnamed
        self._keep(sorted(lines))
        return text

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the document, each once."""
        self._unnamed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        named = sorted(set(to_bytes(self._unnamed, ox.RdfFormat.N_QUADS).splitlines(keepends=True)))
        self.nameless = frozenset(named)
        return (line for line, _ in groupby(heapq.merge(*self._runs, named)))

    def _take(self, line: bytes) -> bool:
        """Put a quad aside, where it has a blank node."""
        [quad] = ox.parse(line, format=ox.RdfFormat.N_QUADS)
        is_unnamed = isinstance(quad, ox.Quad) and any(map(_is_nameless, (quad.subject, quad.object, quad.graph_name)))
        if is_unnamed:
            self._unnamed.add(quad)
        return is_unnamed

    def _keep(self, lines: list[bytes]) -> None:
        if self._spill is None:
            self._runs.append(lines)
        else:
            path = self._spill / f"lines-{len(self._runs)}"
            path.write_bytes(b"".join(lines))
            self._runs.append(_lines(path))


def _is_nameless(term: object) -> bool:
    if isinstance(term, ox.Triple):
        return _is_nameless(term.subject) or _is_nameless(term.object)
    return isinstance(term, ox.BlankNode)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from stream
    path.unlink()
