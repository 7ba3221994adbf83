"""SHACL property paths (§2.3.1), as results write them, walked over the statements of files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyoxigraph as ox

__all__ = ["End", "Path", "Walk", "iris_of", "read_path"]

_TOKEN = re.compile(r"<([^<>]*)>|([()^*+?/|])")
Spot = tuple[int, int]
#: A node that a path reaches, the statement it reaches it by, and whether the node is that statement's object.
End = tuple[object, Spot | None, bool]
Links = dict[tuple[str, object], list[Spot]]


@dataclass(frozen=True, slots=True)
class Path:
    """A path: an IRI, or an operator of the property paths of SPARQL (§9.1) over parts."""

    operator: str
    iri: str = ""
    parts: tuple[Path, ...] = ()


def read_path(text: str) -> Path | None:
    """Read what a result holds as its path: an IRI as it is, or a property path over IRIs in angle brackets."""
    if not text:
        return None
    if "<" not in text:
        return Path("iri", text)
    tokens = [match[1] if match[1] is not None else match[2] for match in _TOKEN.finditer(text)]
    kinds = ["iri" if match[1] is not None else "mark" for match in _TOKEN.finditer(text)]
    return _Reader(tokens, kinds).alternatives()


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    kinds: list[str]
    place: int = 0

    def alternatives(self) -> Path:
        return self._joined("|", self.sequence)

    def sequence(self) -> Path:
        return self._joined("/", self.step)

    def _joined(self, mark: str, part: Callable[[], Path]) -> Path:
        parts = [part()]
        while self._next(mark):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(mark, parts=tuple(parts))

    def step(self) -> Path:
        if self._next("^"):
            return Path("^", parts=(self.step(),))
        if self._next("("):
            found = self.alternatives()
            self._next(")")
        else:
            found = Path("iri", self.tokens[self.place])
            self.place += 1
        for mark in "*+?":
            if self._next(mark):
                found = Path(mark, parts=(found,))
        return found

    def _next(self, mark: str) -> bool:
        here = self.place < len(self.tokens) and self.kinds[self.place] == "mark" and self.tokens[self.place] == mark
        self.place += here
        return here


def iris_of(path: Path) -> set[str]:
    """Return the IRIs that a path names."""
    return {path.iri} - {""} | {iri for part in path.parts for iri in iris_of(part)}


@dataclass(slots=True)
class Walk:
    """The statements that paths are walked over: by predicate and subject, and by predicate and object."""

    quad: Callable[[Spot], ox.Quad]
    forward: Links = field(default_factory=dict)
    backward: Links = field(default_factory=dict)

    def ends(self, path: Path, node: object, *, inverse: bool = False) -> Iterator[End]:
        """Yield each end of a path from a node, in the order of the statements; a node reached twice comes twice."""
        match path.operator:
            case "iri":
                links = self.backward if inverse else self.forward
                for spot in links.get((path.iri, node), ()):
                    quad = self.quad(spot)
                    yield (quad.subject if inverse else quad.object), spot, not inverse
            case "^":
                yield from self.ends(path.parts[0], node, inverse=not inverse)
            case "|":
                for part in path.parts:
                    yield from self.ends(part, node, inverse=inverse)
            case "/":
                yield from self._sequence(path.parts[::-1] if inverse else path.parts, node, inverse=inverse)
            case operator:
                yield from self._repeated(operator, path.parts[0], node, inverse=inverse)

    def _sequence(self, parts: tuple[Path, ...], node: object, *, inverse: bool) -> Iterator[End]:
        if len(parts) == 1:
            yield from self.ends(parts[0], node, inverse=inverse)
            return
        for middle in dict.fromkeys(each[0] for each in self.ends(parts[0], node, inverse=inverse)):
            yield from self._sequence(parts[1:], middle, inverse=inverse)

    def _repeated(self, operator: str, part: Path, node: object, *, inverse: bool) -> Iterator[End]:
        if operator in "*?":
            yield node, None, False
        seen, waiting = {node}, [node]
        while waiting:
            for end in self.ends(part, waiting.pop(0), inverse=inverse):
                yield end
                if end[0] not in seen and operator != "?":
                    seen.add(end[0])
                    waiting.append(end[0])
