"""Putting a data set into a remote store, graph by graph, and telling whether it is there as the folder has it.

What was put there is recorded in a graph of its own, `graph/load`: each graph's hash and number of triples.
So a load that was broken off goes on where it stopped, and a service need not read the graphs to know them.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg_service.errors import DataInvalid, WrongUsage
from kg_service.facts import facts_of
from kg_service.graph_list import GraphList
from kg_service.layout import discover
from kg_service.loading import assemble, load_store, open_source, parse_file
from kg_service.namespaces import DCTERMS, SCHEMA, VOID, XSD
from kg_service.store.peer import peer_facts
from kg_service.store.remote_graphs import RemoteGraphs
from kg_service.terms import DEFAULT, RDF_FORMATS, in_graph, value, write
from kg_service.versions import dataset_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from kg_service.store.client import Client

__all__ = ["Difference", "compare", "load", "recorded", "remote_facts"]

#: Names under <base>graph/ of the graph that stands for the default graph, and of the record.
DEFAULT_GRAPH, RECORD = "graph/default", "graph/load"
_SHA256, _TRIPLES = ox.NamedNode(SCHEMA + "sha256"), ox.NamedNode(VOID + "triples")
_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph as the folder has it; `public` tells whether its triples are in the default graph too."""

    iri: str
    triples: tuple[ox.Triple, ...]
    sha256: str
    public: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What distinguishes a graph in the store from the folder's: `missing`, `other` or `extra`; numbers of triples."""

    iri: str
    kind: str
    here: int
    there: int


def graphs_of(places: Sequence[Path]) -> tuple[list[Graph], dict[str, Any]]:
    """Return the graphs of a data set, with what follows from it and its default graph; and the facts about it."""
    source = open_source(places)
    if not source.folder:
        raise WrongUsage("Only a data set's folder can be put into a store.")
    store, facts, graphs = load_store(source)
    found = [_graph(store, ox.NamedNode(each["iri"]), each["iri"], public=each["public"]) for each in graphs]
    return [*found, _graph(store, DEFAULT, f"{source.base}{DEFAULT_GRAPH}", public=False)], facts


def _graph(store: ox.Store, name: ox.NamedNode | ox.DefaultGraph, iri: str, *, public: bool) -> Graph:
    triples = tuple(quad.triple for quad in store.quads_for_pattern(None, None, None, name))
    return Graph(iri, triples, dataset_hash(map(in_graph, triples)), public)


class Recorded(NamedTuple):
    """What the record says of a graph in the store."""

    sha256: str
    triples: int
    public: bool


def load(places: Sequence[Path], client: Client, tell: Callable[[str], None]) -> int:
    """Put each graph that is not there yet, whole or not at all; return how many were put.

    tell   is given one line a graph
    Raises RemoteUnavailable where the engine is down or refuses.
    """
    graphs, facts = graphs_of(places)
    base = facts["base"]
    known = recorded(client, base)
    wanted = {each.iri for each in graphs}
    put = 0
    for graph in graphs:
        now = Recorded(graph.sha256, len(graph.triples), graph.public)
        if graph.iri in known and known[graph.iri].sha256 == graph.sha256:
            known[graph.iri] = now
            continue
        _forget(client, base, known, {graph.iri, f"{base}{DEFAULT_GRAPH}"})
        _put(client, graph.iri, graph.triples)
        known[graph.iri] = now
        _record(client, base, known)
        put += 1
        tell(f"{graph.iri}: {len(graph.triples)} triples")
    for iri in known.keys() - wanted:
        _forget(client, base, known, {iri})
        client.delete_graph(iri)
        put += 1
        tell(f"{iri}: removed")
    _record(client, base, known)
    return put


