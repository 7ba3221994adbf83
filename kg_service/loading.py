"""Folder → data set: every file parsed once, each triple in its named graph, the default graph as a set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.compressed import read_file
from kg_service.errors import DataInvalid, DataSyntaxError, Problem
from kg_service.facts import facts_of, named_graphs
from kg_service.graph_list import GraphList
from kg_service.inference import infer
from kg_service.layout import RESERVED, SourceFile, discover
from kg_service.namespaces import DCAT, RDF, SH, VOID
from kg_service.terms import DEFAULT, RDF_FORMATS, in_graph, quads_of, to_bytes, value
from kg_service.versions import dataset_hash, read_cached, source_fingerprint, write_cached

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg_service.graph_list import Graphs

__all__ = ["Parsed", "Source", "assemble", "build_store", "load_store", "open_source", "parse_file", "prefixes_of"]

_CACHED = "dataset.json"


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file and its quads, in their named graphs."""

    file: SourceFile
    quads: tuple[ox.Quad, ...]


@dataclass(slots=True)
class Source:
    """A data set as its files state it, before inference.

    base      the IRI all its own IRIs start with; "" for loose files
    folder    whether it comes from folders of the layout (else the files' default graph is kept as it is)
    prefixes  name → namespace, as ontology/prefixes.ttl declares them
    """

    parsed: tuple[Parsed, ...]
    base: str
    folder: bool
    prefixes: dict[str, str]
    fingerprint: str
    public: frozenset[ox.NamedNode | ox.BlankNode] = field(default_factory=frozenset)

    def quads(self) -> Iterable[ox.Quad]:
        """Yield all quads of all graphs, as written."""
        return (quad for each in self.parsed for quad in each.quads)

    def public_triples(self) -> Iterable[ox.Triple]:
        """Yield the triples of the default graph, some more than once."""
        return (quad.triple for quad in self.quads() if quad.graph_name in self.public or quad.graph_name == DEFAULT)

    def graph(self, name: str) -> ox.NamedNode:
        """Return the IRI of one of the data set's own graphs."""
        return ox.NamedNode(f"{self.base}graph/{name}")


def parse_file(file: SourceFile) -> list[ox.Quad]:
    """Parse one file; its quads are in the graphs it writes itself, else in the default graph.

    Raises DataSyntaxError (exit 1) with file, line and column.
    """
    try:
        text = read_file(file.path)
        # A label of a blank node means something within its file only (RDF 1.1 Concepts §3.4).
        syntax = RDF_FORMATS[file.format]
        return quads_of(ox.parse(text, format=syntax, base_iri=file.base, rename_blank_nodes=True))
    except SyntaxError as error:
        reason = (error.msg or "").partition(": ")[2] or error.msg
        raise DataSyntaxError(reason, line=error.lineno, column=error.offset, file=file.name) from error
    except OSError as error:
        raise DataInvalid(f"{file.name} cannot be read: {error.strerror}.") from error


def open_source(places: Sequence[Path]) -> Source:
    """Read all files of the places and put every triple into its named graph.

    Raises the first DataSyntaxError (exit 1), with the others in its member `others`;
    DataInvalid where the catalogue states no base or data stands under a reserved segment.
    """
    contents: list[tuple[SourceFile, list[ox.Quad]]] = []
    broken: list[DataSyntaxError] = []
    for file in discover(places):
        try:
            contents.append((file, parse_file(file)))
        except DataSyntaxError as error:
            broken.append(error)
    if broken:
        broken[0].members["others"] = [place_of(error) for error in broken[1:]]
        raise broken[0]
    return assemble(places, contents)


def assemble(places: Sequence[Path], contents: list[tuple[SourceFile, list[ox.Quad]]]) -> Source:
    """Put the triples of parsed files into their named graphs. Raises as `open_source` does."""
    folder = any(place.is_dir() for place in places)
    base = _base(contents) if folder else ""
    source = Source(
        parsed=tuple(_in_graphs(file, quads, base) for file, quads in contents if not file.is_prefixes),
        base=base,
        folder=folder,
        prefixes=prefixes_of(contents),
        fingerprint=source_fingerprint((file.name, file.path) for file, _ in contents),
    )
    source.public = frozenset(
        quad.graph_name
        for each in source.parsed
        if folder and each.file.role.public
        for quad in each.quads
        if isinstance(quad.graph_name, ox.NamedNode | ox.BlankNode)
    )
    _check_reserved(source)
    return source


def build_store(source: Source) -> tuple[ox.Store, dict[str, Any]]:
    """Load the data set into memory, with inference, and describe it: return the store and the facts about it."""
    store, facts, _ = load_store(source)
    return store, facts


