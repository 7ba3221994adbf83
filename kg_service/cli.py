"""The command `kg`: options become values, values go to the layer below, problems become exit codes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from kg_service import __version__
from kg_service.errors import EXIT_DATA, EXIT_TOOL, DataSyntaxError, Problem, ToolFailed, WrongUsage
from kg_service.options import ReportFormat, common, settings, stored

__all__ = ["main"]

_PLACES = click.Path(path_type=Path)
_WRITING_S = 600.0
_FILE = click.Path(dir_okay=False, path_type=Path)


class Group(click.Group):
    """Commands whose problems end as `error: …` on standard error and the problem's exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DataSyntaxError as problem:
            from kg_service.loading import place_of  # noqa: PLC0415 - only where a file is at fault

            others = problem.members.get("others", [])
            for line in [place_of(problem), *(others if isinstance(others, list) else [])]:
                click.echo(f"error: {line}", err=True)
            sys.exit(problem.exit_code)
        except Problem as problem:
            place = f"{problem.line}:{problem.column}: " if problem.line and problem.column else ""
            click.echo(f"error: {place}{problem.detail}", err=True)
            click.echo(f"  {problem.remedy}", err=True)
            sys.exit(problem.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # who read our output has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(EXIT_TOOL)
        except OSError as error:
            click.echo(f"error: {error.filename or 'a file'}: {error.strerror or error}", err=True)
            sys.exit(EXIT_TOOL)
        except Exception as error:
            if os.environ.get("KG_TRACEBACK"):
                raise
            click.echo(f"error: kg itself failed: {type(error).__name__}: {error}", err=True)
            click.echo("  Set KG_TRACEBACK=1 to see where, and report it.", err=True)
            sys.exit(EXIT_TOOL)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """Check and serve a git folder of RDF: ontology/, data/, queries/.

    Exit codes: 0 fine, 1 the data is at fault, 2 wrong usage, 3 the tool failed.
    """


@main.command()
@common
@settings
def serve(places: tuple[Path, ...], sources: Path | None, *, quiet: bool, **settings: Any) -> None:
    """Serve the data set over HTTP."""
    from kg_service.web.server import run  # noqa: PLC0415 - start-up of the other commands stays short

    run(places or (Path(),), sources, settings, quiet=quiet)


@main.command()
@common
@click.argument("paths", nargs=-1, type=_PLACES)
@click.option(
    "--shapes",
    envvar="KG_SHAPES",
    multiple=True,
    type=_PLACES,
    help="Shapes to use in place of the data set's own; repeatable.",
)
@click.option("--format", "format_name", type=ReportFormat(), default="text", show_default=True)
@click.option(
    "--fail-on",
    envvar="KG_FAIL_ON",
    type=click.Choice(["violation", "warning", "info"]),
    default="violation",
    show_default=True,
)
@click.option(
    "--baseline",
    envvar="KG_BASELINE",
    type=_FILE,
    metavar="FILE",
    help="Report (json or sarif) whose results do not count again.",
)
@click.option(
    "--changed-since",
    envvar="KG_CHANGED_SINCE",
    metavar="REV",
    help="Only what concerns files or triples changed since this revision.",
)
@click.option("--blame", envvar="KG_BLAME", is_flag=True, help="Name commit and author of each line.")
@click.option("--no-lint", envvar="KG_NO_LINT", is_flag=True, help="Leave out the rules beside the shapes (L…).")
@click.option(
    "--no-cache",
    envvar="KG_NO_CACHE",
    is_flag=True,
    help="Validate anew, although nothing has changed since the last time.",
)
@click.option("--language", envvar="KG_LANGUAGE", default="en", show_default=True, help="Language of the messages.")
@click.option("--output", type=_FILE, help="Write the report to this file.")
def validate(
    places: tuple[Path, ...], sources: Path | None, paths: tuple[Path, ...], *, quiet: bool, **options: Any
) -> None:
    """Check a data set, or any RDF files, against shapes, source texts and the rules of lint."""
    from kg_service.validation.command import Request, report_on  # noqa: PLC0415

    output = options["output"]
    colour = output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    request = Request(paths or places or (Path(),), sources=sources, colour=colour, **options)
    text, fails = report_on(request)
    if output is not None:
        _write(output, text.encode("utf-8", "surrogateescape"))
    elif fails or not quiet or request.format_name != "text":
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not have every letter
        click.echo(text, nl=False, color=colour)
    if fails:
        sys.exit(EXIT_DATA)


@main.command()
@common
@stored
def load(places: tuple[Path, ...], sources: Path | None, store: str, *, quiet: bool) -> None:
    """Put the data set into a remote store, graph by graph; what is there already stays."""
    from kg_service.store.opening import connect  # noqa: PLC0415

    del sources
    with connect(_require_store(store), timeout_s=_WRITING_S) as client:
        from kg_service.transfer import load as put  # noqa: PLC0415 - the same

        count = put(places or (Path(),), client, (lambda _: None) if quiet else click.echo)
    if not quiet:
        click.echo(f"{count} graphs put, the others were there.")


@main.command()
@common
@stored
def diff(places: tuple[Path, ...], sources: Path | None, store: str, *, quiet: bool) -> None:
    """Tell whether a remote store holds what the folder has, graph by graph; exit 1 where it does not."""
    from kg_service.store.opening import connect  # noqa: PLC0415

    del sources
    with connect(_require_store(store), timeout_s=_WRITING_S) as client:
        from kg_service.transfer import compare  # noqa: PLC0415 - the same

        found = list(compare(places or (Path(),), client))
    for each in found:
        click.echo(f"{each.kind} {each.iri}: {each.here} triples here, {each.there} there")
    if found:
        sys.exit(EXIT_DATA)
    if not quiet:
        click.echo("The store holds what the folder has.")


def _require_store(store: str) -> str:
    if not store:
        raise WrongUsage("Name the remote store with --store sparql+http://…")
    return store


@main.command()
@common
@stored
@click.argument("name")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="Value of a parameter; repeatable.")
@click.option("--format", "format_name", default=None, help="table, or a result format: csv, tsv, json, xml, ttl, nt …")
@click.option("--output", type=_FILE, help="Write the result to this file.")
def query(
    places: tuple[Path, ...],
    sources: Path | None,
    store: str,
    name: str,
    params: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    *,
    quiet: bool,
) -> None:
    """Answer a named query, a query file, or the query on standard input (-)."""
    from kg_service.local import answer_locally  # noqa: PLC0415

    del sources, quiet
    pairs = [param.partition("=") for param in params]
    if any(not separator for _, separator, _ in pairs):
        raise WrongUsage("A parameter is written NAME=VALUE.")
    values = {key: value for key, _, value in pairs}
    _write(output, answer_locally(places or (Path(),), name, values, format_name, store))


