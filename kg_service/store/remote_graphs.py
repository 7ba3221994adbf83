"""A remote store's quads, read as a pyoxigraph store is read: by pattern, graph by graph, and by query."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.terms import DEFAULT, quads_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO

    from kg_service.store.client import Client
    from kg_service.terms import Graph, Term

__all__ = ["Body", "RemoteGraphs", "read_solutions"]

XML, TRIPLES = "application/sparql-results+xml", "application/n-triples"
_CHUNK = 64 * 1024
#: Nodes that are asked for together.
_AT_ONCE = 500


class Body(io.RawIOBase):
    """The body of an answer as a file, with bytes replaced that no reader takes."""

    def __init__(self, chunks: Iterable[bytes], replaced: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self._chunks = iter(chunks)
        self._replaced = replaced
        self._longest = max((len(old) for old, _ in replaced), default=1)
        self._rest = b""  # may begin what is to be replaced
        self._ready = b""
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Return some bytes; b"" at the end."""
        while not self._ready and not self._ended:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            data = self._rest + (chunk or b"")
            for old, new in self._replaced:
                data = data.replace(old, new)
            keep = 0 if self._ended or not self._replaced else self._longest - 1
            cut = max(0, len(data) - keep)
            self._ready, self._rest = data[:cut], data[cut:]
        if size is None or size < 0:
            given, self._ready = self._ready, b""
        else:
            given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def readable(self) -> bool:
        """Tell that this is read."""
        return True


class RemoteGraphs:
    """The named graphs of a remote store, and the graph that stands for its default graph.

    default   IRI of that graph; None where the engine has a default graph of its own
    named     IRIs of the graphs that GRAPH may name
    """

    def __init__(self, client: Client, default: str | None, named: Sequence[str]) -> None:
        self.client = client
        self.default = default
        self.named = dict.fromkeys(named)
        self._fetched: dict[tuple[Term, Term], list[ox.Quad]] = {}

    def prefetch(self, nodes: Iterable[ox.NamedNode], predicates: Sequence[ox.NamedNode]) -> None:
        """Ask for what these nodes have with these predicates at once, to be read node by node afterwards.

        What was fetched before is forgotten.
        """
        wanted = list(nodes)
        self._fetched = {}
        fetched: dict[tuple[Term, Term], list[ox.Quad]] = {
            (n, predicate): [] for n in wanted for predicate in predicates
        }
        for start in range(0, len(wanted), _AT_ONCE):
            values = " ".join(map(str, wanted[start : start + _AT_ONCE]))
            group = f"{{ VALUES ?s {{ {values} }} VALUES ?p {{ {' '.join(map(str, predicates))} }} ?s ?p ?o }}"
            anything: dict[str, Any] = {"s": None, "p": None, "o": None}
            for quad in (*self._in_graphs(group, anything), *self._in_default(group)):
                fetched.setdefault((quad.subject, quad.predicate), []).append(quad)
        self._fetched = fetched

    def dataset(self, *, named: bool) -> tuple[list[str], list[str]]:
        """Return the default and the named graphs of a query over the whole; none for an engine's own dataset.

        named   whether the query may look into named graphs
        """
        return ([self.default], [*self.named] if named else []) if self.default else ([], [])

    def query(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean:
        """Answer a SELECT or ASK over the store's own dataset."""
        with self.client.query(query, XML, *self.dataset(named="GRAPH" in query)) as response:
            whole = b"".join(response.iter_bytes(_CHUNK))
        return read_solutions([whole], self.client.engine.replaced)

    def contains_named_graph(self, graph: ox.NamedNode | ox.BlankNode) -> bool:
        """Tell whether the data set has a graph of this name."""
        return isinstance(graph, ox.NamedNode) and graph.value in self.named

    def quads_for_pattern(
        self, subject: Term | None, predicate: Term | None, object_: Term | None, graph: Graph | None
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match, of all graphs where none is named; a blank node matches none."""
        given = {"s": subject, "p": predicate, "o": object_}
        nameless = isinstance(graph, ox.BlankNode) or any(isinstance(term, ox.BlankNode) for term in given.values())
        if nameless or isinstance(subject, ox.Literal):
            return iter(())
        if object_ is None and (subject, predicate) in self._fetched and graph in (None, DEFAULT):
            fetched = self._fetched[cast("Term", subject), cast("Term", predicate)]
            return iter([quad for quad in fetched if graph is None or quad.graph_name == graph])
        s, p, o = (f"?{name}" if term is None else str(term) for name, term in given.items())
        if graph is None:
            found = self._in_graphs(f"{{ {s} {p} {o} }}", given)
            return iter([*self.quads_for_pattern(subject, predicate, object_, DEFAULT), *found])
        name = self.default if graph == DEFAULT else cast("ox.NamedNode", graph).value
        return self._of_graph(f"{s} {p} {o}", name, graph)

    def __iter__(self) -> Iterator[ox.Quad]:
        """Yield all quads, graph by graph."""
        graphs: tuple[Graph, ...] = (DEFAULT, *map(ox.NamedNode, self.named))
        for graph in graphs:
            yield from self.quads_for_pattern(None, None, None, graph)

    def _of_graph(self, pattern: str, name: str | None, graph: Graph) -> Iterator[ox.Quad]:
        text = f"CONSTRUCT {{ {pattern} }} WHERE {{ {pattern} }}"
        with self.client.query(text, TRIPLES, [name] if name else []) as response:
            body = cast("IO[bytes]", Body(response.iter_bytes(_CHUNK)))
            for quad in quads_of(ox.parse(body, format=ox.RdfFormat.N_TRIPLES)):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)

    def _in_default(self, group: str) -> Iterator[ox.Quad]:
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {group}"
        with self.client.query(text, TRIPLES, [self.default] if self.default else []) as response:
            body = cast("IO[bytes]", Body(response.iter_bytes(_CHUNK)))
            yield from quads_of(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))

    def _in_graphs(self, group: str, given: dict[str, Any]) -> Iterator[ox.Quad]:
        open_ = " ".join(f"?{name}" for name, term in given.items() if term is None)
        text = f"SELECT ?g {open_} WHERE {{ GRAPH ?g {group} }}"
        with self.client.query(text, XML, *self.dataset(named=True)) as response:
            body = Body(response.iter_bytes(_CHUNK), self.client.engine.replaced)
            result = cast(
                "ox.QuerySolutions",
                ox.parse_query_results(cast("IO[bytes]", body), format=ox.QueryResultsFormat.XML),
            )
            for row in result:
                s, p, o = (row[name] if term is None else term for name, term in given.items())
                yield ox.Quad(s, p, o, cast("ox.NamedNode", row["g"]))


def read_solutions(
    chunks: Iterable[bytes], replaced: Sequence[tuple[bytes, bytes]]
) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return what an answer in XML says."""
    body = cast("IO[bytes]", Body(chunks, replaced))
    return ox.parse_query_results(body, format=ox.QueryResultsFormat.XML)
