"""The operations of a worker on its pyoxigraph store; results leave through the store's own serialisers."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

import pyoxigraph as ox

from kg_service.description import describe, describe_as_json, is_known
from kg_service.errors import EvaluationFailed, MalformedRequest, MemoryExceeded, NotFound, QuerySyntaxError
from kg_service.formats import Kind
from kg_service.namespaces import SD, VOID
from kg_service.results import ROW_WRITERS
from kg_service.service_description import describe_service
from kg_service.terms import DEFAULT, RDF_FORMATS, in_graph, used_prefixes, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["OPERATIONS", "EmbeddedStore", "Wanted", "Writer"]

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_PREFIXED = frozenset({"ttl", "trig", "rdf", "jsonld"})
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_MERGED_KEPT = 4
_BOM = b"\xef\xbb\xbf"
_FEW = 8


class Writer(Protocol):
    """Where a result goes: a head, then bytes."""

    def begin(self, head: dict[str, Any]) -> None:
        """Fix what is sent before the first byte."""

    def write(self, chunk: bytes) -> int:
        """Take bytes of the result."""


class EmbeddedStore:
    """The loaded data set and the merges of graphs made for queries that named several default graphs."""

    def __init__(self, store: ox.Store, facts: dict[str, Any], *, merge_triples: int) -> None:
        self.store = store
        self.facts = facts
        self.merge_triples = merge_triples
        self.merged: OrderedDict[tuple[tuple[str, ...], tuple[str, ...]], ox.Store] = OrderedDict()

    def dataset(self, default: list[str] | None, named: list[str] | None) -> tuple[ox.Store, dict[str, Any]]:
        """Return the store and the arguments that make the RDF dataset of a query (SPARQL 1.1 Query §13.2).

        Several default graphs are merged as a set: the engine alone would count a triple once per graph.
        """
        if default is None and named is None:
            return self.store, {}
        graphs = [_named(each) for each in default or []]
        names = [_named(each) for each in named or []]
        if len(graphs) <= 1:
            return self.store, {"default_graph": graphs, "named_graphs": names}
        key = (tuple(sorted(set(default or []))), tuple(sorted(set(named or []))))
        if key not in self.merged:
            self.merged[key] = self._merge(graphs, names)
        self.merged.move_to_end(key)
        while len(self.merged) > _MERGED_KEPT:
            self.merged.popitem(last=False)
        # Named explicitly, because the query's own FROM clauses would look for the graphs again.
        return self.merged[key], {"default_graph": [DEFAULT], "named_graphs": names}

    def _merge(self, graphs: list[ox.NamedNode], names: list[ox.NamedNode]) -> ox.Store:
        merged = ox.Store()
        for graph in graphs:
            merged.bulk_extend(in_graph(quad.triple) for quad in self.store.quads_for_pattern(None, None, None, graph))
            self._check_size(merged)
        for name in names:
            merged.bulk_extend(self.store.quads_for_pattern(None, None, None, name))
            self._check_size(merged)
        return merged

    def _check_size(self, merged: ox.Store) -> None:
        if len(merged) > self.merge_triples:
            raise MemoryExceeded(f"The default graphs named together hold more than {self.merge_triples} triples.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a result is to be written.

    formats      kind of result → short name of the format
    prefixes     the query's own, for the formats that know prefixes
    limit_rows   solutions wanted at most; the head then tells how many there are and whether there are more
    bom          whether CSV begins with a byte order mark
    """

    formats: dict[str, str]
    prefixes: dict[str, str] = field(default_factory=dict)
    limit_rows: int | None = None
    bom: bool = False


def answer_query(
    store: EmbeddedStore,
    writer: Writer,
    *,
    query: str,
    base: str | None,
    default_graphs: list[str] | None,
    named_graphs: list[str] | None,
    undeclared: list[tuple[str, int, int]],
    wanted: dict[str, Any],
) -> None:
    """Evaluate a query and write its result as `wanted` (the members of Wanted) in the format of its kind.

    Raises QuerySyntaxError with line and column; EvaluationFailed for what the engine refuses at run time.
    """
    options = Wanted(**wanted)
    try:
        target, dataset = store.dataset(default_graphs, named_graphs)
        result = target.query(query, base_iri=base or None, **dataset)
        if isinstance(result, ox.QuerySolutions):
            kind = Kind.SOLUTIONS
        else:
            kind = Kind.BOOLEAN if isinstance(result, ox.QueryBoolean) else Kind.TRIPLES
        format_name = options.formats[kind]
        if isinstance(result, ox.QuerySolutions) and (options.limit_rows is not None or format_name not in _RESULTS):
            _write_rows(result, writer, format_name, options)
            return
        writer.begin({"kind": kind})
        if options.bom and format_name == "csv":
            writer.write(_BOM)
        if isinstance(result, ox.QueryTriples):
            absolute = {name: iri for name, iri in options.prefixes.items() if ":" in iri}
            write(result, writer, RDF_FORMATS[format_name], absolute if format_name in _PREFIXED else None)
        else:
            result.serialize(cast("IO[bytes]", writer), format=_RESULTS[format_name])
    except SyntaxError as error:
        raise _syntax_problem(str(error), undeclared, store.facts["prefixes"]) from error
    except (RuntimeError, ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError | ConnectionResetError):
            raise
        raise EvaluationFailed(f"The engine cannot evaluate this query: {str(error)[:300]}") from error


