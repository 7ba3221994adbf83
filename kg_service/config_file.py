"""The file of settings, `kg.toml`: read, and checked against the table of settings."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service.config import COMMON, SETTINGS
from kg_service.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg_service.config import Setting

__all__ = ["NAME", "find_file", "read_file"]

NAME = "kg.toml"
_TABLE = {setting.name: setting for setting in (*COMMON, *SETTINGS)}


def find_file(places: Iterable[Path]) -> Path | None:
    """Return the file of settings in a data set's folder, or None. Raises WrongUsage where several have one."""
    found = [place / NAME for place in places if (place / NAME).is_file()]
    if len(found) > 1:
        raise WrongUsage(f"There are settings in {' and '.join(map(str, found))}; say which with --config.")
    return found[0] if found else None


def read_file(path: Path) -> dict[str, Any]:
    """Return the settings by name; relative paths in the file start from its folder.

    Raises WrongUsage (exit 2), which names the file and the place or the key, for what is no TOML, an unknown key,
    and a value of the wrong type or out of range.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise WrongUsage(f"{path} is not UTF-8 text: {error.reason} at byte {error.start + 1}.") from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    return {name: _checked(path, name, value) for name, value in found.items()}


def _syntax_error(path: Path, text: str, message: str) -> WrongUsage:
    """Return the problem with line and column, which the parser has in its words only."""
    reason, _, place = message.rpartition(" (at ")
    numbers = re.findall(r"\d+", place)
    if len(numbers) != 2:  # noqa: PLR2004 - "end of document"
        lines = text.split("\n")
        numbers = [str(len(lines)), str(len(lines[-1]) + 1)]
    return WrongUsage(f"{path}:{':'.join(numbers)}: {reason or message}")


def _checked(path: Path, name: str, value: Any) -> Any:
    setting = _TABLE.get(name)
    if setting is None:
        like = difflib.get_close_matches(name.replace("_", "-").lower(), _TABLE, n=1)
        meant = f" Did you mean {like[0]}?" if like else ""
        raise WrongUsage(f"{path}: there is no setting {name!r}.{meant} The settings are {', '.join(_TABLE)}.")
    wanted, fits = _wanted(setting, value)
    if not fits:
        raise WrongUsage(f"{path}: {name} is to be {wanted}, not {_shown(value)}. It means: {setting.help}.")
    match setting.default:
        case tuple():
            return [path.parent / each for each in ([value] if isinstance(value, str) else value)]
        case Path():
            return path.parent / value
        case _:
            return value


def _wanted(setting: Setting, value: Any) -> tuple[str, bool]:
    """Return what kind of value the setting takes, in words, and whether this one is of it."""
    least = "" if setting.least is None else f" of at least {setting.least:g}"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match setting.default:
        case bool():
            return "true or false", isinstance(value, bool)
        case int():
            return f"a whole number{least}", number and isinstance(value, int) and value >= (setting.least or 0)
        case float():
            return f"a number{least}", number and value >= (setting.least or 0)
        case tuple():
            several = isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
            return "a text or a list of texts", several or isinstance(value, str)
        case _:
            return "a text", isinstance(value, str)


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case _:
            return repr(value)