def compare(places: Sequence[Path], client: Client) -> Iterator[Difference]:
    """Yield each graph that the store has otherwise than the folder, by the canonical hash of what it really holds."""
    graphs, facts = graphs_of(places)
    default = f"{facts['base']}{DEFAULT_GRAPH}"
    is_peer = peer_facts(client, facts["base"]) is not None
    remote = RemoteGraphs(client, None if is_peer else default, [each.iri for each in graphs])
    for graph in graphs:
        name = DEFAULT if is_peer and graph.iri == default else ox.NamedNode(graph.iri)
        there = list(remote.quads_for_pattern(None, None, None, name))
        if not there and graph.triples:
            yield Difference(graph.iri, "missing", len(graph.triples), 0)
        elif dataset_hash(in_graph(quad.triple) for quad in there) != graph.sha256:
            yield Difference(graph.iri, "other", len(graph.triples), len(there))
    known = recorded(client, facts["base"])
    for iri in sorted(known.keys() - {each.iri for each in graphs}):
        yield Difference(iri, "extra", 0, known[iri].triples)


def recorded(client: Client, base: str) -> dict[str, Recorded]:
    """Return what the store's own record says of each graph."""
    record = ox.NamedNode(f"{base}{RECORD}")
    found: dict[str, dict[str, str]] = {}
    for quad in RemoteGraphs(client, None, []).quads_for_pattern(None, None, None, record):
        found.setdefault(value(quad.subject), {})[quad.predicate.value] = value(quad.object)
    return {
        iri: Recorded(said.get(SCHEMA + "sha256", ""), int(said[VOID + "triples"]), public=_PART_OF.value in said)
        for iri, said in found.items()
        if VOID + "triples" in said
    }


def remote_facts(places: Sequence[Path], client: Client) -> dict[str, Any]:
    """Return the facts about a data set in a store: from the record there, and the folder's catalogue and prefixes.

    Another instance of this program tells of itself, where a record would.
    Raises DataInvalid where the store does not hold the data set.
    """
    files = [file for file in discover(places) if file.is_prefixes or file.name.startswith("data/catalog.")]
    source = assemble(places, [(file, parse_file(file)) for file in files])
    store = ox.Store()
    store.bulk_extend(in_graph(triple) for triple in source.public_triples())
    known = recorded(client, source.base)
    default = f"{source.base}{DEFAULT_GRAPH}"
    peer = peer_facts(client, source.base) if default not in known else None
    if peer is not None:
        return facts_of(store, source, peer["hash"], GraphList(())) | peer
    if default not in known:
        raise DataInvalid(f"{client.address.shown} does not hold this data set; put it there with `kg load --store …`.")
    graphs = [
        {"iri": iri, "triples": each.triples, "public": each.public}
        for iri, each in sorted(known.items())
        if iri != default
    ]
    hashes = "\n".join(f"{iri} {each.sha256}" for iri, each in sorted(known.items()))
    hash_ = hashlib.sha256(hashes.encode()).hexdigest()
    facts = facts_of(store, source, hash_, GraphList(()))
    return facts | {"triples": known[default].triples, "graphs": graphs, "default_graph": default}


def _put(client: Client, graph: str, triples: Iterable[ox.Triple]) -> None:
    sink = io.BytesIO()
    write(triples, sink, RDF_FORMATS["nt"])
    client.put_graph(graph, sink.getvalue())


def _forget(client: Client, base: str, known: dict[str, Recorded], graphs: set[str]) -> None:
    """Take graphs out of the record before they change: what is under way must not look as if it were there."""
    if known.keys() & graphs:
        for graph in graphs:
            known.pop(graph, None)
        _record(client, base, known)


def _record(client: Client, base: str, known: dict[str, Recorded]) -> None:
    default = ox.NamedNode(f"{base}{DEFAULT_GRAPH}")
    triples: list[ox.Triple] = []
    for iri, each in known.items():
        node = ox.NamedNode(iri)
        number = ox.Literal(str(each.triples), datatype=ox.NamedNode(XSD + "integer"))
        triples += [ox.Triple(node, _SHA256, ox.Literal(each.sha256)), ox.Triple(node, _TRIPLES, number)]
        triples += [ox.Triple(node, _PART_OF, default)] if each.public else []
    _put(client, f"{base}{RECORD}", triples)
