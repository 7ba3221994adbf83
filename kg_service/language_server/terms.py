"""The terms of a data set for an editor: label, definition and place of each; knows files, no editor."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import DataSyntaxError
from kg_service.layout import discover
from kg_service.loading import Parsed, parse_file, prefixes_of
from kg_service.namespaces import DCTERMS, RDF, RDFS, SKOS, STANDARD
from kg_service.turtle_scanner import TOKEN
from kg_service.validation.places import SUBJECT, SourceMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg_service.validation.results import Place

__all__ = ["Term", "Terms", "name_at"]

_LABELS = (RDFS + "label", SKOS + "prefLabel")
_DEFINITIONS = (SKOS + "definition", RDFS + "comment", DCTERMS + "description", SKOS + "scopeNote")


@dataclass(slots=True)
class Term:
    """One IRI that the data set describes; labels and definitions by language."""

    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    spot: tuple[int, int] = (0, 0)

    @property
    def kind(self) -> str:
        """class, property or thing."""
        if any(each.endswith("#Class") for each in self.types):
            return "class"
        return "property" if any(each.endswith("Property") for each in self.types) else "thing"


class Terms:
    """All terms of the files that can be parsed; read anew when files change."""

    def __init__(self, folder: Path) -> None:
        contents = []
        for file in discover([folder]):
            try:
                contents.append((file, parse_file(file)))
            except DataSyntaxError:  # what is being edited is often broken; the rest still helps
                continue
        self.prefixes = STANDARD | prefixes_of(contents)
        parsed = [Parsed(file, tuple(quads)) for file, quads in contents if not file.is_prefixes]
        self._map = SourceMap(parsed)
        self.known: dict[str, Term] = {}
        for number, each in enumerate(parsed):
            for position, quad in enumerate(each.quads):
                if isinstance(quad.subject, ox.NamedNode):
                    self._take(quad, (number, position))

    def _take(self, quad: ox.Quad, spot: tuple[int, int]) -> None:
        term = self.known.get(quad.subject.value)  # type: ignore[union-attr]
        if term is None:
            term = self.known[quad.subject.value] = Term(quad.subject.value, spot=spot)  # type: ignore[union-attr]
        predicate, object_ = quad.predicate.value, quad.object
        if predicate == RDF + "type" and isinstance(object_, ox.NamedNode):
            if not term.types:
                term.spot = spot
            term.types.append(object_.value)
        elif isinstance(object_, ox.Literal) and predicate in _LABELS:
            term.labels.setdefault(object_.language or "", object_.value)
        elif isinstance(object_, ox.Literal) and predicate in _DEFINITIONS:
            term.definitions.setdefault(object_.language or "", object_.value)

    def place(self, iri: str) -> Place | None:
        """Return where the data set describes a term: the first line about it where it has a type."""
        term = self.known.get(iri)
        return None if term is None else self._map.place(*term.spot, SUBJECT)

    def in_namespace(self, namespace: str) -> Iterator[tuple[str, Term]]:
        """Yield local name and term of all terms directly in a namespace."""
        for iri, term in self.known.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and not re.search(r"[/#]", local):
                yield local, term


def name_at(line: str, column: int, prefixes: Mapping[str, str]) -> tuple[str, int, int] | None:
    """Return the IRI written around a column (0-based, code points) of a line, and where its name begins and ends."""
    for match in TOKEN.finditer(line):
        if match.start() <= column <= match.end() and match.lastgroup in ("iri", "word"):
            token = match.group()
            if match.lastgroup == "iri":
                return token[1:-1], *match.span()
            prefix, colon, local = token.partition(":")
            if colon and prefix in prefixes:
                return prefixes[prefix] + local.replace("\\", ""), *match.span()
            if token == "a":
                return RDF + "type", *match.span()
    return None
