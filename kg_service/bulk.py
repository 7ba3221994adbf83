"""Loading a large data set into an index on disk, file by file and never whole into memory.

Run as `python -m kg_service.bulk PARENT FOLDER PLACE…`, PARENT being the process that it ends with: the engine's
loader starts threads, which a process that forks workers must not have. It tells its progress line by line, and a
failure as one line of JSON. What is not in the index a process beside it finds in the files (`reading`).
"""

from __future__ import annotations

import json
import os
import sys
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg_service.compressed import open_compressed, read_file
from kg_service.config import Limits
from kg_service.errors import DataInvalid, DataSyntaxError, Problem, SystemRefused
from kg_service.evaluation.confinement import die_with_parent
from kg_service.facts import facts_of, named_graphs
from kg_service.graph_list import GraphFile, write_graphs
from kg_service.inference import close, remove_useless
from kg_service.layout import discover
from kg_service.loading import assemble, parse_file
from kg_service.reading import INFERRED, Reader
from kg_service.schema.document import make_schema
from kg_service.search.rows import TYPE
from kg_service.snapshots import FACTS, GRAPHS, INDEX, SCHEMA, STATISTICS
from kg_service.statistics import count
from kg_service.store.embedded import EmbeddedStore
from kg_service.terms import DEFAULT, RDF_FORMATS, in_graph
from kg_service.versions import source_fingerprint
from kg_service.written import DEFAULT_GRAPH, File, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

    from kg_service.layout import SourceFile
    from kg_service.loading import Source
    from kg_service.written import Written

__all__ = ["build"]

#: Files up to this size are put together before they are loaded: each load on its own makes files of the index.
_SMALL = 4 * 1024 * 1024
_MIB = 1024 * 1024


def build(places: Sequence[Path], folder: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Build the snapshot of a data set in a folder and return the facts about it.

    Raises DataSyntaxError with file, line and column for the first file that cannot be parsed.
    """
    files = discover(places)
    source = assemble(places, [(file, parse_file(file)) for file in files if _tells_of_the_whole(file)])
    source.fingerprint = source_fingerprint((file.name, file.path) for file in files)
    store = ox.Store(str(folder / INDEX))
    with Reader([_file(each, source) for each in files if not each.is_prefixes], folder, source.base) as reader:
        _load(store, [file for file in files if not file.is_prefixes], source, folder, tell)
        tell("making the default graph")
        written = reader.result()
        if written.reserved:
            place = f"<{written.reserved}>"
            raise DataInvalid(f"{place} is described, but addresses under that segment belong to the service.")
        if source.folder:
            _make_default_graph(store, folder, written)
            store.optimize()  # each load has made files of its own, and whatever is looked up is looked up in all
            tell("inferring")
            _infer(store, source, folder, written)
        (folder / DEFAULT_GRAPH).unlink()
        reader.go_on()
        tell("counting and naming")
        facts = _count(store, source, folder, written)
        store.optimize()
        store.flush()
        reader.finish()
    (folder / FACTS).write_text(json.dumps(facts), "utf-8")
    return facts


def _tells_of_the_whole(file: SourceFile) -> bool:
    """Tell whether a file may state the base of the data set, or declares prefixes: those are read first."""
    is_small = file.path.stat().st_size <= _SMALL
    return (
        file.is_prefixes or file.name.startswith("data/catalog.") or (is_small and b"uriSpace" in read_file(file.path))
    )


def _file(file: SourceFile, source: Source) -> File:
    graph = source.graph(file.graph).value if source.folder and file.graph else None
    return File(str(file.path), file.format, file.base, graph, file.role.public)


def _load(
    store: ox.Store, files: Sequence[SourceFile], source: Source, folder: Path, tell: Callable[[str], None]
) -> None:
    """Load all files into their graphs: the small ones as one, then each large one by itself."""
    sizes = {file: file.path.stat().st_size for file in files}
    small = [file for file in files if sizes[file] <= _SMALL]
    whole, done, began = sum(sizes.values()) or 1, 0, time.monotonic()

    def loaded(size: int, name: str) -> None:
        nonlocal done
        done += size
        spent = max(time.monotonic() - began, 1e-9)
        left = spent / done * (whole - done) if done else 0
        tell(f"loaded {done * 100 // whole} %, {done / _MIB / spent:.1f} MiB/s, {left:.0f} s left: {name}")

    together = folder / "small.nq"
    quads = chain.from_iterable(_named_errors(file, source) for file in small)
    ox.serialize(quads, str(together), format=ox.RdfFormat.N_QUADS)
    store.bulk_load(path=str(together), format=ox.RdfFormat.N_QUADS)
    together.unlink()
    loaded(sum(sizes[file] for file in small), f"{len(small)} files")
    for file in files:
        if sizes[file] > _SMALL:
            _load_one(store, file, source)
            loaded(sizes[file], file.name)


def _named_errors(file: SourceFile, source: Source) -> Iterator[ox.Quad]:
    """Yield the quads of a file. Raises DataSyntaxError with the file's name."""
    try:
        yield from parsed(_file(file, source))
    except SyntaxError as error:
        raise _syntax_error(error, file) from error


def _load_one(store: ox.Store, file: SourceFile, source: Source) -> None:
    graph = source.graph(file.graph) if source.folder and file.graph else DEFAULT
    syntax = RDF_FORMATS[file.format]
    try:
        content = open_compressed(file.path)
        if content is None:
            store.bulk_load(path=str(file.path), format=syntax, base_iri=file.base, to_graph=graph)
        else:
            store.bulk_load(cast("IO[bytes]", content), format=syntax, base_iri=file.base, to_graph=graph)
    except SyntaxError as error:
        raise _syntax_error(error, file) from error


def _syntax_error(error: SyntaxError, file: SourceFile) -> DataSyntaxError:
    reason = (error.msg or "").partition(": ")[2] or error.msg
    return DataSyntaxError(reason, line=error.lineno, column=error.offset, file=file.name)


def _make_default_graph(store: ox.Store, folder: Path, written: Written) -> None:
    """Load the default graph: what the files say from the files, what has no name from the index, which named it."""
    store.bulk_load(path=str(folder / DEFAULT_GRAPH), format=ox.RdfFormat.N_TRIPLES)
    for predicate, name in written.nameless:
        if name in written.hidden:
            continue
        blank = (each for each in store.named_graphs() if isinstance(each, ox.BlankNode))
        for graph in [ox.NamedNode(name)] if name else [*blank]:
            quads = store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph)
            store.bulk_extend(in_graph(quad.triple) for quad in quads)


