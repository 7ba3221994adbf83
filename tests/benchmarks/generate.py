"""Make a film-cooperation graph of any size, in the vocabulary of the data set.

    generate.py 1000000 > file.nt                       one graph, as N-Triples
    generate.py 1000000 --format nq|trig|ttl > file     with each passage's statements in its own named graph
    generate.py 1000000 --folder DIR --files 8          a folder of the layout, its data in so many TriG files

Seeded: the same size gives the same bytes. It streams, so memory does not grow with the size.
Themes, countries and fields are skewed as in life; labels have four languages; each memorandum is stated in
passages, each passage is a named graph, and a third of the statements is made by two of them.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parent.parent.parent
BASE = "https://w3id.org/film-memoranda/"
FM = f"{BASE}ns#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
BROADER = "<http://www.w3.org/2004/02/skos/core#broader>"
PART_OF = "<http://purl.org/dc/terms/isPartOf>"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
LANGUAGES = {"en": "Memorandum", "ru": "Меморандум", "kk": "Меморандум", "ar": "مذكرة"}
COUNTRIES, FIELDS, PASSAGES = 60, 40, 3
Quad = tuple[str, str, str, str]


def quads(count: int, *, seed: int = 7) -> Iterator[Quad]:
    """Yield at least `count` quads, terms as N-Triples writes them; the last document is whole."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    made = 0
    for quad in reference():
        made += 1
        yield quad
    number = 0
    while made < count:
        for quad in document(chance, number):
            made += 1
            yield quad
        number += 1


def reference() -> Iterator[Quad]:
    """Yield the countries and the fields of cooperation."""
    for number in range(COUNTRIES):
        yield from thing(f"country/b{number}", "Country", number, "graph/reference/countries")
    for number in range(FIELDS):
        field = f"<{BASE}field/b{number}>"
        yield field, RDF_TYPE, f"<{FM}Field>", iri("graph/vocabulary")
        if number:
            yield field, BROADER, f"<{BASE}field/b{number // 3}>", iri("graph/vocabulary")


def document(chance: random.Random, number: int) -> Iterator[Quad]:
    """Yield one source document: an agency, a memorandum, and the passages that state it."""
    agency, memorandum = f"id/agency/b{number}", f"id/memorandum/b{number}"
    source = f"source/b{number}"
    yield from thing(f"agency/b{number}", "Agency", number, "graph/labels")
    yield from thing(f"memorandum/b{number}", "Memorandum", number, "graph/labels")
    country = iri(f"id/country/b{skewed(chance, COUNTRIES)}")
    other = iri(f"id/agency/b{chance.randrange(number + 1)}")
    fields = sorted({skewed(chance, FIELDS) for _ in range(chance.randint(1, 4))})
    stated = [
        (iri(agency), f"<{FM}country>", country),
        (iri(memorandum), f"<{FM}party>", iri(agency)),
        (iri(memorandum), f"<{FM}party>", other),
        *((iri(memorandum), f"<{FM}coversField>", f"<{BASE}field/b{field}>") for field in fields),
    ]
    for passage in range(PASSAGES):
        graph = f"<{BASE}{source}#s{passage}>"
        for position, statement in enumerate(stated):
            if position % PASSAGES in (passage, (passage + 1) % PASSAGES if position % 3 == 0 else passage):
                yield *statement, graph
    for passage in range(PASSAGES):
        node, provenance = f"<{BASE}{source}#s{passage}>", iri("graph/provenance")
        start = chance.randrange(5000)
        yield node, RDF_TYPE, f"<{FM}Passage>", provenance
        yield node, PART_OF, iri(source), provenance
        yield node, "<http://www.w3.org/ns/oa#start>", f'"{start}"^^<{INTEGER}>', provenance
        yield node, "<http://www.w3.org/ns/oa#end>", f'"{start + 120}"^^<{INTEGER}>', provenance
        yield node, f"<{FM}gloss>", f'"What passage {passage} of document {number} says, in our words."@en', provenance


