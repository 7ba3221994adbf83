"""Which of the labels that fit a search fit it best: a total order, and one label for each thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_service.language_tags import best_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Candidate", "name_of", "rank"]


class Candidate(NamedTuple):
    """A label that fits a search.

    thing, rank   number of what it names, and how much it is its name: the lower the more
    score         of its words (BM25: the lower the better); 0 where it begins as the search does
    """

    thing: int
    text: str
    language: str
    rank: int
    folded: str
    score: float


def rank(found: Iterable[Candidate], folded: str, literal: str, languages: Sequence[str]) -> list[Candidate]:
    """Return the best label of each thing, the best first.

    folded, literal   the search, folded and but in lower case
    First what is called so, then what begins so, then what has all the words, then what has them in other forms, by
    score. Of equals one that is spelled as the search is comes first, then one in a language of the reader's, then the
    shorter.
    """
    places, words = _places(languages), folded.split()

    def order(each: Candidate) -> tuple[int, float, bool, int, int, int, str, int]:
        tier = 0 if each.folded == folded else 1 if each.folded.startswith(folded) else 2 if has_all(each.folded) else 3
        score = round(each.score, 3) if tier > 1 else 0.0
        return (
            tier, score, literal not in each.text.casefold(), _place(each.language, places), len(each.text), each.rank,
            each.text, each.thing,
        )  # fmt: skip

    def has_all(label: str) -> bool:
        own = f" {label}"
        return all(f" {word} " in f"{own} " for word in words[:-1]) and all(f" {word}" in own for word in words[-1:])

    best: dict[int, tuple[tuple[object, ...], Candidate]] = {}
    for each in found:
        key = order(each)
        if each.thing not in best or key < best[each.thing][0]:
            best[each.thing] = key, each
    return [each for _, each in sorted(best.values(), key=lambda pair: pair[0])]


def name_of(labels: Iterable[Candidate], languages: Sequence[str]) -> str:
    """Return which of a thing's labels a reader of these languages should see: their own language, then its name."""
    known = list(labels)
    tag = best_tag({each.language for each in known}, languages)
    fitting = (each for each in known if each.language == tag)
    return min(fitting, key=lambda each: (each.rank, len(each.text), each.text)).text


def _places(languages: Sequence[str]) -> dict[str, int]:
    return {language.lower(): place for place, language in reversed([*enumerate(languages)])}


def _place(language: str, places: dict[str, int]) -> int:
    """Return where the reader's languages have this one, or what it is a kind of; then the language of none."""
    tag = language.lower()
    while tag and tag not in places:
        tag = tag.rpartition("-")[0]
    return places[tag] if tag else len(places) + bool(language)
