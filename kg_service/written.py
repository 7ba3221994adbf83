"""A large data set as its files write it: its hash, its default graph, what is not in that, and how things are named.

All of it comes from lines of N-Quads, sorted in runs on disk. The index cannot stand in for the files: it has numbers
and dates in a form of its own, and takes ten times as long to be read whole.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg_service.canonical import Canonical
from kg_service.compressed import open_compressed
from kg_service.layout import RESERVED
from kg_service.search.rows import SUB_PROPERTY, TYPE, names
from kg_service.terms import DEFAULT, RDF_FORMATS, in_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["DEFAULT_GRAPH", "NAMES", "File", "Written", "parsed", "read"]

#: Files in the folder: the default graph as N-Triples, and what in it names and classes things, as N-Quads.
DEFAULT_GRAPH, NAMES = "default.nt", "names.nq"
#: Quads that are sorted in memory at once, and lines that are written at once.
_RUN, _LINES = 250_000, 10_000
_SEGMENTS = b"|".join(re.escape(each.encode()) for each in sorted(RESERVED))


@dataclass(frozen=True, slots=True)
class File:
    """One file: where it is, how it is read, the graph of what it puts into none, and whether that is public."""

    path: str
    format: str
    base: str | None
    graph: str | None
    public: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What the files write.

    hash      the data set hash
    hidden    graphs without a part in the default graph
    nameless  where there are blank nodes, as pairs of predicate and graph, "" being a blank one: such triples are not
              in the file of the default graph
    reserved  something that is described under an address of the service, or ""
    names     the properties that name things, the best first
    """

    hash: str
    hidden: tuple[str, ...]
    nameless: tuple[tuple[str, str], ...]
    reserved: str
    names: tuple[str, ...]


def parsed(file: File) -> Iterator[ox.Quad]:
    """Yield the quads of a file in their graphs. Raises SyntaxError, DataInvalid."""
    graph = ox.NamedNode(file.graph) if file.graph else DEFAULT
    content = open_compressed(Path(file.path))
    where: dict[str, Any] = {"path": file.path} if content is None else {"input": content}
    # A label of a blank node means something within its file only (RDF 1.1 Concepts §3.4).
    for quad in ox.parse(**where, format=RDF_FORMATS[file.format], base_iri=file.base, rename_blank_nodes=True):
        yield in_graph(quad.triple, graph) if quad.graph_name == DEFAULT else quad


def read(files: Sequence[File], folder: Path, base: str) -> Written:
    """Read all files once; write what names things into the folder and, where there is a base, the default graph."""
    document, hidden, declared = Canonical(folder), set[bytes](), list[bytes]()
    for is_public in (False, True):
        for chunk in _chunks(parsed(file) for file in files if file.public is is_public):
            text = document.add(chunk if is_public else _noting(chunk, hidden))
            if is_public:  # no literal has a line's end in it: what ends a line is a graph's name
                hidden -= {graph for graph in hidden if b" %b .\n" % graph in text}
            declared += re.findall(rb"^[^\n]* %b [^\n]*\n" % str(SUB_PROPERTY).encode(), text, re.MULTILINE)
    pairs = [(quad.subject, quad.object) for quad in ox.parse(b"".join(declared), format=ox.RdfFormat.N_QUADS)]
    known = names(pairs)
    digest, reserved = _write(document, folder, base, hidden, {str(each).encode() for each in (*known, TYPE)})
    apart = tuple(sorted(graph.decode()[1:-1] for graph in hidden))
    nameless = tuple(sorted(set(map(_place, document.nameless))))
    return Written(digest, apart, nameless, reserved, tuple(each.value for each in known))


def _write(document: Canonical, folder: Path, base: str, hidden: set[bytes], naming: set[bytes]) -> tuple[str, str]:
    """Write the files; return the hash, and what is described under an address of the service."""
    digest, reserved, lines = hashlib.sha256(), "", document.lines()
    refused = re.compile(rb"^<(%b(?:%b)(?:[/#][^>]*)?)>" % (re.escape(base.encode()), _SEGMENTS), re.MULTILINE)
    with (folder / DEFAULT_GRAPH).open("wb") as default, (folder / NAMES).open("wb") as named:
        before = b""
        while part := list(islice(lines, _LINES)):
            text = b"".join(part)
            digest.update(text)
            found = refused.search(text) if base and not reserved else None
            reserved = found[1].decode() if found else reserved
            public: list[bytes] = []
            for line in part:
                triple, _, graph = line[:-3].rpartition(b" ")
                if base and (graph in hidden or triple == before):
                    continue
                if line.split(b" ", 2)[1] in naming:
                    named.write(line)
                if base and not (b"_:" in line and line in document.nameless):
                    public.append(triple)
                    before = triple
            default.write(b"".join(b"%b .\n" % triple for triple in public))
    return digest.hexdigest(), reserved


def _place(line: bytes) -> tuple[str, str]:
    """Return the predicate and the graph of a line."""
    [quad] = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    graph = quad.graph_name if isinstance(quad, ox.Quad) else DEFAULT
    return quad.predicate.value, graph.value if isinstance(graph, ox.NamedNode) else ""


def _chunks(files: Iterable[Iterator[ox.Quad]]) -> Iterator[Iterator[ox.Quad]]:
    """Yield all quads in runs, each to be read to its end before the next; terms never stand in memory together."""
    quads = chain.from_iterable(files)
    for first in quads:
        yield chain([first], islice(quads, _RUN - 1))


def _noting(quads: Iterable[ox.Quad], graphs: set[bytes]) -> Iterator[ox.Quad]:
    for quad in quads:
        graphs.add(str(quad.graph_name).encode())
        yield quad
