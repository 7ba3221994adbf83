"""Options of the commands, made from the table of settings: flag, environment, file, default, in this order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from kg_service.config import SETTINGS, Setting

__all__ = ["ReportFormat", "common", "settings", "stored"]

F = TypeVar("F", bound=Callable[..., Any])


class ReportFormat(click.ParamType[str]):
    """A row of the table of report formats, which is read only when a report is asked for."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the names, for the help text."""
        del param, ctx
        return f"[{'|'.join(self._names())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name. Raises BadParameter (exit 2) where there is no such format."""
        names = self._names()
        if value not in names:
            self.fail(f"{value!r} is none of {', '.join(names)}.", param, ctx)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the names that begin so."""
        del ctx, param
        return [CompletionItem(name) for name in self._names() if name.startswith(incomplete)]

    def _names(self) -> tuple[str, ...]:
        from kg_service.validation.reports import WRITERS  # noqa: PLC0415 - read when asked for

        return tuple(WRITERS)


def common(command: F) -> F:
    """Add the options that every command knows."""
    command = click.option("--quiet", is_flag=True, envvar="KG_QUIET", help="Say only what is wrong.")(command)
    command = click.option(
        "--sources", type=click.Path(exists=True, file_okay=False, path_type=Path), envvar="KG_SOURCES", metavar="DIR",
        help="Folder with the texts of source documents, <document>.txt.",
    )(command)  # fmt: skip
    command = click.option(
        "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), envvar="KG_CONFIG", metavar="FILE",
        is_eager=True, expose_value=False, callback=_configure,
        help="File of settings (TOML). Default: kg.toml in the data set's folder, where there is one.",
    )(command)  # fmt: skip
    return click.option(  # declared before --config, which looks into these folders
        "--dataset", "places", multiple=True, type=click.Path(path_type=Path), envvar="KG_DATASET", metavar="DIR|FILE",
        is_eager=True, help="Folder of a data set, or RDF files; repeatable. Default: the current folder.",
    )(command)  # fmt: skip


def _configure(ctx: click.Context, param: click.Parameter, file: Path | None) -> None:
    """Make what the file of settings says the defaults of this command's options."""
    from kg_service.config_file import find_file, read_file  # noqa: PLC0415 - most folders have none

    del param
    file = file or find_file(ctx.params.get("places") or (Path(),))
    if file is None:
        return
    found = {name.replace("-", "_"): value for name, value in read_file(file).items()}
    if "dataset" in found:
        found["places"] = found.pop("dataset")
        if "places" in ctx.params and not ctx.params["places"]:
            ctx.params["places"] = tuple(found["places"])
    ctx.default_map = found


def stored(command: F) -> F:
    """Add the option that names a remote store."""
    return click.option(
        "--store", default="", envvar="KG_STORE", metavar="URL",
        help="Remote store: sparql+http(s)://[user:password@]host/path[?update=URL&graph-store=URL].",
    )(command)  # fmt: skip


def settings(command: F) -> F:
    """Add the options of `kg serve`, one a row of the table."""
    for setting in reversed(SETTINGS):
        is_flag = isinstance(setting.default, bool)
        shown = not is_flag and setting.name != "workers" and setting.default != ""
        unit = f" ({setting.unit})" if setting.unit else ""
        command = click.option(
            f"--{setting.name}", default=setting.default, is_flag=is_flag, show_default=shown, type=_type(setting),
            envvar=setting.variable, help=f"{setting.help}{unit}",
        )(command)  # fmt: skip
    return command


def _type(setting: Setting) -> click.ParamType[Any] | None:
    match setting.default:
        case bool() | str():
            return None
        case int():
            return click.IntRange(min=int(setting.least or 0))
        case _:
            return click.FloatRange(min=setting.least)
