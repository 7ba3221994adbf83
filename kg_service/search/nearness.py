"""Words that were probably meant where none is written so; pure, knows words and labels, no index."""

from __future__ import annotations

from itertools import combinations, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg_service.search.ranking import Candidate

__all__ = ["closest", "distance", "near_words", "selections"]

#: Of a word's neighbours so many are looked for.
_NEIGHBOURS = 8
#: From so many letters on a word may differ in one, in two.
_ONE, _TWO = 3, 6


def near_words(word: str, known: Iterable[str]) -> dict[str, int]:
    """Return the known words that differ from one in a letter or two, the closest first, and in how many.

    >>> near_words("dubing", ["during", "dubbing", "subbing", "other"])
    {'dubbing': 1, 'during': 1, 'subbing': 2}
    """
    most = (len(word) >= _ONE) + (len(word) >= _TWO)
    close = ((distance(word, each, most), each) for each in known if most and abs(len(each) - len(word)) <= most)
    fitting = (pair for pair in close if pair[0] <= most)
    found = sorted(fitting, key=lambda pair: (pair[0], -_shared(word, pair[1]), pair[1]))
    return {each: steps for steps, each in found[:_NEIGHBOURS]}


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters are to be added, taken out, put for others or exchanged with the next; at most + 1.

    >>> distance("turkei", "turkie", 2), distance("kitten", "sitting", 2)
    (1, 3)
    """
    earlier: list[int] = []
    before: list[int] = []
    row: list[int] = [*range(len(other) + 1)]
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def selections(words: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
    """Yield which of the words a label should have, by rising modesty: all, then all but one, then one alone.

    >>> [*selections(["a", "b", "c"])][:2]
    [[('a', 'b', 'c')], [('a', 'b'), ('a', 'c'), ('b', 'c')]]
    """
    for count in dict.fromkeys((len(words), len(words) - 1, 1)):
        if count > 0:
            yield list(combinations(words, count))


def closest(found: Iterable[Candidate], forms: Mapping[str, Mapping[str, int]]) -> list[Candidate]:
    """Return the closest label of each thing, the closest first: that which has most of the words, least changed.

    forms   word of the search → words that it may stand for, the closest first, and in how many letters they differ
    """
    best: dict[int, tuple[tuple[object, ...], Candidate]] = {}
    for each in found:
        places = [_place(word, near, each.folded) for word, near in forms.items()]
        fitting = [place for place in places if place is not None]
        steps, shared = (sum(place[part] for place in fitting) for part in (0, 1))
        key = (-len(fitting), steps, -shared, len(each.text), each.rank, each.text, each.thing)
        if each.thing not in best or key < best[each.thing][0]:
            best[each.thing] = key, each
    return [each for _, each in sorted(best.values(), key=lambda pair: pair[0])]


def _place(word: str, near: Mapping[str, int], label: str) -> tuple[int, int] | None:
    """Return in how many letters the closest word of a label differs, and how many it shares from the first on."""
    own = label.split()
    for form, steps in near.items():
        if form in own or (not steps and f" {form}" in f" {label}"):
            return steps, _shared(word, form)
    return None


def _shared(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