def thing(path: str, class_: str, number: int, graph: str) -> Iterator[Quad]:
    """Yield a thing's type and its labels in four languages."""
    node = iri(f"id/{path}")
    yield node, RDF_TYPE, f"<{FM}{class_}>", iri(graph)
    for language, word in LANGUAGES.items():
        name = word if class_ == "Memorandum" else class_
        yield node, LABEL, f'"{name} {number} {language}"@{language}', iri(graph)


def iri(path: str) -> str:
    """Return an IRI of the data set."""
    return f"<{BASE}{path}>"


def skewed(chance: random.Random, size: int) -> int:
    """Return a number below `size`, small ones far more often."""
    return int(size * chance.random() ** 3)


def triples(count: int) -> Iterator[str]:
    """Yield about `count` triples as N-Triples lines."""
    return (f"{s} {p} {o} ." for s, p, o, _ in quads(count))


def write_lines(statements: Iterable[Quad], sink: TextIO, *, graphs: bool) -> None:
    """Write N-Quads, or N-Triples without graphs."""
    sink.writelines(f"{s} {p} {o} {g} .\n" if graphs else f"{s} {p} {o} .\n" for s, p, o, g in statements)


def write_blocks(statements: Iterable[Quad], sink: TextIO, *, graphs: bool) -> None:
    """Write TriG, a block for each run of statements of one graph, or Turtle; subjects are grouped as they come."""
    sink.write(f"@prefix fm: <{FM}> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n")
    for graph, block in groupby(statements, key=lambda each: each[3]):
        sink.write(f"{graph} {{\n" if graphs else "\n")
        for subject, about in groupby(block, key=lambda each: each[0]):
            lines = " ;\n".join(f"    {short(p)} {short(o)}" for _, p, o, _ in about)
            sink.write(f"{subject}\n{lines} .\n")
        sink.write("}\n" if graphs else "")


def short(term: str) -> str:
    """Return a term with its prefix."""
    if term == RDF_TYPE:
        return "a"
    if term.startswith(f"<{FM}"):
        return f"fm:{term[len(FM) + 1 : -1]}"
    return "rdfs:label" if term == LABEL else term


FORMATS: dict[str, Callable[[Iterable[Quad], TextIO], None]] = {
    "nt": lambda statements, sink: write_lines(statements, sink, graphs=False),
    "nq": lambda statements, sink: write_lines(statements, sink, graphs=True),
    "ttl": lambda statements, sink: write_blocks(statements, sink, graphs=False),
    "trig": lambda statements, sink: write_blocks(statements, sink, graphs=True),
}


def write_folder(count: int, folder: Path, files: int, format_name: str) -> None:
    """Make a folder of the layout: the project's ontology and questions, and generated data in so many files."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    data = folder / "data"
    (data / "sources").mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "data" / "catalog.ttl", data / "catalog.ttl")
    statements = quads(count)
    for number in range(files):
        with (data / "sources" / f"part-{number:03}.{format_name}").open("w", encoding="utf-8") as sink:
            FORMATS[format_name](share(statements, -(-count // files)), sink)


def share(statements: Iterator[Quad], size: int) -> Iterator[Quad]:
    """Yield the next so many statements, or those that are left."""
    for _, statement in zip(range(size), statements, strict=False):
        yield statement


def main() -> None:
    """Write what the command line asks for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("count", type=int, help="quads, at least")
    options.add_argument("--format", choices=[*FORMATS], default=None)
    options.add_argument("--folder", type=Path)
    options.add_argument("--files", type=int, default=4)
    chosen = options.parse_args()
    if chosen.folder:
        write_folder(chosen.count, chosen.folder, chosen.files, chosen.format or "trig")
    else:
        FORMATS[chosen.format or "nt"](quads(chosen.count), sys.stdout)


if __name__ == "__main__":
    main()
