"""Loading a large data set into an index on disk, file by file and never whole into memory.

Run as `python -m kg_service.bulk PARENT FOLDER PLACE…`, PARENT being the process that it ends with: the engine's
loader starts threads, which a process that forks workers must not have. It tells its progress line by line, and a
failure as one line of JSON.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.compressed import COMPRESSED, read_file
from kg_service.errors import DataInvalid, DataSyntaxError, Problem
from kg_service.evaluation.confinement import die_with_parent
from kg_service.inference import PREFIXES, RULES, useful
from kg_service.layout import RESERVED, discover
from kg_service.loading import assemble, facts_of, parse_file
from kg_service.snapshots import FACTS, INDEX
from kg_service.terms import DEFAULT, RDF_FORMATS, in_graph
from kg_service.versions import dataset_hash, source_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg_service.layout import SourceFile
    from kg_service.loading import Source

__all__ = ["build"]

#: Files up to this size are also read whole: they hold the catalogue, the prefixes and the ontology.
_SMALL = 4 * 1024 * 1024
_MIB = 1024 * 1024


def build(places: Sequence[Path], folder: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Build the index of a data set in a folder and return the facts about it.

    Raises DataSyntaxError with file, line and column for the first file that cannot be parsed.
    """
    files = discover(places)
    small = [file for file in files if file.is_prefixes or file.path.stat().st_size <= _SMALL or _is_catalogue(file)]
    source = assemble(places, [(file, parse_file(file)) for file in small])
    source.fingerprint = source_fingerprint((file.name, file.path) for file in files)
    store = ox.Store(str(folder / INDEX))
    store.bulk_extend(source.quads())
    loaded = [file for file in files if not file.is_prefixes]
    read = {file.path for file in small}
    _load(store, [file for file in files if file.path not in read], source, tell)
    if source.folder:
        tell("making the default graph")
        hidden = _hidden(source)
        store.bulk_extend(in_graph(quad.triple) for quad in store if quad.graph_name not in hidden)
        graphs = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
        source.public = frozenset(graph for graph in graphs if graph not in hidden)
        _require_unreserved(store, source)
    tell("inferring")
    _infer(store, source)
    tell("hashing and counting")
    hash_ = dataset_hash(_as_written(loaded, source), folder)
    facts = facts_of(store, source, hash_)
    store.optimize()
    store.flush()
    (folder / FACTS).write_text(json.dumps(facts), "utf-8")
    return facts


def _is_catalogue(file: SourceFile) -> bool:
    return file.name.startswith("data/catalog.")


def _hidden(source: Source) -> set[object]:
    """Return the graphs that files write which have no part in the default graph: shapes and alignments."""
    written = {
        is_public: {
            quad.graph_name for each in source.parsed if each.file.role.public is is_public for quad in each.quads
        }
        for is_public in (True, False)
    }
    return {*(written[False] - written[True])}


def _require_unreserved(store: ox.Store, source: Source) -> None:
    """Raise DataInvalid where something is described under an address that belongs to the service."""
    segments = "|".join(map(re.escape, sorted(RESERVED)))
    start = ox.Literal(f"^{re.escape(source.base)}({segments})([/#]|$)")
    found = store.query(f"SELECT ?s {{ {{ ?s ?p ?o }} FILTER(isIRI(?s) && REGEX(STR(?s), {start})) }} LIMIT 1")
    for row in cast("ox.QuerySolutions", found):
        raise DataInvalid(f"{row['s']} is described, but addresses under that segment belong to the service.")


def _load(store: ox.Store, files: Sequence[SourceFile], source: Source, tell: Callable[[str], None]) -> None:
    whole = sum(file.path.stat().st_size for file in files) or 1
    done, began = 0, time.monotonic()
    for file in files:
        graph = source.graph(file.graph) if source.folder and file.graph else DEFAULT
        syntax = RDF_FORMATS[file.format]
        try:
            if file.path.suffix.lower() in COMPRESSED:
                store.bulk_load(read_file(file.path), format=syntax, base_iri=file.base, to_graph=graph)
            else:
                store.bulk_load(path=str(file.path), format=syntax, base_iri=file.base, to_graph=graph)
        except SyntaxError as error:
            reason = (error.msg or "").partition(": ")[2] or error.msg
            raise DataSyntaxError(reason, line=error.lineno, column=error.offset, file=file.name) from error
        done += file.path.stat().st_size
        spent = time.monotonic() - began
        left = spent / done * (whole - done) if done else 0
        rate = done / _MIB / spent if spent else 0
        tell(f"loaded {done * 100 // whole} %, {rate:.1f} MiB/s, {left:.0f} s left: {file.name}")


def _infer(store: ox.Store, source: Source) -> None:
    """Add what follows, as `inference.infer` does in memory, to the default graph and to graph/inferred."""
    if not source.folder:
        return
    inferred = source.graph("inferred")
    grown = True
    while grown:
        grown = False
        for rule in RULES.values():
            found = cast("ox.QueryTriples", store.query(rule.replace("INSERT", "CONSTRUCT", 1), prefixes=PREFIXES))
            new = [each for each in map(in_graph, found) if each not in store]
            grown = grown or bool(new)
            store.bulk_extend(new)
            store.bulk_extend(in_graph(quad.triple, inferred) for quad in new)
    ontology = source.graph("ontology")
    is_useful = useful(quad.triple for quad in store.quads_for_pattern(None, None, None, ontology))
    for quad in [each for each in store.quads_for_pattern(None, None, None, inferred) if not is_useful(each.triple)]:
        store.remove(quad)
        store.remove(in_graph(quad.triple))


def _as_written(files: Sequence[SourceFile], source: Source) -> Iterator[ox.Quad]:
    """Yield the quads as the files write them: the index has numbers and dates in its own form."""
    for file in files:
        graph = source.graph(file.graph) if source.folder and file.graph else DEFAULT
        content: Any = read_file(file.path) if file.path.suffix.lower() in COMPRESSED else None
        where = {"input": content} if content is not None else {"path": str(file.path)}
        for quad in ox.parse(**where, format=RDF_FORMATS[file.format], base_iri=file.base, rename_blank_nodes=True):
            yield in_graph(quad.triple, graph) if quad.graph_name == DEFAULT else quad


def main() -> None:
    """Build the snapshot that the command line names."""
    die_with_parent()
    if os.getppid() != int(sys.argv[1]):  # it ended before it could be followed
        return
    folder, *places = map(Path, sys.argv[2:])

    def tell(line: str) -> None:
        print(line, flush=True)

    try:
        build(places, folder, tell)
    except Problem as problem:
        members = {key: each for key, each in problem.members.items() if isinstance(each, str | float | list)}
        told = {"slug": problem.slug, "detail": problem.detail, "line": problem.line, "column": problem.column}
        tell(json.dumps(told | {"members": members}))
        sys.exit(1)
    except OSError as error:
        tell(json.dumps({"slug": "tool-failed", "detail": f"{error}.", "line": None, "column": None, "members": {}}))
        sys.exit(3)


if __name__ == "__main__":
    main()
