"""THE table of formats: what each is called, what it can carry; negotiation, links and files derive from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec

__all__ = ["FORMATS", "Format", "Kind", "by_extension", "named", "offered"]


class Kind(StrEnum):
    """What a result is; one query form gives exactly one kind."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    TRIPLES = "triples"
    QUADS = "quads"


@dataclass(frozen=True, slots=True)
class Format:
    """One row: a way to write results.

    name        short name, as in `?format=ttl`; also the file extension
    media_type  as sent in Content-Type, without charset
    title       for people
    kinds       the kinds of result it can carry
    also        further media types that clients ask for and that the same bytes may be called
    aliases     further short names
    charset     "utf-8" for text types, whose default would be another one
    w3c         its name under http://www.w3.org/ns/formats/, where it has one
    needs       module without which it cannot be written; it is then not offered
    """

    name: str
    media_type: str
    title: str
    kinds: frozenset[Kind]
    also: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    charset: str = ""
    w3c: str = ""
    needs: str = ""

    def content_type(self, media_type: str | None = None) -> str:
        """Return the Content-Type value, under the name the client asked for."""
        name = media_type or self.media_type
        return f"{name}; charset={self.charset}" if self.charset else name


_RESULTS = frozenset({Kind.SOLUTIONS, Kind.BOOLEAN})
_SOLUTIONS = frozenset({Kind.SOLUTIONS})
_GRAPHS = frozenset({Kind.TRIPLES})
_DATASETS = frozenset({Kind.TRIPLES, Kind.QUADS})

#: In the server's order of preference, within each kind.
FORMATS: tuple[Format, ...] = (
    Format(
        "json", "application/sparql-results+json", "SPARQL results JSON", _RESULTS,
        also=("application/json",), aliases=("srj",), w3c="SPARQL_Results_JSON",
    ),
    Format(
        "xml", "application/sparql-results+xml", "SPARQL results XML", _RESULTS,
        also=("application/xml", "text/xml"), aliases=("srx",), w3c="SPARQL_Results_XML",
    ),
    Format("csv", "text/csv", "CSV", _RESULTS, charset="utf-8", w3c="SPARQL_Results_CSV"),
    Format("tsv", "text/tab-separated-values", "TSV", _RESULTS, charset="utf-8", w3c="SPARQL_Results_TSV"),
    Format(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook", _SOLUTIONS,
        aliases=("excel",),
    ),
    Format(
        "parquet", "application/vnd.apache.parquet", "Parquet", _SOLUTIONS,
        also=("application/x-parquet",), needs="pyarrow",
    ),
    Format("html", "text/html", "page", _RESULTS, also=("application/xhtml+xml",), charset="utf-8"),
    Format(
        "ttl", "text/turtle", "Turtle", _GRAPHS,
        also=("application/x-turtle",), aliases=("turtle",), charset="utf-8", w3c="Turtle",
    ),
    Format(
        "nt", "application/n-triples", "N-Triples", _GRAPHS,
        also=("text/plain",), aliases=("ntriples", "n-triples"), w3c="N-Triples",
    ),
    Format(
        "rdf", "application/rdf+xml", "RDF/XML", _GRAPHS,
        also=("application/xml", "text/xml"), aliases=("rdfxml", "xml", "owl"), w3c="RDF_XML",
    ),
    Format("trig", "application/trig", "TriG", _DATASETS, also=("application/x-trig",), w3c="TriG"),
    Format(
        "nq", "application/n-quads", "N-Quads", _DATASETS,
        also=("text/x-nquads",), aliases=("nquads", "n-quads"), w3c="N-Quads",
    ),
    Format(
        "jsonld", "application/ld+json", "JSON-LD", _DATASETS,
        also=("application/json",), aliases=("json-ld", "json"), w3c="JSON-LD",
    ),
)  # fmt: skip


@cache
def offered(kind: Kind) -> tuple[Format, ...]:
    """Return the formats that can carry a result of this kind in this installation, best first."""
    return tuple(row for row in FORMATS if kind in row.kinds and not (row.needs and find_spec(row.needs) is None))


def named(name: str, kind: Kind) -> Format | None:
    """Return the format called `name` (short name, alias or media type) for this kind, or None."""
    wanted = name.strip().lower()
    for row in offered(kind):
        if wanted in (row.name, row.media_type):
            return row
    for row in offered(kind):
        if wanted in row.aliases or wanted in row.also:
            return row
    return None


def by_extension(extension: str) -> Format | None:
    """Return the RDF format of a file or address that ends in `.extension`, or None."""
    return next((row for row in FORMATS if row.name == extension and Kind.TRIPLES in row.kinds), None)
