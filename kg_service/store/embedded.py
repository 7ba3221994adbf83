"""A query on the loaded pyoxigraph store; its result leaves through the store's own serialisers."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.errors import EvaluationFailed, MalformedRequest, MemoryExceeded
from kg_service.evaluation.frames import header_lines
from kg_service.formats import Kind
from kg_service.fragments import fragments
from kg_service.graph_list import GraphList
from kg_service.protocol import Question
from kg_service.query_errors import syntax_problem
from kg_service.results import ROW_WRITERS
from kg_service.statistics import Statistics, count
from kg_service.store.contract import Wanted
from kg_service.terms import DEFAULT, PREFIXED, RDF_FORMATS, in_graph, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg_service.config import Limits
    from kg_service.graph_list import Graphs
    from kg_service.snapshots import Snapshot
    from kg_service.store.contract import Store, Writer

__all__ = [
    "BOM",
    "SERIALISERS",
    "EmbeddedStore",
    "answer_query",
    "named_node",
    "write_rows",
]

SERIALISERS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_BATCH = 5_000
_MERGED_KEPT = 4
BOM = b"\xef\xbb\xbf"
#: The arguments for a query on the store's own dataset: none.
_OWN: dict[str, Any] = {}


class EmbeddedStore:
    """The loaded data set and the merges of graphs made for queries that named several default graphs."""

    def __init__(
        self, store: ox.Store | Snapshot, facts: dict[str, Any], limits: Limits, graphs: Graphs | None = None
    ) -> None:
        """Hold a store; `graphs` are all of its named graphs, where the facts do not list them all."""
        self._held = store
        self.graphs = GraphList(facts["graphs"]) if graphs is None else graphs
        # An index makes its caches as it is read.
        self.reserve_mib = 0 if isinstance(store, ox.Store) else 512
        self.facts = facts
        self.limits = limits
        self.merged: OrderedDict[tuple[tuple[str, ...], tuple[str, ...]], ox.Store] = OrderedDict()

    @cached_property
    def store(self) -> ox.Store:
        """The quads: in memory, or in an index on disk, which is opened when it is first read."""
        return self._held if isinstance(self._held, ox.Store) else self._held.open()

    def open(self) -> None:
        """Open the index, if there is one, and read what stands beside it."""
        if not isinstance(self._held, ox.Store):
            _ = self.store, self.statistics

    @property
    def is_replaceable(self) -> bool:
        """Whether it has an index, of which the system caches what is read, and has made nothing else."""
        return not (isinstance(self._held, ox.Store) or self.merged or "fragments" in vars(self))

    def close(self) -> None:
        """Do nothing: neither memory nor an index that is only read needs closing."""

    @cached_property
    def statistics(self) -> Statistics:
        """Counts over the default graph: a snapshot has them, else they are made when first asked for."""
        if isinstance(self._held, ox.Store):
            return count(self._held, self.facts["base"])
        return Statistics.of(self._held.statistics)

    @property
    def made_schema(self) -> dict[str, Any] | None:
        """The schema document that a snapshot has."""
        return None if isinstance(self._held, ox.Store) else self._held.schema

    @cached_property
    def fragments(self) -> dict[str, list[str]]:
        """Document → its subjects `<document>#…`, found when first asked for."""
        return fragments(self)

    def evaluate(self, writer: Writer, question: Question, wanted: Wanted) -> None:
        """Evaluate a query as `Store.evaluate` says."""
        query, base, default_graphs, named_graphs = question
        try:
            target, dataset = self.store, _OWN
            if default_graphs is not None or named_graphs is not None:
                target, dataset = self.dataset(default_graphs or (), named_graphs or ())
            result = target.query(query, base_iri=base or None, **dataset)
            if isinstance(result, ox.QuerySolutions):
                format_name = wanted.formats[Kind.SOLUTIONS]
                if wanted.limit_rows is not None or format_name not in SERIALISERS:
                    write_rows(result, writer, format_name, wanted)
                    return
            else:
                format_name = wanted.formats[Kind.BOOLEAN if isinstance(result, ox.QueryBoolean) else Kind.TRIPLES]
            writer.begin(wanted.head, form=wanted.form)
            if wanted.bom and format_name == "csv":
                writer.write(BOM)
            if isinstance(result, ox.QueryTriples):
                absolute = {name: iri for name, iri in wanted.prefixes.items() if ":" in iri}
                write(result, writer, RDF_FORMATS[format_name], absolute if format_name in PREFIXED else None)
            else:
                result.serialize(cast("IO[bytes]", writer), format=SERIALISERS[format_name])
        except SyntaxError as error:
            raise syntax_problem(str(error), query, self.facts["prefixes"]) from error
        except (RuntimeError, ValueError, OSError) as error:
            if isinstance(error, BrokenPipeError | ConnectionResetError):
                raise
            raise EvaluationFailed(f"The engine cannot evaluate this query: {str(error)[:300]}") from error

    def dataset(self, default: Sequence[str], named: Sequence[str]) -> tuple[ox.Store, dict[str, Any]]:
        """Return the store and the arguments that make the RDF dataset of a query (SPARQL 1.1 Query §13.2).

        Several default graphs are merged as a set: the engine alone would count a triple once per graph.
        """
        graphs = [named_node(each) for each in default]
        names = [named_node(each) for each in named]
        if len(graphs) <= 1:
            return self.store, {"default_graph": graphs, "named_graphs": names}
        key = (tuple(sorted(set(default))), tuple(sorted(set(named))))
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
            _fill(merged, (in_graph(quad.triple) for quad in self.store.quads_for_pattern(None, None, None, graph)))
            self._check_size(merged)
        for name in names:
            _fill(merged, self.store.quads_for_pattern(None, None, None, name))
            self._check_size(merged)
        return merged

    def _check_size(self, merged: ox.Store) -> None:
        most = self.limits.merge_triples
        if len(merged) > most:
            raise MemoryExceeded(f"The default graphs named together hold more than {most} triples.")


def _fill(store: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Add quads in this thread: the engine's bulk loader starts some, for which a bounded worker may have no room."""
    rest = iter(quads)
    while batch := list(islice(rest, _BATCH)):
        store.extend(batch)


def answer_query(store: Store, writer: Writer, *, question: Sequence[Any], wanted: Mapping[str, Any]) -> None:
    """Ask a store a question and write its result as `wanted`, the members of Wanted. Raises what the store raises."""
    store.evaluate(writer, Question(*question), Wanted(**wanted))


def write_rows(solutions: ox.QuerySolutions, writer: Writer, format_name: str, wanted: Wanted) -> None:
    """Write solutions one by one; with a limit, one more than wanted is taken before the first byte."""
    variables = list(solutions.variables)
    names = [variable.value for variable in variables]
    limit = wanted.limit_rows
    taken = list(islice(solutions, None if limit is None else limit + 1))
    kept = taken if limit is None else taken[:limit]
    told = [("x-rows", str(len(kept))), ("x-more-rows", str(len(taken) > len(kept)).lower())]
    writer.begin(wanted.head + (header_lines(told) if limit is not None else b""), form=wanted.form)
    if wanted.bom and format_name == "csv":
        writer.write(BOM)
    ROW_WRITERS[format_name](names, ([solution[variable] for variable in variables] for solution in kept), writer)


def named_node(iri: str) -> ox.NamedNode:
    """Return the node of an IRI. Raises MalformedRequest where the text is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise MalformedRequest(f"<{iri[:200]}> is no IRI: {error}.") from error
