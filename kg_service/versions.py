"""The two fingerprints of a data set: of its files (names caches) and of its quads (the version people cite)."""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

__all__ = ["cache_folder", "dataset_hash", "read_cached", "source_fingerprint", "write_cached"]

#: Quads sorted in memory at once.
_RUN = 500_000


def source_fingerprint(files: Iterable[tuple[str, Path]]) -> str:
    """Return 64 hex digits over names and bytes of the files and the program's version."""
    digest = hashlib.sha256(f"kg-service {__version__}\n".encode())
    for name, path in sorted(files):
        content = path.read_bytes()
        line = f"{name}\0{len(content)}\0{hashlib.sha256(content).hexdigest()}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def dataset_hash(quads: Iterable[ox.Quad], spill: Path | None = None) -> str:
    """Return 64 hex digits that name the set of quads, whatever their order, files or blank node labels.

    The SHA-256 of the canonical N-Quads document (RDF Dataset Canonicalization 1.0). Only quads with blank nodes
    are canonicalised together: no other has a part in the names of blank nodes (§4.6).
    spill   folder for sorted runs of lines, where the quads are too many for memory
    """
    import pyoxigraph as ox  # noqa: PLC0415 - the engine is never loaded by a process that only negotiates

    from kg_service.terms import to_bytes  # noqa: PLC0415 - the same

    nameless = ox.Dataset()
    runs: list[Iterable[bytes]] = []

    def is_nameless(term: object) -> bool:
        if isinstance(term, ox.Triple):
            return is_nameless(term.subject) or is_nameless(term.object)
        return isinstance(term, ox.BlankNode)

    def run(chunk: Iterable[ox.Quad]) -> None:
        lines = sorted(set(to_bytes(chunk, ox.RdfFormat.N_QUADS).splitlines(keepends=True)))
        if spill is None:
            runs.append(lines)
        else:
            path = spill / f"lines-{len(runs)}"
            path.write_bytes(b"".join(lines))
            runs.append(_lines(path))

    named: list[ox.Quad] = []
    for quad in quads:
        if any(map(is_nameless, (quad.subject, quad.object, quad.graph_name))):
            nameless.add(quad)
        else:
            named.append(quad)
            if len(named) == _RUN:
                run(named)
                named.clear()
    nameless.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    run([*named, *nameless])
    digest, before = hashlib.sha256(), b""
    for line in heapq.merge(*runs):
        if line != before:
            digest.update(line)
        before = line
    return digest.hexdigest()


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from stream
    path.unlink()


def read_cached(fingerprint: str, name: str) -> dict[str, Any] | None:
    """Return what was cached under a source fingerprint, or None."""
    try:
        content = json.loads((cache_folder() / fingerprint / name).read_text("utf-8"))
    except (OSError, RecursionError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def write_cached(fingerprint: str, name: str, content: dict[str, Any]) -> None:
    """Cache JSON whole or not at all; a cache that cannot be written only costs time."""
    path = cache_folder() / fingerprint / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
        Path(temporary).replace(path)
    except OSError:
        return


def cache_folder() -> Path:
    """Return the folder of the user's cache that is this program's."""
    import platformdirs  # noqa: PLC0415 - only needed where something is cached

    return platformdirs.user_cache_path("kg-service", appauthor=False)
