"""Snapshots: the data set as an index on disk, named by its source fingerprint, built once and opened by every worker.

A snapshot is built under a temporary name by a process of its own and renamed when it is whole, so that a build
which was killed leaves nothing that is used, and of two builders the first one wins.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service.children import child_command, child_environment
from kg_service.errors import DataInvalid, DataSyntaxError, Problem, SystemRefused, ToolFailed
from kg_service.graph_list import GraphFile
from kg_service.layout import discover
from kg_service.tidying import BUILDING, FACTS, lock, remove, tidy
from kg_service.versions import cache_folder, remembered_fingerprint, source_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyoxigraph as ox


__all__ = ["FACTS", "GRAPHS", "INDEX", "LABELS", "SCHEMA", "STATISTICS", "Snapshot", "open_snapshot", "source_bytes"]

#: Names inside a snapshot's folder, beside FACTS: the engine's index, all graphs, all labels, counts, the schema.
INDEX, GRAPHS, LABELS, STATISTICS = "index", "graphs.sqlite", "labels.sqlite", "statistics.json"
SCHEMA = "schema.json"
_TRIES = 3


class Snapshot:
    """A snapshot that is whole: its folder, and the facts about the data set in it.

    While it is held, by this process or one forked from it, nobody removes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        descriptor = os.open(folder / FACTS, os.O_RDONLY)
        weakref.finalize(self, os.close, descriptor)
        lock(descriptor, exclusively=False)
        self.facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))

    @property
    def graphs(self) -> GraphFile:
        """All its named graphs."""
        return GraphFile(self.folder / GRAPHS)

    @property
    def statistics(self) -> dict[str, Any]:
        """Counts over its default graph."""
        content: dict[str, Any] = json.loads((self.folder / STATISTICS).read_text("utf-8"))
        return content

    @property
    def schema(self) -> dict[str, Any]:
        """Its schema document."""
        content: dict[str, Any] = json.loads((self.folder / SCHEMA).read_text("utf-8"))
        return content

    def open(self) -> ox.Store:
        """Open the index for reading. Raises SystemRefused where that is not possible."""
        import pyoxigraph as ox  # noqa: PLC0415 - not needed where a snapshot is only looked up

        with contextlib.suppress(OSError):
            os.utime(self.folder)  # what is used is kept
        try:
            return ox.Store.read_only(str(self.folder / INDEX))
        except (RuntimeError, OSError) as error:
            is_damaged = isinstance(error, RuntimeError | FileNotFoundError)
            what_to_do = " Remove that folder, and it is built anew." if is_damaged else ""
            raise SystemRefused(f"The index in {self.folder} cannot be opened: {error}.{what_to_do}") from error


def source_bytes(places: Sequence[Path]) -> int:
    """Return how many bytes the files of a data set have together."""
    return sum(file.path.stat().st_size for file in discover(places))


def open_snapshot(places: Sequence[Path], tell: Callable[[str], None] | None = None) -> Snapshot:
    """Return the snapshot of a data set, built now where there is none.

    tell   is given lines on the progress of a build
    Raises what loading raises: DataSyntaxError, DataInvalid (exit 1), ToolFailed; SystemRefused where the disk is full
    or read-only.
    """
    root = cache_folder() / "snapshots"
    for _ in range(_TRIES):
        folder = root / remembered_fingerprint([(file.name, file.path) for file in discover(places)])
        found = _open(folder)
        if found is not None:
            return found
        tidy(root, folder)
        _build(places, root, folder, tell)
    raise SystemRefused("The files of the data set change while a snapshot of them is built.")


def _open(folder: Path) -> Snapshot | None:
    try:
        found = Snapshot(folder)
    except (OSError, ValueError):
        return None
    return found if (folder / INDEX / "CURRENT").is_file() else None  # RocksDB's own mark of a whole index


def _build(places: Sequence[Path], root: Path, folder: Path, tell: Callable[[str], None] | None) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        prefix = f"{folder.name}{BUILDING}{socket.gethostname()}-{os.getpid()}-"
        temporary = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
    except OSError as error:
        raise SystemRefused(f"No snapshot can be built in {root}: {error.strerror}.") from error
    try:
        command = child_command("kg_service.bulk", str(os.getpid()), str(temporary), *map(str, places))
        with (
            tempfile.TemporaryFile("w+") as words,
            subprocess.Popen(
                command,
                env=child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None  # noqa: S101 - piped above
            failure: dict[str, Any] | None = None
            for line in process.stdout:
                if line.startswith("{"):
                    failure = json.loads(line)
                elif tell is not None:
                    tell(line.rstrip("\n"))
            process.wait()
            words.seek(0)
            said = words.read().strip()[-500:]
        if failure is not None:
            raise _problem(failure)
        if process.returncode:
            raise SystemRefused(f"The snapshot could not be built: {said or 'its process was ended'}.")
        if source_fingerprint((file.name, file.path) for file in discover(places)) != folder.name:
            return  # a file changed meanwhile, and nobody knows which of both was read
        if _open(folder) is None:
            remove(folder)  # what is left of a damaged one
        with contextlib.suppress(OSError):  # another builder was first, and its snapshot is the same
            temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _problem(failure: dict[str, Any]) -> Problem:
    kinds = {kind.slug: kind for kind in (DataSyntaxError, DataInvalid, ToolFailed, SystemRefused)}
    kind = kinds.get(failure["slug"], SystemRefused)
    return kind(failure["detail"], line=failure["line"], column=failure["column"], **failure["members"])