@main.command()
@common
@click.option("--format", "format_name", default="nq", show_default=True, help="nq, trig, ttl, nt, rdf, jsonld")
@click.option("--output", type=_PLACES, help="File to write; a folder gets one file per graph.")
def export(
    places: tuple[Path, ...], sources: Path | None, format_name: str, output: Path | None, *, quiet: bool
) -> None:
    """Write the whole data set, with what follows from it."""
    from kg_service.local import dump_locally, dump_per_graph  # noqa: PLC0415

    del sources, quiet
    if output is not None and (output.is_dir() or output.suffix == ""):
        dump_per_graph(places or (Path(),), format_name, output)
    else:
        _write(output, dump_locally(places or (Path(),), format_name))


@main.command("format")
@common
@click.argument("paths", nargs=-1, type=_PLACES)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a file would change.")
def format_(
    places: tuple[Path, ...], sources: Path | None, paths: tuple[Path, ...], *, check: bool, quiet: bool
) -> None:
    """Bring Turtle and TriG files into canonical layout, without loss."""
    from kg_service.local import format_files  # noqa: PLC0415

    del sources
    changed = format_files(places or (Path(),), paths, check=check)
    for path in [] if quiet and not check else changed:
        click.echo(f"{path}: {'not formatted' if check else 'formatted'}")
    if check and changed:
        sys.exit(EXIT_DATA)


@main.command()
def lsp() -> None:
    """Serve an editor over standard input and output (Language Server Protocol)."""
    try:
        from kg_service.language_server.server import create_server  # noqa: PLC0415 - needs the extra `lsp`
    except ModuleNotFoundError as error:
        raise ToolFailed("The language server needs the extra `lsp`: pip install 'kg-service[lsp]'.") from error
    create_server().start_io()


def _write(output: Path | None, content: bytes) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(content)
