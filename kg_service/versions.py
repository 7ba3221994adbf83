"""The two fingerprints of a data set: of its files (names caches) and of its quads (the version people cite)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyoxigraph as ox

__all__ = [
    "cache_folder",
    "dataset_hash",
    "read_cached",
    "remembered_fingerprint",
    "source_fingerprint",
    "write_cached",
]

#: Quads sorted at once.
_RUN = 250_000
_DIGITS = re.compile(r"[0-9a-f]{64}")
_SETTLED_NS = 2_000_000_000


def source_fingerprint(files: Iterable[tuple[str, Path]]) -> str:
    """Return 64 hex digits over names and bytes of the files and the program's version."""
    digest = hashlib.sha256(f"kg-service {__version__}\n".encode())
    for name, path in sorted(files):
        with path.open("rb") as stream:
            found, size = hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()
        line = f"{name}\0{size}\0{found}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def remembered_fingerprint(files: Sequence[tuple[str, Path]]) -> str:
    """Return the source fingerprint; where names, sizes and times of all files are as before, without reading them.

    Two data sets that differ have not the same sizes and times, unless somebody makes it so.
    """
    seen = [(name, str(path.resolve()), status.st_size, status.st_mtime_ns)
            for name, path in files for status in [path.stat()]]  # fmt: skip
    key = hashlib.sha256(repr((__version__, seen)).encode("utf-8", "surrogateescape")).hexdigest()
    memory = cache_folder() / "fingerprints" / key
    with contextlib.suppress(OSError, UnicodeDecodeError):
        known = memory.read_text("ascii")
        if _DIGITS.fullmatch(known):
            return known
    newest = max((stamp for *_, stamp in seen), default=0)
    found = source_fingerprint(files)
    if time.time_ns() - newest > _SETTLED_NS:  # what was written this moment may be written again in the same tick
        with contextlib.suppress(OSError):
            memory.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=memory.parent, delete=False) as stream:
                stream.write(found)
            Path(stream.name).replace(memory)
    return found


def dataset_hash(quads: Iterable[ox.Quad]) -> str:
    """Return 64 hex digits that name the set of quads, whatever their order, files or blank node labels.

    The SHA-256 of the canonical N-Quads document (RDF Dataset Canonicalization 1.0).
    """
    from kg_service.canonical import Canonical  # noqa: PLC0415 - the engine is not loaded by what only negotiates

    document = Canonical()
    remaining = iter(quads)
    for first in remaining:
        document.add(chain([first], islice(remaining, _RUN - 1)))
    digest = hashlib.sha256()
    for line in document.lines():
        digest.update(line)
    return digest.hexdigest()


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