def load_store(source: Source) -> tuple[ox.Store, dict[str, Any], Graphs]:
    """Load the data set into memory, with inference.

    The default graph is a set: each triple of the public graphs and of graph/inferred once.
    Returns the store, the facts about it that the front process needs, as plain JSON values, and all its graphs.
    """
    store = ox.Store()
    store.bulk_extend(source.quads())
    known = read_cached(source.fingerprint, _CACHED)
    if source.folder:
        inferred = _inferred(source, known)
        store.bulk_extend(in_graph(triple, source.graph("inferred")) for triple in inferred)
        store.bulk_extend(in_graph(triple) for triple in source.public_triples())
        store.bulk_extend(in_graph(triple) for triple in inferred)
    else:
        inferred = []
    hash_ = known.get("hash") if known else None
    public = {value(graph) for graph in source.public} | {f"{source.base}graph/inferred"}
    graphs = GraphList(named_graphs(store, public.__contains__))
    facts = facts_of(store, source, hash_ or dataset_hash(source.quads()), graphs)
    if known is None:
        lines = to_bytes(inferred, ox.RdfFormat.N_TRIPLES).decode()
        write_cached(source.fingerprint, _CACHED, {"hash": facts["hash"], "inferred": lines})
    return store, facts, graphs


def place_of(error: Problem) -> str:
    """Write file:line:column: message."""
    place = [str(part) for part in (error.members.get("file"), error.line, error.column) if part is not None]
    return f"{':'.join(place)}: {error.detail}" if place else error.detail


def _in_graphs(file: SourceFile, quads: list[ox.Quad], base: str) -> Parsed:
    if file.graph is None:
        return Parsed(file, tuple(quads))
    graph = ox.NamedNode(f"{base}graph/{file.graph}")
    return Parsed(file, tuple(in_graph(q.triple, graph) if q.graph_name == DEFAULT else q for q in quads))


def _base(contents: list[tuple[SourceFile, list[ox.Quad]]]) -> str:
    space = ox.NamedNode(VOID + "uriSpace")
    kind = ox.NamedNode(RDF + "type")
    datasets = {
        q.subject for _, quads in contents for q in quads if q.predicate == kind and value(q.object) == DCAT + "Dataset"
    }
    stated = {value(q.object) for _, quads in contents for q in quads if q.predicate == space and q.subject in datasets}
    if len(stated) != 1:
        raise DataInvalid(
            f'The data set must state its base exactly once, as `void:uriSpace "https://…/"` of the dcat:Dataset in '
            f"data/catalog.ttl; found {len(stated)}."
        )
    base = stated.pop()
    try:
        ox.NamedNode(f"{base}graph/ontology")
    except ValueError as error:
        raise DataInvalid(f"The base that the data set states, {base!r}, is no absolute IRI.") from error
    return base


def prefixes_of(contents: list[tuple[SourceFile, list[ox.Quad]]]) -> dict[str, str]:
    """Return the table of prefixes that ontology/prefixes.ttl declares (SHACL §5.2.1): name → namespace."""
    names: dict[object, str] = {}
    namespaces: dict[object, str] = {}
    for file, quads in contents:
        if file.is_prefixes:
            for quad in quads:
                if quad.predicate.value == SH + "prefix":
                    names[quad.subject] = value(quad.object)
                elif quad.predicate.value == SH + "namespace":
                    namespaces[quad.subject] = value(quad.object)
    return {name: namespaces[subject] for subject, name in sorted(names.items(), key=lambda item: item[1])}


def _check_reserved(source: Source) -> None:
    if not source.base:
        return
    for each in source.parsed:
        for quad in each.quads:
            if isinstance(quad.subject, ox.NamedNode) and value(quad.subject).startswith(source.base):
                segment = value(quad.subject).removeprefix(source.base).split("/")[0].split("#")[0]
                if segment in RESERVED:
                    raise DataInvalid(
                        f"{each.file.name} describes <{value(quad.subject)}>, but addresses under {segment}/ belong "
                        "to the service; choose another first segment."
                    )


def _inferred(source: Source, known: dict[str, Any] | None) -> list[ox.Triple]:
    if known is not None and "_:" not in known["inferred"]:  # nameless nodes have other labels each time
        return [quad.triple for quad in quads_of(ox.parse(known["inferred"], format=ox.RdfFormat.N_TRIPLES))]
    ontology = source.graph("ontology")
    return infer(source.public_triples(), (quad.triple for quad in source.quads() if quad.graph_name == ontology))
