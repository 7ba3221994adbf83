"""The last report of the same files, shapes, texts and program: an unchanged folder is not validated twice."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from kg_service.layout import discover, query_files, shape_files
from kg_service.validation.results import Report
from kg_service.versions import read_cached, remembered_fingerprint, source_fingerprint, write_cached

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["load", "store"]

_ENGINES = ("pyoxigraph", "pyshacl", "rdflib")
#: Bytes from which on files are not read again while their sizes and times are as before: a service would start late.
_LARGE = 16 * 1024 * 1024


def load(places: Sequence[Path], sources: Path | None = None, shapes: Sequence[Path] = ()) -> Report | None:
    """Return the report that `store` kept for the same bytes, or None. Raises WrongUsage for a place that is none."""
    fingerprint = _fingerprint(places, sources, shapes)
    document = read_cached(fingerprint, _name(shapes)) if fingerprint else None
    try:
        return None if document is None else Report.from_json(document)
    except (AttributeError, KeyError, TypeError, ValueError):  # written by another version, or cut short
        return None


def store(report: Report, places: Sequence[Path], sources: Path | None = None, shapes: Sequence[Path] = ()) -> None:
    """Keep a report with the graph of its results; a cache that cannot be written only costs time."""
    fingerprint = _fingerprint(places, sources, shapes)
    if fingerprint:
        write_cached(fingerprint, _name(shapes), report.as_json() | {"graph": report.graph})


def _fingerprint(places: Sequence[Path], sources: Path | None, shapes: Sequence[Path]) -> str:
    """Return the fingerprint of all that a report depends on; "" where a file cannot be read: the report will tell."""
    try:
        files = [*_inputs(places, sources, shapes)]
        is_large = sum(path.stat().st_size for _, path in files) > _LARGE
        return remembered_fingerprint(files) if is_large else source_fingerprint(files)
    except OSError:
        return ""


def _inputs(places: Sequence[Path], sources: Path | None, shapes: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """List the files, by the names that the report calls them."""
    for file in discover(places):
        yield f"data {file.path} {file.name}", file.path
    for path in query_files(places):
        yield f"query {path}", path
    for file in shape_files(shapes):
        yield f"shapes {file.path}", file.path
    for path in sorted(sources.glob("*.txt")) if sources is not None else ():
        yield f"text {path.name}", path


def _name(shapes: Sequence[Path]) -> str:
    """Name the report after the program that made it: other code, or another engine, may judge otherwise."""
    package = Path(__file__).parent.parent
    files = [(path, path.stat()) for path in sorted(package.rglob("*.py"))]
    made = [(path.name, status.st_size, status.st_mtime_ns) for path, status in files]
    code = hashlib.sha256(repr((made, [_version(each) for each in _ENGINES], bool(shapes))).encode()).hexdigest()
    return f"report-{code[:16]}.json"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
