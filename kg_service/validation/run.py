"""One validation from files to report: parse, check shapes, check source texts, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import DataSyntaxError
from kg_service.layout import EXTENSIONS, SourceFile, discover
from kg_service.loading import Source, open_source, parse_file
from kg_service.namespaces import RDFS, SKOS
from kg_service.terms import value
from kg_service.validation.results import Report, Result, Severity
from kg_service.validation.source_text import check_source_texts
from kg_service.validation.suggestions import add_labels, add_suggestions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["shapes_of", "validate"]


def validate(places: Sequence[Path], *, shapes: Sequence[Path] = (), sources: Path | None = None) -> Report:
    """Validate folders of the layout, or plain RDF files.

    shapes    files or folders of shapes in place of the data set's own
    sources   folder with the texts of source documents, `<document>.txt`
    A file that cannot be parsed is a result like any other; all files are parsed, the shapes then not checked.
    """
    report = Report()
    try:
        source = open_source(places)
        shape_quads = shapes_of(source, places, shapes)
    except DataSyntaxError:
        _report_syntax(places, shapes, report)
        if not report.results:
            raise
        return report
    quads = _checked_quads(source, with_shapes=bool(shapes))
    report.files, report.triples = len(source.parsed), len({quad.triple for quad in quads})
    if shape_quads:
        from kg_service.validation.engine import as_graph, check_shapes  # noqa: PLC0415 - loads rdflib

        report.results += check_shapes(quads, as_graph(shape_quads))
    else:
        report.notices.append("There are no shapes; only syntax and source texts were checked.")
    check_source_texts(quads, sources, report)
    report.results = add_labels(add_suggestions(report.results, quads), _labels(quads))
    report.sort()
    return report


def shapes_of(source: Source, places: Sequence[Path], shapes: Sequence[Path]) -> list[ox.Quad]:
    """Return the triples of the shapes graph: the shapes and the table of prefixes they refer to."""
    prefixes = [quad for file in discover(places) if file.is_prefixes for quad in parse_file(file)]
    if shapes:
        found = [quad for place in shapes for file in _shape_files(place) for quad in parse_file(file)]
    else:
        found = [quad for each in source.parsed if each.file.is_shapes for quad in each.quads]
    return [*prefixes, *found] if found else []


def _shape_files(place: Path) -> list[SourceFile]:
    if place.is_dir() and not (place / "ontology").is_dir():
        return [file for path in sorted(place.rglob("*")) if path.suffix in EXTENSIONS for file in discover([path])]
    return list(discover([place]))


def _checked_quads(source: Source, *, with_shapes: bool) -> list[ox.Quad]:
    """Return what the shapes are checked on: the graphs of the default graph, before inference."""
    if not source.folder or with_shapes:
        return [quad for each in source.parsed if not each.file.is_shapes for quad in each.quads]
    return [quad for quad in source.quads() if quad.graph_name in source.public]


def _report_syntax(places: Sequence[Path], shapes: Sequence[Path], report: Report) -> None:
    files = [*discover(places), *(file for place in shapes for file in _shape_files(place))]
    report.files = len(files)
    for file in files:
        try:
            parse_file(file)
        except DataSyntaxError as error:
            place = {"file": file.name, "line": error.line, "column": error.column}
            report.results.append(Result(Severity.VIOLATION, "syntax", {"en": error.detail}, **place))  # type: ignore[arg-type]
    report.notices.append("Shapes are checked once all files parse.")
    report.sort()


def _labels(quads: list[ox.Quad]) -> dict[str, str]:
    wanted = {RDFS + "label", SKOS + "prefLabel"}
    return {
        value(quad.subject): value(quad.object)
        for quad in quads
        if quad.predicate.value in wanted and isinstance(quad.object, ox.Literal) and quad.object.language == "en"
    }
