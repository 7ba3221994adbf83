"""Loading a large data set into an index on disk, file by file and never whole into memory.

Run as `python -m kg_service.bulk FOLDER PLACE…`: the engine's loader starts threads, which a process that forks
workers must not have. It tells its progress line by line, and a failure as one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.compressed import COMPRESSED, read_file
from kg_service.errors import DataSyntaxError, Problem
from kg_service.inference import PREFIXES, RULES, useful
from kg_service.layout import discover
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
    small = [file for file in files if file.path.stat().st_size <= _SMALL]
    source = assemble(places, [(file, parse_file(file)) for file in small])
    source.fingerprint = source_fingerprint((file.name, file.path) for file in files)
    store = ox.Store(str(folder / INDEX))
    store.bulk_extend(source.quads())
    loaded = [file for file in files if not file.is_prefixes]
    _load(store, [file for file in files if file not in small], source, tell)
    hidden = {source.graph(file.graph) for file in loaded if file.graph and not file.role.public}
    tell("making the default graph")
    public = (quad for quad in store if quad.graph_name not in hidden)
    store.bulk_extend(in_graph(quad.triple) for quad in public)
    tell("inferring")
    _infer(store, source)
    tell("hashing and counting")
    graphs = [graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]
    source.public = frozenset(graph for graph in graphs if graph not in hidden)
    hash_ = dataset_hash(_as_written(loaded, source), folder)
    facts = facts_of(store, source, hash_)
    store.optimize()
    store.flush()
    (folder / FACTS).write_text(json.dumps(facts), "utf-8")
    return facts


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
    folder, *places = map(Path, sys.argv[1:])

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
