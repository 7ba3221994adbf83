"""The named graphs of a data set, which may be millions: a list in memory, or a file that is read page by page."""

from __future__ import annotations

import contextlib
import sqlite3
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["LISTED", "GraphFile", "GraphList", "Graphs", "write_graphs"]

#: So many graphs the front process knows by name, and descriptions list; all others are looked up.
LISTED = 1_000
_LAST = "\U0010ffff"

Graph = dict[str, Any]


class Graphs(Protocol):
    """The named graphs, each with its `iri`, number of `triples`, and whether it is `public`: in the default graph.

    They stand in the order of their IRIs. `len` tells how many there are.
    """

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Graph]: ...

    def page(self, offset: int, limit: int) -> list[Graph]:
        """Return some of them."""

    def under(self, beginning: str, limit: int) -> list[Graph]:
        """Return the first of those whose IRI begins so."""


class GraphList:
    """Graphs in memory."""

    def __init__(self, graphs: Iterable[Graph]) -> None:
        self._graphs = sorted(graphs, key=_iri)

    def __len__(self) -> int:
        return len(self._graphs)

    def __iter__(self) -> Iterator[Graph]:
        return iter(self._graphs)

    def page(self, offset: int, limit: int) -> list[Graph]:
        """Return some of them."""
        return self._graphs[offset : offset + limit]

    def under(self, beginning: str, limit: int) -> list[Graph]:
        """Return the first of those whose IRI begins so."""
        start = bisect_left(self._graphs, beginning, key=_iri)
        return [each for each in self._graphs[start : start + limit] if _iri(each).startswith(beginning)]


class GraphFile:
    """Graphs in a file that `write_graphs` made; each reading opens it, so that processes may be forked between."""

    def __init__(self, path: Path) -> None:
        self._place = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"

    def __len__(self) -> int:
        with contextlib.closing(self._open()) as connection:
            return int(connection.execute("SELECT COUNT(*) FROM graph").fetchone()[0])

    def __iter__(self) -> Iterator[Graph]:
        with contextlib.closing(self._open()) as connection:
            yield from map(_graph, connection.execute("SELECT * FROM graph ORDER BY number"))

    def page(self, offset: int, limit: int) -> list[Graph]:
        """Return some of them."""
        return self._select("number > ? ORDER BY number LIMIT ?", offset, limit)

    def under(self, beginning: str, limit: int) -> list[Graph]:
        """Return the first of those whose IRI begins so."""
        return self._select("iri >= ? AND iri < ? ORDER BY iri LIMIT ?", beginning, beginning + _LAST, limit)

    def _select(self, condition: str, *values: str | int) -> list[Graph]:
        with contextlib.closing(self._open()) as connection:
            found = connection.execute(f"SELECT * FROM graph WHERE {condition}", values)  # noqa: S608 - fixed above
            return list(map(_graph, found))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._place, uri=True)


def write_graphs(path: Path, graphs: Iterable[Graph]) -> None:
    """Write graphs, in any order, into a file that is not there yet, in memory that does not grow with them."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
            "CREATE TEMP TABLE staged (iri TEXT, triples INTEGER, public INTEGER);"
        )
        rows = ((each["iri"], each["triples"], each["public"]) for each in graphs)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO staged VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
        connection.executescript(
            "BEGIN;"
            "CREATE TABLE graph (number INTEGER PRIMARY KEY, iri TEXT UNIQUE, triples INTEGER, public INTEGER);"
            "INSERT INTO graph (iri, triples, public) SELECT iri, MAX(triples), MAX(public) FROM staged"
            " GROUP BY iri ORDER BY iri;"
            "COMMIT;"
        )


def _iri(graph: Graph) -> str:
    return str(graph["iri"])


def _graph(row: tuple[int, str, int, int]) -> Graph:
    return {"iri": row[1], "triples": row[2], "public": bool(row[3])}
