"""Numbers by name that several processes keep together: each writes its own part of memory, and all read every part.

A part outlives its process, so that sums of what was counted never fall when a process is started again.
"""

from __future__ import annotations

import json
import mmap

__all__ = ["Tally"]

#: Bytes of a part for names and for numbers.
_NAMES, _NUMBERS = 65_536, 196_608
_PART = _NAMES + _NUMBERS
#: Numbers at the start that stand for every row for which there was no room.
_OVERFLOW = 16


class Tally:
    """The parts of all processes, of which one is this process's own.

    numbers   of the own part; a row's place in them is what `row` returns
    """

    def __init__(self, parts: int = 1) -> None:
        self._memory = memoryview(mmap.mmap(-1, parts * _PART))
        self.take(0)

    def take(self, part: int) -> None:
        """Make a part this process's own, with the rows that it has already."""
        self._names = self._memory[part * _PART : part * _PART + _NAMES]
        self.numbers = self._memory[part * _PART + _NAMES : (part + 1) * _PART].cast("d")
        self._places = {name: place for name, place, _ in self._rows(part)}
        self._written = self._text(part).rindex(b"\n") + 1 if self._places else 0
        self._next = max((place + width for _, place, width in self._rows(part)), default=_OVERFLOW)

    def row(self, *name: str, width: int = 1) -> int:
        """Return the place of a row's first number, and make the row where there is none yet."""
        place = self._places.get(name)
        if place is None:
            line = json.dumps([width, *name]).encode()
            if self._written + len(line) + 2 > _NAMES or self._next + width > len(self.numbers):
                place = 0
            else:
                end = self._written + len(line)
                self._names[self._written : end] = line
                self._names[end : end + 1] = b"\n"  # last: a line without its end is not read
                place, self._next, self._written = self._next, self._next + width, end + 1
            self._places[name] = place
        return place

    def sums(self) -> dict[tuple[str, ...], list[float]]:
        """Return each row's numbers, added up over all parts."""
        found: dict[tuple[str, ...], list[float]] = {}
        for part in range(len(self._memory) // _PART):
            numbers = self._memory[part * _PART + _NAMES : (part + 1) * _PART].cast("d")
            for name, place, width in self._rows(part):
                values = [float(number) for number in numbers[place : place + width]]
                before = found.get(name)
                found[name] = [a + b for a, b in zip(before, values, strict=True)] if before else values
        return found

    def clear(self, part: int, kinds: frozenset[str]) -> None:
        """Set the rows of a part to zero whose name begins with one of these."""
        numbers = self._memory[part * _PART + _NAMES : (part + 1) * _PART].cast("d")
        for name, place, width in self._rows(part):
            for each in range(place, place + width) if name[0] in kinds else ():
                numbers[each] = 0

    def _text(self, part: int) -> bytes:
        return bytes(self._memory[part * _PART : part * _PART + _NAMES]).partition(b"\0")[0]

    def _rows(self, part: int) -> list[tuple[tuple[str, ...], int, int]]:
        """Return name, place and width of each row of a part."""
        found, place = [], _OVERFLOW
        for line in self._text(part).split(b"\n")[:-1]:
            width, *name = json.loads(line)
            found.append((tuple(name), place, width))
            place += width
        return found