def _write_rows(solutions: ox.QuerySolutions, writer: Writer, format_name: str, wanted: Wanted) -> None:
    """Write solutions one by one; with a limit, one more than wanted is taken before the first byte."""
    variables = list(solutions.variables)
    names = [variable.value for variable in variables]
    limit = wanted.limit_rows
    taken = list(islice(solutions, None if limit is None else limit + 1))
    kept = taken if limit is None else taken[:limit]
    writer.begin({"kind": Kind.SOLUTIONS, "rows": len(kept), "more": len(taken) > len(kept)})
    if wanted.bom and format_name == "csv":
        writer.write(_BOM)
    ROW_WRITERS[format_name](names, ([solution[variable] for variable in variables] for solution in kept), writer)


def answer_graph(store: EmbeddedStore, writer: Writer, *, graph: str | None, format_name: str) -> None:
    """Write one graph (None: the default graph). Raises NotFound with the graph's `#` children, if any."""
    name = DEFAULT if graph is None else _named(graph)
    if isinstance(name, ox.NamedNode) and not store.store.contains_named_graph(name):
        children = [each["iri"] for each in store.facts["graphs"] if each["iri"].startswith(f"{graph}#")]
        hint = f" Graphs under it: {', '.join(children[:50])}." if children else ""
        raise NotFound(f"The data set has no graph <{graph}>.{hint}")
    writer.begin({"kind": Kind.TRIPLES})
    triples = (quad.triple for quad in store.store.quads_for_pattern(None, None, None, name))
    _write_triples(store, writer, triples, format_name)


def answer_dump(store: EmbeddedStore, writer: Writer, *, format_name: str) -> None:
    """Write the whole data set: all named graphs where the format knows graphs, else the default graph."""
    writer.begin({"kind": Kind.QUADS})
    if format_name in ("trig", "nq", "jsonld") and store.facts["base"]:
        quads = (quad for quad in store.store if quad.graph_name != DEFAULT)
        prefixes = store.facts["prefixes"] if format_name in _PREFIXED else None
        write(quads, writer, RDF_FORMATS[format_name], prefixes)
    elif format_name in ("trig", "nq", "jsonld"):
        write(iter(store.store), writer, RDF_FORMATS[format_name])
    else:
        triples = (quad.triple for quad in store.store.quads_for_pattern(None, None, None, DEFAULT))
        _write_triples(store, writer, triples, format_name)


def answer_description(store: EmbeddedStore, writer: Writer, *, iri: str, document: str, format_name: str) -> None:
    """Write the description of an IRI; `document` is the address of the description itself."""
    quads = describe(store.store, store.facts, _named(iri), _named(document))
    writer.begin({"kind": Kind.TRIPLES})
    prefixes = used_prefixes(quads, store.facts["prefixes"]) if format_name in _PREFIXED else None
    if format_name in ("trig", "nq"):
        by_graph = sorted(quads, key=lambda quad: str(quad.graph_name))  # one block a graph
        write(by_graph, writer, RDF_FORMATS[format_name], prefixes)
    else:
        write(dict.fromkeys(quad.triple for quad in quads), writer, RDF_FORMATS[format_name], prefixes)


def answer_page(store: EmbeddedStore, writer: Writer, *, iri: str, languages: list[str]) -> None:
    """Write what a page about an IRI shows, as JSON."""
    content = describe_as_json(store.store, store.facts, _named(iri), languages)
    writer.begin({"kind": "json"})
    writer.write(json.dumps(content, ensure_ascii=False).encode())


def answer_known(store: EmbeddedStore, writer: Writer, *, iri: str) -> None:
    """Write whether the data set describes an IRI: JSON true or false."""
    writer.begin({"kind": "json"})
    writer.write(json.dumps(is_known(store.store, _named(iri))).encode())


def answer_service_description(store: EmbeddedStore, writer: Writer, *, endpoint: str, format_name: str) -> None:
    """Write the description of the endpoint at this address."""
    writer.begin({"kind": Kind.TRIPLES})
    triples = dict.fromkeys(describe_service(store.store, store.facts, endpoint))
    known = {"sd": SD, "void": VOID, **store.facts["prefixes"]}
    prefixes = used_prefixes(map(in_graph, triples), known) if format_name in _PREFIXED else None
    write(triples, writer, RDF_FORMATS[format_name], prefixes)


#: What a worker can be asked to do.
OPERATIONS: dict[str, Callable[..., None]] = {
    "query": answer_query,
    "graph": answer_graph,
    "dump": answer_dump,
    "describe": answer_description,
    "page": answer_page,
    "known": answer_known,
    "service_description": answer_service_description,
}


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise MalformedRequest(f"<{iri[:200]}> is no IRI: {error}.") from error


def _write_triples(store: EmbeddedStore, writer: Writer, triples: Iterable[ox.Triple], format_name: str) -> None:
    prefixes = store.facts["prefixes"] if format_name in _PREFIXED else None
    write(triples, writer, RDF_FORMATS[format_name], prefixes)


def _syntax_problem(text: str, undeclared: list[tuple[str, int, int]], prefixes: dict[str, str]) -> QuerySyntaxError:
    """Word the engine's complaint for people; an undeclared prefix is the likelier cause where there is one."""
    if undeclared:
        name, line, column = undeclared[0]
        hint = f" Add `PREFIX {name}: <{prefixes[name]}>`." if name in prefixes else ""
        return QuerySyntaxError(f"No PREFIX declares {name}: here.{hint}", line=line, column=column)
    place = _PLACE.match(text)
    if place is None:
        return QuerySyntaxError(text[:300])
    # The engine lists character classes among what it expected; words and marks are what people can use.
    wanted = re.findall(r'"[^"]+"|\b[A-Z][A-Z ]+\b', re.sub(r"\[[^\]]*\]", "", place[3]))
    expected = f"; it expected {' or '.join(wanted)}" if 0 < len(wanted) <= _FEW else ""
    detail = f"The query stops making sense here{expected}."
    return QuerySyntaxError(detail, line=int(place[1]), column=int(place[2]))
