"""What git knows of the files: who last changed a line, and what changed since a revision.

The `git` program is asked: it is where a project with a history is, and knows worktrees, renames and filters.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_service.errors import ToolFailed, WrongUsage
from kg_service.layout import EXTENSIONS
from kg_service.namespaces import RDF
from kg_service.terms import RDF_FORMATS, quads_of, value
from kg_service.validation.results import Blame, Place, Report, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["add_blame", "keep_changed"]

_HEADER = re.compile(r"[0-9a-f]{40,64} \d+ (\d+)")


def add_blame(report: Report) -> None:
    """Give the place of each result the commit and author of its line; a file that git does not know keeps none."""
    files: dict[str, dict[int, Blame]] = {}

    def blamed(place: Place) -> Place:
        if place.line is None:
            return place
        if place.file not in files:
            files[place.file] = _blame(Path(place.file))
        return replace(place, blame=files[place.file].get(place.line))

    report.results = [
        replace(each, place=blamed(each.place)) if each.place is not None else each for each in report.results
    ]


def keep_changed(report: Report, revision: str, paths: Iterable[Path]) -> None:
    """Keep the results that stand in a file changed since the revision, or are about a node whose triples changed.

    paths   the files of the data set; what git ignores counts as unchanged
    Raises WrongUsage (exit 2) for a revision that does not exist, or outside a git repository.
    """
    paths = list(paths)
    changed = _changed(paths, revision)
    touched: dict[str, set[str]] = defaultdict(set)
    for path in changed:
        if path.suffix.lower() in EXTENSIONS:
            _touch(touched, path, revision)
    files = {path.as_posix() for path in changed}
    kept = [each for each in report.results if each.file in files or _is_caused(each, touched)]
    report.known += len(report.results) - len(kept)
    report.results = kept
    many = "file has" if len(files) == 1 else "files have"
    report.notices.append(f"{len(files)} {many} changed since {revision}; only results that concern them are shown.")


def _is_caused(result: Result, touched: dict[str, set[str]]) -> bool:
    """Tell whether a change of statements can have caused a result.

    It can where it touched the value; or the focus node, with its type or with a predicate that the result is about.
    """
    if result.value != result.focus and result.value in touched:
        return True
    predicates = touched.get(result.focus, set())
    wanted = {result.path, RDF + "type"}
    return bool(predicates) and (not result.path or "<" in result.path or not wanted.isdisjoint(predicates))


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S607
    except FileNotFoundError as error:
        raise ToolFailed("The program `git` was not found.") from error
    if done.returncode:
        raise WrongUsage(f"git says: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _changed(paths: list[Path], revision: str) -> list[Path]:
    """List those of the paths that differ from the revision, or are new and not ignored."""
    found: set[Path] = set()
    for top in {_top(path) for path in paths}:
        tracked = _git(top, "diff", "--name-only", "-z", "--no-renames", "--end-of-options", revision, "--")
        new = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
        found |= {top / name.decode() for name in (tracked + new).split(b"\0") if name}
    return [path for path in paths if path.resolve() in found]


def _top(path: Path) -> Path:
    return Path(_git(path.parent, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()


def _touch(touched: dict[str, set[str]], path: Path, revision: str) -> None:
    """Note the terms, as results write them, of the statements that a file gained or lost, with their predicates."""
    syntax = RDF_FORMATS[EXTENSIONS[path.suffix.lower()]]
    top = _top(path)
    name = path.resolve().relative_to(top).as_posix()
    try:
        before = _git(top, "cat-file", "blob", f"{revision}:{name}")
    except WrongUsage:  # the file is new
        before = b""
    try:
        old = {quad.triple for quad in quads_of(ox.parse(before, format=syntax))} if before.strip() else set()
        new = {quad.triple for quad in quads_of(ox.parse(path.read_bytes(), format=syntax))}
    except SyntaxError:  # told as such
        return
    for triple in old ^ new:
        for term in (triple.subject, triple.object):
            touched[value(term) if isinstance(term, ox.NamedNode) else str(term)].add(triple.predicate.value)


def _blame(path: Path) -> dict[int, Blame]:
    """Return the lines of a file as `git blame --line-porcelain` tells them."""
    try:
        output = _git(path.parent, "blame", "--line-porcelain", "--", path.name).decode("utf-8", "replace")
    except WrongUsage:  # not tracked, or not in a repository
        return {}
    lines: dict[int, Blame] = {}
    number, commit, told = 0, "", dict[str, str]()
    for line in output.split("\n"):
        if match := _HEADER.match(line):
            number, commit, told = int(match[1]), line.split()[0], {}
        elif line.startswith("\t"):
            committed = commit.strip("0") != ""
            lines[number] = Blame(commit if committed else "", told.get("author", ""), _date(told))
        else:
            key, _, rest = line.partition(" ")
            told[key] = rest
    return lines


def _date(told: dict[str, str]) -> str:
    zone = told.get("author-tz", "+0000")
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:])) * (-1 if zone[0] == "-" else 1)
    moment = datetime.fromtimestamp(int(told.get("author-time", "0")), UTC)
    return moment.astimezone(timezone(offset)).isoformat()
