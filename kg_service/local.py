"""What the command line does to a data set in its own process: query, export, format."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg_service.config import Limits
from kg_service.errors import DataSyntaxError, WrongUsage
from kg_service.formats import Kind, named, offered
from kg_service.layout import discover, is_layout, query_files
from kg_service.loading import open_source
from kg_service.named_queries import bind, read_queries, read_query
from kg_service.protocol import read_operation
from kg_service.store.embedded import answer_query
from kg_service.store.opening import open_local, open_remote
from kg_service.store.operations import answer_dump, answer_graph
from kg_service.table import write_table
from kg_service.turtle import format_turtle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg_service.store.contract import Store

__all__ = ["answer_locally", "dump_locally", "dump_per_graph", "format_files"]


class _Buffer(io.BytesIO):
    """A writer for the store's operations that keeps the bytes."""

    def begin(self, head: bytes = b"", *, form: int = 0) -> None:
        """Take the head; a local caller knows what it asked for."""


def answer_locally(
    places: Sequence[Path], name: str, values: Mapping[str, str], format_name: str | None, address: str = ""
) -> bytes:
    """Answer a named query, a query file or `-` (standard input) and return the result's bytes.

    format_name   a result format, `table`, or None: a table for solutions, Turtle for triples
    address       of a remote store that holds the data set; "" loads the files
    Raises QuerySyntaxError with the place in the query; WrongUsage for an unknown name or format.
    """
    limits = Limits()
    store = _open(places, limits, address)
    text = _query_text(places, name, values, store.facts["prefixes"])
    operation = read_operation(text, [], base="", limits=limits)
    kind = operation.analysis.form.kind
    as_table = format_name == "table" or (format_name is None and kind is not Kind.TRIPLES)
    row = named("tsv", kind) if as_table and kind is not Kind.TRIPLES else named(format_name or "ttl", kind)
    if row is None:
        known = ", ".join(["table", *(each.name for each in offered(kind))])
        raise WrongUsage(f"There is no format {format_name!r} for this result; there are: {known}.")
    buffer = _Buffer()
    with contextlib.closing(store):
        answer_query(store, buffer, **operation.work(row.name))
    if as_table and kind is Kind.SOLUTIONS:
        return write_table(buffer.getvalue().decode(), store.facts["prefixes"]).encode()
    return buffer.getvalue() + (b"\n" if kind is Kind.BOOLEAN else b"")


def dump_locally(places: Sequence[Path], format_name: str) -> bytes:
    """Return the whole data set in a format."""
    row = named(format_name, Kind.TRIPLES)
    if row is None:
        known = ", ".join(each.name for each in offered(Kind.TRIPLES))
        raise WrongUsage(f"There is no format {format_name!r} for a data set; there are: {known}.")
    buffer = _Buffer()
    answer_dump(_open(places, Limits()), buffer, format_name=row.name)
    return buffer.getvalue()


def dump_per_graph(places: Sequence[Path], format_name: str, folder: Path) -> None:
    """Write one file per named graph into a folder, made where it does not exist."""
    row = named(format_name, Kind.TRIPLES)
    if row is None:
        raise WrongUsage(f"There is no format {format_name!r} for a graph.")
    store = _open(places, Limits())
    base = store.facts["base"]
    for graph in store.graphs:
        name = graph["iri"].removeprefix(base).replace("#", "/")
        path = folder / f"{''.join(c if c.isalnum() or c in '/-_.' else '_' for c in name)}.{row.name}"
        buffer = _Buffer()
        answer_graph(store, buffer, graph=graph["iri"], format_name=row.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getvalue())


def format_files(places: Sequence[Path], paths: Sequence[Path], *, check: bool) -> list[str]:
    """Bring files into canonical layout and return the names of those that were not.

    paths   files or folders; none: all Turtle and TriG files of the data set
    Each file is replaced whole or not at all. Raises DataSyntaxError, CheckFailed (exit 1).
    """
    files = discover(places) if not paths or all(map(is_layout, places)) else ()
    prefixes = open_source(places).prefixes if any(file.is_prefixes for file in files) else {}
    wanted = _turtle_files(paths) if paths else [file.path for file in files if file.path.suffix in (".ttl", ".trig")]
    changed: list[str] = []
    for path in wanted:
        text = path.read_text("utf-8")
        try:
            formatted = format_turtle(text, trig=path.suffix == ".trig", prefixes=prefixes, name=str(path))
        except SyntaxError as error:
            raise DataSyntaxError(str(error.msg), line=error.lineno, column=error.offset, file=str(path)) from error
        if formatted != text:
            changed.append(str(path))
            if not check:
                _replace(path, formatted)
    return changed


def _turtle_files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(each for each in path.rglob("*") if each.suffix in (".ttl", ".trig"))
        elif path.is_file() and path.suffix in (".ttl", ".trig"):
            found.append(path)
        else:
            raise WrongUsage(f"{path}: only .ttl and .trig files are formatted.")
    return found


def _replace(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".kg-format-")
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    Path(temporary).chmod(path.stat().st_mode)
    Path(temporary).replace(path)


def _query_text(places: Sequence[Path], name: str, values: Mapping[str, str], prefixes: Mapping[str, str]) -> str:
    if name == "-" or name.endswith((".rq", ".sparql")):
        if values:
            if name == "-":
                raise WrongUsage("Only named queries have parameters.")
            return bind(read_query(Path(name)), values, prefixes)
        try:
            return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        except OSError as error:
            raise WrongUsage(f"{name}: {error.strerror}.") from error
    queries = read_queries(query_files(places))
    if name not in queries:
        raise WrongUsage(f"There is no query {name!r} in queries/; there are: {', '.join(queries) or 'none'}.")
    return bind(queries[name], values, prefixes)


def _open(places: Sequence[Path], limits: Limits, address: str = "") -> Store:
    if address:
        return open_remote(address, places, limits)
    return open_local(places, limits)
