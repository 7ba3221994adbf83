"""The process that reads a data set's files while another one fills the index: what it is asked, and what it tells.

Run as `python -m kg_service.reading PARENT FOLDER`, with files and base as a line of JSON on standard input; it tells
what they write as another. Then it builds the index of labels, and before it ends that it waits for a line: by then
what follows from the data stands in the folder too.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from kg_service.children import child_command, child_environment
from kg_service.errors import SystemRefused
from kg_service.evaluation.confinement import die_with_parent
from kg_service.search.index import build_index
from kg_service.search.rows import rows_of
from kg_service.snapshots import LABELS
from kg_service.terms import DEFAULT
from kg_service.written import NAMES, File, Written, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg_service.search.index import Row

__all__ = ["INFERRED", "Reader"]

#: Name of the file with what follows and names or classes things, as N-Triples, in the folder.
INFERRED = "inferred.nt"
#: Loading, which uses more than one processor, comes first: this process has time while the other uses one.
_NICE = 5


class Reader:
    """The process, seen from the one that made it; it ends with its `with` block."""

    def __init__(self, files: Sequence[File], folder: Path, base: str) -> None:
        self._words = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the block
        self._process = subprocess.Popen(
            child_command("kg_service.reading", str(os.getpid()), str(folder)), env=child_environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words, text=True,
        )  # fmt: skip
        self._say(json.dumps({"files": [asdict(file) for file in files], "base": base}))

    def result(self) -> Written:
        """Wait for what the files write. Raises SystemRefused with the last words of a process that ended without."""
        assert self._process.stdout is not None  # noqa: S101 - piped above
        told = self._process.stdout.readline()
        if not told:
            self._require_success(self._process.wait() or 1)
        content = json.loads(told)
        nameless = tuple((predicate, graph) for predicate, graph in content["nameless"])
        found = {**content, "hidden": tuple(content["hidden"]), "names": tuple(content["names"]), "nameless": nameless}
        return Written(**found)

    def go_on(self) -> None:
        """Tell that what follows stands in the folder."""
        self._say("")

    def finish(self) -> None:
        """Wait for the index of labels. Raises SystemRefused where it could not be built."""
        self._require_success(self._process.wait())

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - piped above
        with contextlib.suppress(BrokenPipeError):  # why it ended is told by what waits for it
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()

    def _require_success(self, code: int) -> None:
        if code:
            self._words.seek(0)
            said = self._words.read().strip()[-500:]
            raise SystemRefused(f"The files could not be read: {said or 'the process that reads them was ended'}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._words):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _rows(folder: Path, written: Written, *, own: bool) -> Iterator[Row]:
    """Yield what names and classes things in the default graph; what follows as soon as it is there.

    own   whether the default graph is the one that files write, and not that of all public graphs
    """
    known = {ox.NamedNode(name): rank for rank, name in enumerate(written.names)}
    quads = ox.parse(path=str(folder / NAMES), format=ox.RdfFormat.N_QUADS)
    yield from rows_of((quad.triple for quad in quads if not own or quad.graph_name == DEFAULT), known)
    if sys.stdin.readline() and (folder / INFERRED).exists():
        yield from rows_of((quad.triple for quad in ox.parse(path=str(folder / INFERRED))), known)


def main() -> None:
    """Read what standard input names, tell, and build the index of labels."""
    die_with_parent()
    if os.getppid() != int(sys.argv[1]):  # it ended before it could be followed
        return
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICE)
    content, folder = json.loads(sys.stdin.readline()), Path(sys.argv[2])
    written = read([File(**each) for each in content["files"]], folder, content["base"])
    print(json.dumps(asdict(written)), flush=True)
    build_index(folder / LABELS, _rows(folder, written, own=not content["base"]))
    for name in (NAMES, INFERRED):
        (folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
