"""Make a film-cooperation graph of any size, in the vocabulary of the data set: `generate.py TRIPLES > file.nt`.

Seeded: the same size gives the same bytes. Themes and countries are skewed, as in life; labels have languages.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://w3id.org/film-memoranda/"
FM = f"{BASE}ns#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
BROADER = "<http://www.w3.org/2004/02/skos/core#broader>"
LANGUAGES = ("en", "ru", "kk", "ar")


def triples(count: int, *, seed: int = 7) -> Iterator[str]:
    """Yield about `count` triples as N-Triples lines."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    countries, fields = 60, 40
    for number in range(countries):
        yield from thing(f"country/b{number}", "Country", f"Country {number}")
    for number in range(fields):
        yield f"<{BASE}field/b{number}> {RDF_TYPE} <{FM}Field> ."
        if number:
            yield f"<{BASE}field/b{number}> {BROADER} <{BASE}field/b{number // 3}> ."
    made, number = countries * 5 + fields * 2, 0
    while made < count:
        agency, memorandum = f"agency/b{number}", f"memorandum/b{number}"
        yield from thing(agency, "Agency", f"Agency {number}")
        yield f"<{BASE}id/{agency}> <{FM}country> <{BASE}id/country/b{skewed(chance, countries)}> ."
        yield from thing(memorandum, "Memorandum", f"Memorandum {number}")
        other = chance.randrange(number + 1)
        yield f"<{BASE}id/{memorandum}> <{FM}party> <{BASE}id/{agency}> ."
        yield f"<{BASE}id/{memorandum}> <{FM}party> <{BASE}id/agency/b{other}> ."
        covered = {skewed(chance, fields) for _ in range(chance.randint(1, 4))}
        for field in sorted(covered):
            yield f"<{BASE}id/{memorandum}> <{FM}coversField> <{BASE}field/b{field}> ."
        made += 13 + len(covered)
        number += 1


def thing(path: str, class_: str, name: str) -> Iterator[str]:
    """Yield a thing's type and its labels in four languages."""
    yield f"<{BASE}id/{path}> {RDF_TYPE} <{FM}{class_}> ."
    for language in LANGUAGES:
        yield f'<{BASE}id/{path}> {LABEL} "{name} {language}"@{language} .'


def skewed(chance: random.Random, size: int) -> int:
    """Return a number below `size`, small ones far more often."""
    return int(size * chance.random() ** 3)


if __name__ == "__main__":
    for line in triples(int(sys.argv[1])):
        sys.stdout.write(line + "\n")