def _infer(store: ox.Store, source: Source, folder: Path, written: Written) -> None:
    """Add what follows to the default graph and to graph/inferred; what of it names things stands in a file too."""
    inferred = source.graph("inferred")
    close(store, inferred)
    ontology = store.quads_for_pattern(None, None, None, source.graph("ontology"))
    remove_useless(store, inferred, (quad.triple for quad in ontology))
    naming = (*map(ox.NamedNode, written.names), TYPE)
    triples = (quad.triple for each in naming for quad in store.quads_for_pattern(None, each, None, inferred))
    ox.serialize(triples, str(folder / INFERRED), format=ox.RdfFormat.N_TRIPLES)


def _count(store: ox.Store, source: Source, folder: Path, written: Written) -> dict[str, Any]:
    """Write all graphs and the statistics; return the facts."""
    hidden = frozenset(written.hidden)
    write_graphs(folder / GRAPHS, named_graphs(store, lambda iri: source.folder and iri not in hidden))
    counts = count(store, source.base)
    (folder / STATISTICS).write_text(json.dumps(counts.as_json()), "utf-8")
    facts = facts_of(store, source, written.hash, GraphFile(folder / GRAPHS))
    held = EmbeddedStore(store, facts, Limits(), GraphFile(folder / GRAPHS))
    vars(held)["statistics"] = counts  # they are not counted again
    (folder / SCHEMA).write_text(json.dumps(make_schema(held), ensure_ascii=False), "utf-8")
    return facts


def main() -> None:
    """Build the snapshot that the command line names."""
    die_with_parent()
    if os.getppid() != int(sys.argv[1]):  # it ended before it could be followed
        return
    folder, *places = map(Path, sys.argv[2:])

    def tell(line: str) -> None:
        print(line, flush=True)

    try:
        try:
            build(places, folder, tell)
        except OSError as error:
            raise SystemRefused(f"{error}.") from error
    except Problem as problem:
        members = {key: each for key, each in problem.members.items() if isinstance(each, str | float | list)}
        told = {"slug": problem.slug, "detail": problem.detail, "line": problem.line, "column": problem.column}
        tell(json.dumps(told | {"members": members}))
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    main()
