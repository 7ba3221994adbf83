"""A query on a remote store: sent with its dataset named, its result passed through or written anew."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.errors import EvaluationFailed
from kg_service.formats import Kind, named
from kg_service.fragments import fragments
from kg_service.graph_list import LISTED, GraphList
from kg_service.query_errors import syntax_problem
from kg_service.statistics import Statistics, count
from kg_service.store.embedded import BOM, SERIALISERS, named_node, write_rows
from kg_service.store.remote_graphs import TRIPLES, XML, Body, RemoteGraphs
from kg_service.terms import PREFIXED, RDF_FORMATS, write
from kg_service.tokens import tokens

if TYPE_CHECKING:
    from typing import IO

    import httpx2

    from kg_service.config import Limits
    from kg_service.graph_list import Graphs
    from kg_service.protocol import Question
    from kg_service.store.client import Client
    from kg_service.store.contract import Wanted, Writer

__all__ = ["RemoteStore"]

_CHUNK = 64 * 1024


class RemoteStore:
    """A data set in a remote engine, as a worker answers from it; reads like an EmbeddedStore."""

    def __init__(self, client: Client, facts: dict[str, Any], limits: Limits) -> None:
        self.client = client
        self.graphs: Graphs = GraphList(facts["graphs"])
        # All of them are named to the engine, the first of them to people.
        self.facts = facts | {"graph_count": len(self.graphs), "graphs": self.graphs.page(0, LISTED)}
        self.limits = limits
        self.reserve_mib = 0
        graphs = [each["iri"] for each in self.graphs]
        self.store = RemoteGraphs(client, facts.get("default_graph"), graphs)

    def open(self) -> None:
        """Do nothing: a connection is made by the first query."""

    @property
    def is_replaceable(self) -> bool:
        """No: its connections are open."""
        return False

    def close(self) -> None:
        """Close the connections of this process."""
        self.client.close()

    @cached_property
    def statistics(self) -> Statistics:
        """Counts over the default graph, made when first asked for."""
        return count(cast("ox.Store", self.store), self.facts["base"])

    @property
    def made_schema(self) -> None:
        """No document is made beforehand."""

    @cached_property
    def fragments(self) -> dict[str, list[str]]:
        """Document → its subjects `<document>#…`, found when first asked for."""
        return fragments(self)

    def evaluate(self, writer: Writer, question: Question, wanted: Wanted) -> None:
        """Evaluate a query as `Store.evaluate` says.

        Raises RemoteUnavailable (502) and what an embedded store raises.
        """
        query, base, default_graphs, named_graphs = question
        base = named_node(base).value if base else None
        _require_standard(query, base, self.facts["prefixes"])
        text = _without_dataset(query)
        text = f"BASE <{base}>\n{text}" if base else text
        if default_graphs is None and named_graphs is None:
            default, names = self.store.dataset(named=_looks_into_graphs(query))
        else:
            default = [self._known(each) for each in default_graphs or ()]
            names = [self._known(each) for each in named_graphs or ()]
            # None named is an empty default graph, or no named graphs: never the engine's own.
            default, names = default or [_NOTHING], names or ([_NOTHING] if _looks_into_graphs(query) else [])
        (kind, format_name), *_ = wanted.formats.items()
        if kind == Kind.TRIPLES:
            self._triples(writer, text, default, names, format_name, wanted)
        else:
            self._solutions(writer, text, default, names, Kind(kind), format_name, wanted)

    def _known(self, graph: str) -> str:
        """Return a graph of the data set; for any other one that no engine has, whatever else this one holds."""
        name = named_node(graph).value
        return name if name in self.store.named or not self.facts["base"] else _NOTHING

    def _solutions(
        self,
        writer: Writer,
        text: str,
        default: list[str],
        names: list[str],
        kind: Kind,
        format_name: str,
        wanted: Wanted,
    ) -> None:
        row = named(format_name, kind)
        passed = row is not None and format_name in self.client.engine.passed and wanted.limit_rows is None
        accept = row.media_type if row is not None and passed else XML
        with self.client.query(text, accept, default, names) as response:
            # The first answer tells which engine it is, and that its results are to be written anew.
            if passed and format_name in self.client.engine.passed and _is(response, accept):
                writer.begin(wanted.head, form=wanted.form)
                if wanted.bom and format_name == "csv":
                    writer.write(BOM)
                for chunk in response.iter_bytes(_CHUNK):
                    writer.write(chunk)
                return
            if _is(response, XML):
                self._anew(writer, response, kind, format_name, wanted)
                return
        with self.client.query(text, XML, default, names) as response:
            self._anew(writer, response, kind, format_name, wanted)

    def _anew(self, writer: Writer, response: httpx2.Response, kind: Kind, format_name: str, wanted: Wanted) -> None:
        body = cast("IO[bytes]", Body(response.iter_bytes(_CHUNK), self.client.engine.replaced))
        try:
            result: Any = ox.parse_query_results(body, format=ox.QueryResultsFormat.XML)
            if kind is Kind.BOOLEAN and isinstance(result, ox.QuerySolutions):
                row = next(iter(result), None)
                result = _boolean(row[0] if row is not None else None)
            if isinstance(result, ox.QuerySolutions) and (
                wanted.limit_rows is not None or format_name not in SERIALISERS
            ):
                write_rows(result, writer, format_name, wanted)
                return
            writer.begin(wanted.head, form=wanted.form)
            if wanted.bom and format_name == "csv":
                writer.write(BOM)
            result.serialize(cast("IO[bytes]", writer), format=SERIALISERS[format_name])
        except SyntaxError as error:
            raise EvaluationFailed(f"{self.client.engine.name} sent a result that nobody can read: {error}.") from error

    def _triples(
        self, writer: Writer, text: str, default: list[str], names: list[str], format_name: str, wanted: Wanted
    ) -> None:
        with self.client.query(text, TRIPLES, default, names) as response:
            body = cast("IO[bytes]", Body(response.iter_bytes(_CHUNK)))
            triples = (quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
            writer.begin(wanted.head, form=wanted.form)
            absolute = {name: iri for name, iri in wanted.prefixes.items() if ":" in iri}
            try:
                write(triples, writer, RDF_FORMATS[format_name], absolute if format_name in PREFIXED else None)
            except SyntaxError as error:
                raise EvaluationFailed(
                    f"{self.client.engine.name} sent triples that nobody can read: {error}."
                ) from error


#: A graph that no store has.
_NOTHING = "urn:kg:nothing"


def _without_dataset(query: str) -> str:
    """Return the query without its FROM clauses: the request names the dataset, and some engines would add them."""
    kept, start, depth = [], 0, 0
    sequence = list(tokens(query)) if "from" in query.lower() else []
    for index, token in enumerate(sequence):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        if depth == 0 and token.kind == "word" and token.text.upper() == "FROM":
            named = sequence[index + 1].text.upper() == "NAMED"
            graph = sequence[index + 2 if named else index + 1]
            kept.append(query[start : token.offset])
            start = graph.offset + len(graph.text)
    return "".join([*kept, query[start:]])


def _looks_into_graphs(query: str) -> bool:
    return "graph" in query.lower()


def _is(response: httpx2.Response, media_type: str) -> bool:
    return bool(response.headers.get("content-type", "").partition(";")[0].strip().lower() == media_type)


def _boolean(term: Any) -> ox.QueryBoolean:
    """Return the boolean that a table of one cell stands for; one without a row is false."""
    word = "true" if getattr(term, "value", "") in ("1", "true") else "false"
    text = f'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>{word}</boolean></sparql>'
    return cast("ox.QueryBoolean", ox.parse_query_results(text.encode(), format=ox.QueryResultsFormat.XML))


def _require_standard(query: str, base: str | None, prefixes: dict[str, str]) -> None:
    """Raise QuerySyntaxError, with its place, for what is no SPARQL: engines are lax, each in its own way."""
    try:
        ox.Store().query(query, base_iri=base or None)
    except SyntaxError as error:
        raise syntax_problem(str(error), query, prefixes) from error
    except (RuntimeError, ValueError, OSError):  # the engine is the one to evaluate it
        return
