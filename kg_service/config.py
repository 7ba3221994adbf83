"""The table of settings: name, default, unit, meaning; flags, environment and documentation derive from it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["SETTINGS", "Limits", "Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of `kg serve`: flag `--name`, variable `KG_NAME`."""

    name: str
    default: int | float | str | bool
    unit: str
    help: str

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return "KG_" + self.name.replace("-", "_").upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("host", "127.0.0.1", "address", "address to listen on"),
    Setting("port", 8000, "", "port to listen on; 0 takes a free one"),
    Setting("workers", max(2, min(8, os.cpu_count() or 2)), "processes", "processes that evaluate queries"),
    Setting("timeout", 30.0, "seconds", "longest time for one query, waiting included"),
    Setting("memory", 1024, "MiB", "memory one query may use beyond the data"),
    Setting("queue", 64, "requests", "requests that may wait for a free worker"),
    Setting("query-bytes", 1_000_000, "bytes", "longest query text or form"),
    Setting("depth", 100, "levels", "brackets inside one another in a query"),
    Setting("tokens", 100_000, "tokens", "tokens in a query"),
    Setting("operators", 1_000, "operators", "operators and pattern keywords in a query"),
    Setting("merge-triples", 2_000_000, "triples", "triples of several default graphs merged for one query"),
    Setting("root-path", "", "path", "path under which a reverse proxy publishes the service"),
    Setting("reload", False, "", "load the data set again when a file changes"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that bound one query."""

    timeout: float = 30.0
    memory: int = 1024
    queue: int = 64
    query_bytes: int = 1_000_000
    depth: int = 100
    tokens: int = 100_000
    operators: int = 1_000
    merge_triples: int = 2_000_000

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Limits:
        """Take the limits out of settings by name, `-` or `_` alike."""
        names = {each.name for each in fields(cls)}
        found = {key.replace("-", "_"): value for key, value in settings.items()}
        return cls(**{key: value for key, value in found.items() if key in names})
