"""The table of settings: name, default, unit, meaning; flags, environment, file and documentation derive from it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

__all__ = ["COMMON", "SETTINGS", "Limits", "Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: flag `--name`, variable `KG_NAME`, key `name` of the file; numbers are at least `least`."""

    name: str
    default: int | float | str | bool | Path | tuple[Path, ...]
    unit: str
    help: str
    least: float | None = None

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return "KG_" + self.name.replace("-", "_").upper()


#: What every command knows, and the file of settings too.
COMMON: tuple[Setting, ...] = (
    Setting("dataset", (Path(),), "", "folder of a data set, or RDF files; several as a list"),
    Setting("sources", Path(), "", "folder with the texts of source documents"),
)

#: What `kg serve` knows.
SETTINGS: tuple[Setting, ...] = (
    Setting("host", "127.0.0.1", "", "address to listen on"),
    Setting("port", 8000, "", "port to listen on; 0 takes a free one", 0),
    Setting(
        "workers",
        max(2, min(8, (os.cpu_count() or 2) + 1)),
        "",
        "processes that evaluate queries; default: one more than processors, 2 to 8",
        1,
    ),
    Setting("processes", 1, "", "front processes on one port, each with workers, cache and queue of its own", 1),
    Setting("timeout", 30.0, "seconds", "longest time for one query, waiting included", 0.1),
    Setting("quick", 1.0, "seconds", "time for a query on the reserve worker, when all others are busy", 0.01),
    Setting("memory", 1024, "MiB", "memory one query may use beyond the data", 16),
    Setting("growth", 512, "MiB", "memory a worker may gather over many queries before it is replaced", 16),
    Setting("result-bytes", 1_000_000_000, "bytes", "longest result", 1000),
    Setting("queue", 256, "", "requests that may wait for a free worker", 0),
    Setting("query-bytes", 1_000_000, "bytes", "longest query text or form", 1000),
    Setting("depth", 100, "levels", "brackets inside one another in a query", 10),
    Setting("tokens", 100_000, "", "tokens in a query", 100),
    Setting("operators", 1_000, "", "operators and pattern keywords in a query", 10),
    Setting("merge-triples", 2_000_000, "", "triples of several default graphs merged for one query", 1),
    Setting(
        "store", "", "", "remote store that holds the data set: sparql+http(s)://…; by default the files are loaded"
    ),
    Setting("cache", 64, "MiB", "memory for answers kept; 0 keeps none", 0),
    Setting(
        "snapshot", 64.0, "MiB", "size of files above which the data set is served from disk; 0 keeps it in memory", 0
    ),
    Setting("root-path", "", "", "path under which a reverse proxy publishes the service"),
    Setting(
        "trusted-proxies",
        "127.0.0.1",
        "",
        "addresses or networks, with commas between, whose X-Forwarded-For, -Proto and -Host are believed; * is all",
    ),
    Setting("grace", 10, "seconds", "time that running requests have to end when the service is stopped", 0),
    Setting("log-requests", False, "", "log each request as one JSON line, without the query's text"),
    Setting("allow-invalid", False, "", "serve the data set even where it has violations"),
    Setting("reload", False, "", "load the data set again when a file changes, as SIGHUP does"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that bound one query."""

    timeout: float = 30.0
    quick: float = 1.0
    memory: int = 1024
    growth: int = 512
    result_bytes: int = 1_000_000_000
    queue: int = 256
    query_bytes: int = 1_000_000
    depth: int = 100
    tokens: int = 100_000
    operators: int = 1_000
    merge_triples: int = 2_000_000
    snapshot: float = 64.0
    cache: int = 64

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Limits:
        """Take the limits out of settings by name, `-` or `_` alike."""
        names = {each.name for each in fields(cls)}
        found = {key.replace("-", "_"): value for key, value in settings.items()}
        return cls(**{key: value for key, value in found.items() if key in names})
