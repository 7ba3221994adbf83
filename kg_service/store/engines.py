"""What engines behind a remote store do otherwise than the standards say: one row an engine, told by its answers."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CAPPED", "ENGINES", "PARTIAL", "Engine", "engine_of"]


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's ways.

    name          as messages call it
    server        what its `Server` header begins with, lower case; "" fits any
    passed        result formats that leave as the engine wrote them; others are read as XML and written anew
    replaced      bytes of its XML results that no reader takes, and what to read in their place
    timeout       form parameter by which it takes a deadline, with the number of its units in a second
    graph_store   path of the Graph Store Protocol for writing, on the same host; "" where it is to be named
    whole         whether that also takes many graphs at once, as N-Quads (POST without a graph)
    done          status codes other than 2xx of a write that was done
    """

    name: str
    server: str = ""
    passed: frozenset[str] = frozenset({"json", "xml", "csv", "tsv"})
    replaced: tuple[tuple[bytes, bytes], ...] = ()
    timeout: tuple[str, int] | None = None
    graph_store: str = ""
    whole: bool = False
    done: frozenset[int] = frozenset()


#: Headers by which an engine tells that a result ends at its bound of rows, or that its time was up before the end.
CAPPED, PARTIAL = ("x-sparql-maxrows",), ("x-sql-state",)

#: First match wins; the last row is any engine that does as the standards say.
ENGINES: tuple[Engine, ...] = (
    Engine(
        "Virtuoso",
        server="virtuoso",
        # Its JSON says typed-literal, its ASK answers with a table, its CSV quotes everything.
        passed=frozenset(),
        replaced=((b"<bnode>nodeID://", b"<bnode>"),),
        timeout=("timeout", 1000),
        graph_store="/sparql-graph-crud-auth",
        done=frozenset({406}),
    ),
    Engine("Oxigraph", server="oxigraph", graph_store="/store", whole=True),
    Engine("an engine"),
)


def engine_of(server: str) -> Engine:
    """Return the row for a `Server` header.

    >>> engine_of("Virtuoso/07.20.3238 (Linux) x86_64-generic-linux-glibc212").name
    'Virtuoso'
    """
    return next(each for each in ENGINES if server.lower().startswith(each.server))
