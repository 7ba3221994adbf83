"""Snapshots: the data set as an index on disk, named by its source fingerprint, built once and opened by every worker.

A snapshot is built under a temporary name by a process of its own and renamed when it is whole, so that a build
which was killed leaves nothing that is used, and of two builders the first one wins.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from kg_service import __version__
from kg_service.children import child_command, child_environment
from kg_service.errors import DataInvalid, DataSyntaxError, Problem, ToolFailed
from kg_service.layout import discover
from kg_service.versions import cache_folder, source_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyoxigraph as ox

    from kg_service.layout import SourceFile

__all__ = ["FACTS", "INDEX", "Snapshot", "open_snapshot", "source_bytes"]

#: Names inside a snapshot's folder: the engine's index, and what the front process needs to know.
INDEX, FACTS = "index", "facts.json"
_KEPT_DAYS, _DAY_S = 14, 86_400
_BUILDING = ".building-"
_SETTLED_NS = 2_000_000_000


class Snapshot:
    """A snapshot that is whole: its folder, and the facts about the data set in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))

    def open(self) -> ox.Store:
        """Open the index for reading. A process that has done so must not fork: the engine has threads then."""
        import pyoxigraph as ox  # noqa: PLC0415 - only a worker opens it

        with contextlib.suppress(OSError):
            os.utime(self.folder)  # what is used is kept
        return ox.Store.read_only(str(self.folder / INDEX))


def source_bytes(places: Sequence[Path]) -> int:
    """Return how many bytes the files of a data set have together."""
    return sum(file.path.stat().st_size for file in discover(places))


def open_snapshot(places: Sequence[Path], tell: Callable[[str], None] | None = None) -> Snapshot:
    """Return the snapshot of a data set, built now where there is none.

    tell   is given lines on the progress of a build
    Raises what loading raises: DataSyntaxError, DataInvalid (exit 1); ToolFailed where the disk is full or read-only.
    """
    files = discover(places)
    root = cache_folder() / "snapshots"
    folder = root / _fingerprint(files)
    found = _open(folder)
    if found is None:
        _tidy(root, folder)
        _build(places, root, folder, tell)
        found = _open(folder)
        if found is None:
            raise ToolFailed(f"The snapshot in {folder} was removed while it was opened.")
    return found


def _open(folder: Path) -> Snapshot | None:
    try:
        found = Snapshot(folder)
    except (OSError, ValueError):
        return None
    return found


def _build(places: Sequence[Path], root: Path, folder: Path, tell: Callable[[str], None] | None) -> None:
    temporary = root / f"{folder.name}{_BUILDING}{os.getpid()}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
    except OSError as error:
        raise ToolFailed(f"No snapshot can be built in {root}: {error.strerror}.") from error
    try:
        command = child_command("kg_service.bulk", str(temporary), *map(str, places))
        with subprocess.Popen(
            command, env=child_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None  # noqa: S101 - piped above
            assert process.stderr is not None  # noqa: S101 - the same
            failure: dict[str, Any] | None = None
            for line in process.stdout:
                if line.startswith("{"):
                    failure = json.loads(line)
                elif tell is not None:
                    tell(line.rstrip("\n"))
            words = process.stderr.read()
        if failure is not None:
            raise _problem(failure)
        if process.returncode:
            raise ToolFailed(f"The snapshot could not be built: {words.strip()[-500:] or 'its process was ended'}.")
        with contextlib.suppress(OSError):  # another builder was first, and its snapshot is the same
            temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _problem(failure: dict[str, Any]) -> Problem:
    kinds = {kind.slug: kind for kind in (DataSyntaxError, DataInvalid, ToolFailed)}
    kind = kinds.get(failure["slug"], ToolFailed)
    return kind(failure["detail"], line=failure["line"], column=failure["column"], **failure["members"])


def _fingerprint(files: Sequence[SourceFile]) -> str:
    """Return the source fingerprint; where names, sizes and times of all files are as before, without reading them."""
    seen = [(file.name, str(file.path.resolve()), *_stamp(file.path)) for file in files]
    key = hashlib.sha256(repr((__version__, seen)).encode("utf-8", "surrogateescape")).hexdigest()
    memory = cache_folder() / "fingerprints" / key
    with contextlib.suppress(OSError):
        return memory.read_text("ascii")
    newest = max((stamp for *_, stamp in seen), default=0)
    found = source_fingerprint((file.name, file.path) for file in files)
    if time.time_ns() - newest > _SETTLED_NS:  # what was written this moment may be written again in the same tick
        with contextlib.suppress(OSError):
            memory.parent.mkdir(parents=True, exist_ok=True)
            memory.write_text(found, "ascii")
    return found


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _tidy(root: Path, wanted: Path) -> None:
    """Remove what builders that are gone left behind, and snapshots that nobody has used for long."""
    with contextlib.suppress(OSError):
        for path in root.iterdir():
            builder = path.name.partition(_BUILDING)[2]
            if builder.isdigit():
                gone = not _lives(int(builder))
            else:
                gone = path != wanted and time.time() - path.stat().st_mtime > _KEPT_DAYS * _DAY_S
            if gone:
                shutil.rmtree(path, ignore_errors=True)


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # the signal would end it there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
