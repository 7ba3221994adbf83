"""Which file of a data set folder means what: the table from files to named graphs; reads no file's content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kg_service.compressed import plain_name
from kg_service.errors import Problem, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "EXTENSIONS",
    "RESERVED",
    "Role",
    "Signature",
    "SourceFile",
    "discover",
    "is_layout",
    "query_files",
    "rdf_format",
    "shape_files",
    "shown",
    "signature",
]

#: Names, sizes and times of files.
Signature = tuple[tuple[str, int, int], ...]

#: File extension → short name of the RDF format.
EXTENSIONS = {
    ".ttl": "ttl", ".nt": "nt", ".rdf": "rdf", ".owl": "rdf", ".jsonld": "jsonld", ".trig": "trig", ".nq": "nq",
}  # fmt: skip

#: First path segments that belong to the service; no subject of a data set may stand under them.
RESERVED = frozenset(
    {
        *("sparql", "graphs", "page", "data", "queries", "validation", "download", "browse", "about", "search"),
        *("describe", "version", "errors", "robots.txt", "sitemap.xml", "static", "docs", "health", "ready"),
        *("metrics", "mcp", "openapi.json", ".well-known"),
    }
)


@dataclass(frozen=True, slots=True)
class Role:
    """What the files of one place in the folder are.

    graph   name under <base>graph/, None for files that belong to no graph;
            "" for: path under data/ without extension, or as written where the file holds quads
    public  whether its triples are also in the default graph
    """

    pattern: str
    graph: str | None
    public: bool


#: First match wins. Patterns are relative to the data set's folder.
ROLES: tuple[Role, ...] = (
    Role("ontology/prefixes.ttl", None, public=False),
    Role("ontology/alignments.ttl", "alignments", public=False),
    Role("ontology/shapes/**", "shapes", public=False),
    Role("ontology/vocabularies/**", "vocabulary", public=True),
    Role("ontology/**", "ontology", public=True),
    Role("data/**", "", public=True),
)
PLAIN = Role("*", None, public=True)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`%?#]')


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One RDF file: where it is, what it is called in messages, its format and role."""

    path: Path
    name: str
    format: str
    role: Role

    @property
    def graph(self) -> str | None:
        """Name of its graph under <base>graph/, or None."""
        if self.role.graph == "":
            path = plain_name(Path(self.name)).relative_to("data").with_suffix("").as_posix()
            return _NOT_IN_IRI.sub(lambda match: quote(match[0]), path)
        return self.role.graph

    @property
    def base(self) -> str | None:
        """The IRI that relative ones resolve against: where a loose file was read from (RFC 3986 §5.1.3).

        A data set's files have none: what they say does not depend on where the folder lies.
        """
        return self.path.absolute().as_uri() if self.role is PLAIN else None

    @property
    def is_prefixes(self) -> bool:
        """Whether it is the table of prefixes."""
        return self.role is ROLES[0]

    @property
    def is_shapes(self) -> bool:
        """Whether it holds SHACL shapes."""
        return self.role.graph == "shapes"


def discover(places: Iterable[Path]) -> tuple[SourceFile, ...]:
    """List the RDF files of project folders and single files, in a stable order, each once.

    Raises WrongUsage (exit 2) for a place that is neither.
    """
    return _once(found for place in places for found in _of_place(place))


def shape_files(places: Iterable[Path]) -> tuple[SourceFile, ...]:
    """List the files of shapes that are named by hand: files, and folders of any layout. Raises WrongUsage (exit 2)."""
    found: list[SourceFile] = []
    for place in places:
        if place.is_dir() and not is_layout(place):
            inside = [path for path in sorted(place.rglob("*")) if rdf_format(path) and path.is_file()]
            found += [each for path in inside for each in _of_place(path)]
        else:
            found += _of_place(place)
    return _once(found)


def shown(path: Path) -> str:
    """Return how a path is written in messages: from the current folder, where it lies below that."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path).as_posix()


def rdf_format(path: Path) -> str | None:
    """Return the short name of the format that a file's ending stands for, compressed or not; None for another file."""
    return EXTENSIONS.get(plain_name(path).suffix.lower())


def is_layout(place: Path) -> bool:
    """Tell whether a place is a folder of the layout."""
    return (place / "ontology").is_dir() or (place / "data").is_dir()


def query_files(places: Iterable[Path]) -> tuple[Path, ...]:
    """List the named queries of project folders."""
    found = {path.resolve(): path for place in places if place.is_dir() for path in (place / "queries").glob("*.rq")}
    return tuple(sorted(path for path in found.values() if path.is_file()))


def signature(places: Iterable[Path]) -> Signature:
    """Return names, sizes and times of all files, which tell that one has changed; () where one vanishes meanwhile."""
    places, found = list(places), []
    try:
        for path in [*(file.path for file in discover(places)), *query_files(places)]:
            status = path.stat()
            found.append((str(path), status.st_size, status.st_mtime_ns))
    except (OSError, Problem):
        return ()
    return tuple(found)


def _once(files: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """Leave out a file that was named before: its blank nodes would count as others."""
    found: dict[Path, SourceFile] = {}
    for file in files:
        found.setdefault(file.path.resolve(), file)
    return tuple(found.values())


def _of_place(place: Path) -> Iterator[SourceFile]:
    if place.is_file():
        syntax = rdf_format(place)
        if syntax is None:
            known = ", ".join(EXTENSIONS)
            raise WrongUsage(f"{place}: the ending {place.suffix or '(none)'} is no RDF format known here ({known}).")
        yield SourceFile(place, str(place), syntax, PLAIN)
        return
    if not place.is_dir():
        raise WrongUsage(f"{place}: no such file or folder.")
    if not is_layout(place):
        raise WrongUsage(
            f"{place.resolve().name or place}/ has neither ontology/ nor data/: "
            "stand in a data set's folder, or name one with --dataset DIR."
        )
    for folder in ("ontology", "data"):
        for path in sorted((place / folder).rglob("*")):
            syntax = rdf_format(path)
            if syntax is not None and path.is_file() and not path.name.startswith("."):
                relative = path.relative_to(place)
                yield SourceFile(path, relative.as_posix(), syntax, _role(relative))


def _role(relative: Path) -> Role:
    text = relative.as_posix()
    for role in ROLES:
        if text == role.pattern or (role.pattern.endswith("/**") and text.startswith(role.pattern[:-2])):
            return role
    return PLAIN
