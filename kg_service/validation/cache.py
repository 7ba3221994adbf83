"""The last report of the same files, shapes, texts and program: an unchanged folder is not validated twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg_service.layout import EXTENSIONS, discover, query_files
from kg_service.validation.results import Report
from kg_service.versions import read_cached, source_fingerprint, write_cached

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["load", "store"]

_NAME = "report.json"


def load(places: Sequence[Path], sources: Path | None = None, shapes: Sequence[Path] = ()) -> Report | None:
    """Return the report that `store` kept for the same bytes, or None."""
    document = read_cached(_fingerprint(places, sources, shapes), _NAME)
    try:
        return None if document is None else Report.from_json(document)
    except (KeyError, TypeError, ValueError):  # written by another version, or cut short
        return None


def store(report: Report, places: Sequence[Path], sources: Path | None = None, shapes: Sequence[Path] = ()) -> None:
    """Keep a report with the graph of its results; a cache that cannot be written only costs time."""
    write_cached(_fingerprint(places, sources, shapes), _NAME, report.as_json() | {"graph": report.graph})


def _fingerprint(places: Sequence[Path], sources: Path | None, shapes: Sequence[Path]) -> str:
    return source_fingerprint(_inputs(places, sources, shapes))


def _inputs(places: Sequence[Path], sources: Path | None, shapes: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """List all that a report depends on: the files, by the names it calls them, and the code that makes it."""
    for file in discover(places):
        yield f"data {file.path} {file.name}", file.path
    for path in query_files(places):
        yield f"query {path}", path
    for place in shapes:
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in paths:
            if path.suffix in EXTENSIONS:
                yield f"shapes {path}", path
    for path in sorted(sources.glob("*.txt")) if sources is not None else ():
        yield f"text {path.name}", path
    for path in sorted(Path(__file__).parent.glob("*.py")):
        yield f"program {path.name}", path
