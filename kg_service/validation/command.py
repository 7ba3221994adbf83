"""What `kg validate` does: the report, anew or as cached, narrowed to what was asked for, in the format asked for."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg_service.errors import WrongUsage
from kg_service.validation import cache
from kg_service.validation.reports import WRITERS, Options
from kg_service.validation.results import Report, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Request", "report_on"]


@dataclass(frozen=True, slots=True)
class Request:
    """The options of the command, as `kg validate --help` explains them."""

    places: Sequence[Path]
    shapes: Sequence[Path] = ()
    sources: Path | None = None
    format_name: str = "text"
    fail_on: str = "violation"
    baseline: Path | None = None
    changed_since: str | None = None
    blame: bool = False
    no_lint: bool = False
    no_cache: bool = False
    language: str = "en"
    colour: bool = False
    output: Path | None = None


def report_on(request: Request) -> tuple[str, bool]:
    """Return the report's text and whether the command fails."""
    report = make_report(request)
    if request.changed_since is not None:
        _keep_changed(report, request, request.changed_since)
    if request.baseline is not None:
        from kg_service.validation.baseline import apply_baseline  # noqa: PLC0415

        apply_baseline(report, request.baseline)
    if request.blame:
        from kg_service.validation.history import add_blame  # noqa: PLC0415 - runs git

        add_blame(report)
    worst = Severity[request.fail_on.upper()]
    writer = WRITERS[request.format_name]
    root = _place_in_repository(Path.cwd()) if writer.in_repository else ""
    options = Options(language=request.language, colour=request.colour, root=root, fail_on=worst)
    return writer.write(report, options), report.fails(worst)


def _place_in_repository(folder: Path) -> str:
    """Return a folder's path from the root of its git repository; "" at the root, and outside of one."""
    top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    path = folder.relative_to(top).as_posix()
    return "" if path == "." else path


def _keep_changed(report: Report, request: Request, revision: str) -> None:
    from kg_service.layout import discover, query_files, shape_files  # noqa: PLC0415
    from kg_service.validation.history import as_it_was, keep_changed  # noqa: PLC0415 - runs git
    from kg_service.validation.run import validate  # noqa: PLC0415 - loads the engine

    before = Report()
    with as_it_was(revision, [*request.places, *request.shapes]) as moved:
        places = [place for each in request.places if (place := moved(each)) is not None]
        shapes = [place for each in request.shapes if (place := moved(each)) is not None]
        with contextlib.suppress(WrongUsage):  # what was no data set then had no faults
            if places and len(shapes) == len(request.shapes):
                before = validate(places, shapes=shapes, sources=request.sources, with_lint=not request.no_lint)
    files = [*discover(request.places), *shape_files(request.shapes)]
    keep_changed(report, revision, [*(file.path for file in files), *query_files(request.places)], before)


def make_report(request: Request) -> Report:
    """Return the whole report; the cached one where nothing that it depends on has changed."""
    keyed = (request.places, request.sources, request.shapes)
    report = None if request.no_cache or request.no_lint else cache.load(*keyed)
    if report is None:
        from kg_service.validation.run import validate  # noqa: PLC0415 - loads the engine

        report = validate(request.places, shapes=request.shapes, sources=request.sources, with_lint=not request.no_lint)
        if not request.no_lint:
            cache.store(report, *keyed)
    return report
