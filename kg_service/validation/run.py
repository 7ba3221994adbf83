"""One validation from files to report: parse, check shapes, check source texts, lint, explain, find the places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import DataInvalid, DataSyntaxError, WrongUsage
from kg_service.layout import SourceFile, discover, query_files, shape_files, shown
from kg_service.loading import Parsed, Source, assemble, parse_file, prefixes_of
from kg_service.namespaces import RDFS, SKOS
from kg_service.terms import value
from kg_service.turtle_scanner import declared_prefixes
from kg_service.validation.explain import add_explanations
from kg_service.validation.invalid import invalid_result, stable_name, too_complex
from kg_service.validation.lint import lint
from kg_service.validation.locate import add_places
from kg_service.validation.results import Place, Report
from kg_service.validation.source_text import check_source_texts
from kg_service.validation.suggestions import add_labels, add_suggestions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["shapes_of", "validate"]

Contents = list[tuple[SourceFile, list[ox.Quad]]]


def validate(
    places: Sequence[Path],
    *,
    shapes: Sequence[Path] = (),
    sources: Path | None = None,
    with_lint: bool = True,
    with_queries: bool = True,
) -> Report:
    """Validate folders of the layout, or plain RDF files.

    shapes         files or folders of shapes in place of the data set's own
    sources        folder with the texts of source documents, `<document>.txt`
    with_lint      apply the rules beside the shapes
    with_queries   try the named queries of the folders
    A file that cannot be parsed is a result like any other; all files are parsed, the shapes then not checked.
    """
    files, named = discover(places), shape_files(shapes)
    report = Report(names={shown(file.path): stable_name(file) for file in (*files, *named)})
    report.names |= {shown(path): f"queries/{path.name}" for path in query_files(places)}
    contents, given = _parse(files, report), _parse(named, report)
    report.files = len(contents) + len(given) + len(report.results)
    if report.results:
        report.notices.append("Shapes, source texts and queries are checked once all files parse.")
        report.sort()
        return report
    shape_quads = _shapes(contents, given, own=not shapes)
    if shapes and not shape_quads:
        raise WrongUsage("The files named with --shapes hold no statement.")
    try:
        source = assemble(places, contents)
    except DataInvalid as problem:
        report.results.append(invalid_result(problem, "dataset"))
        report.sort()
        return report
    quads = _checked_quads(source, with_shapes=bool(shapes))
    report.triples = len({quad.triple for quad in quads})
    _check_shapes(quads, shape_quads, source, [file for file, _ in (*contents, *given)], report)
    check_source_texts(quads, sources, report)
    if with_lint:
        report.results += lint(source, {each.focus for each in report.results if not each.path})
    report.results = add_suggestions(report.results, source.quads())
    report.results = add_labels(report.results, _labels(source.quads()))
    report.results = add_places(report.results, source.parsed, [Parsed(file, tuple(q)) for file, q in given])
    queries = query_files(places) if with_lint and with_queries else ()
    if queries:
        from kg_service.validation.lint_queries import lint_queries  # noqa: PLC0415 - loads the store's operations

        lint_queries(queries, source, report)
    report.sort()
    return report


def shapes_of(source: Source, places: Sequence[Path], shapes: Sequence[Path]) -> list[ox.Quad]:
    """Return the triples of the shapes graph: the shapes and the table of prefixes they refer to."""
    prefixes = [(file, parse_file(file)) for file in discover(places) if file.is_prefixes]
    own = [(each.file, list(each.quads)) for each in source.parsed]
    given = [(file, parse_file(file)) for file in shape_files(shapes)]
    return _shapes(prefixes + own, given, own=not shapes)


def _parse(files: Sequence[SourceFile], report: Report) -> Contents:
    """Parse files; those that cannot be parsed become results."""
    contents: Contents = []
    broken: list[SourceFile] = []
    for file in files:
        try:
            contents.append((file, parse_file(file)))
        except DataSyntaxError:
            broken.append(file)
        except DataInvalid as problem:
            report.results.append(replace(invalid_result(problem, "dataset"), place=Place(shown(file.path))))
    if broken:
        from kg_service.validation.syntax import syntax_result  # noqa: PLC0415 - only where something is broken

        known = prefixes_of(contents)
        report.results += [found for file in broken if (found := syntax_result(file, known)) is not None]
    return contents


def _shapes(contents: Contents, given: Contents, *, own: bool) -> list[ox.Quad]:
    prefixes = [quad for file, quads in contents if file.is_prefixes for quad in quads]
    chosen = [quads for file, quads in contents if file.is_shapes] if own else [quads for _, quads in given]
    found = [quad for quads in chosen for quad in quads]
    return [*prefixes, *found] if found else []


def _checked_quads(source: Source, *, with_shapes: bool) -> list[ox.Quad]:
    """Return what the shapes are checked on: the graphs of the default graph, before inference."""
    if not source.folder or with_shapes:
        return [quad for each in source.parsed if not each.file.is_shapes for quad in each.quads]
    return [quad for quad in source.quads() if quad.graph_name in source.public]


def _check_shapes(
    quads: list[ox.Quad], shapes: list[ox.Quad], source: Source, files: list[SourceFile], report: Report
) -> None:
    if not shapes:
        report.notices.append("There are no shapes; syntax, source texts and the rules beside shapes were checked.")
        return
    from kg_service.validation.engine import check_shapes  # noqa: PLC0415 - not needed without shapes

    report.results += too_complex(shapes)
    if report.results:
        return
    try:
        outcome = check_shapes(quads, shapes)
    except DataInvalid as problem:
        report.results.append(invalid_result(problem, "shapes", shapes))
        return
    if outcome is None:
        return
    from kg_service.validation.report_graph import read_results  # noqa: PLC0415 - loads rdflib

    report.graph = outcome.report.serialize(format="nt")
    report.results += add_explanations(read_results(outcome), shapes, source.prefixes or _own_prefixes(files))


def _own_prefixes(files: Iterable[SourceFile]) -> dict[str, str]:
    """Return the prefixes that loose files declare themselves, those of the first file first."""
    found: dict[str, str] = {}
    for file in files:
        if file.format in ("ttl", "trig"):
            found = declared_prefixes(file.path.read_text("utf-8")) | found
    return found


def _labels(quads: Iterable[ox.Quad]) -> dict[str, str]:
    wanted = {RDFS + "label", SKOS + "prefLabel"}
    return {
        value(quad.subject): value(quad.object)
        for quad in quads
        if quad.predicate.value in wanted and isinstance(quad.object, ox.Literal) and quad.object.language == "en"
    }
