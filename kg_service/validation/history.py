"""What git knows of the files: who last changed a line, and what changed since a revision.

The `git` program is asked: it is where a project with a history is, and knows worktrees, renames and filters.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kg_service.errors import ToolFailed, WrongUsage
from kg_service.layout import shown
from kg_service.validation.results import Blame, Place, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["add_blame", "as_it_was", "keep_changed"]

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


def keep_changed(report: Report, revision: str, paths: Iterable[Path], before: Report) -> None:
    """Keep the results that stand in a file changed since the revision, or that were not there at the revision.

    paths    the files of the data set; what git ignores counts as unchanged
    before   the report on the same files as they were at the revision
    """
    files = {shown(path) for path in _changed(list(paths), revision)}
    known = {each.fingerprint for each in before.results}
    kept = [each for each in report.results if each.file in files or each.fingerprint not in known]
    report.known += len(report.results) - len(kept)
    report.results = kept
    many = "file has" if len(files) == 1 else "files have"
    report.notices.append(f"{len(files)} {many} changed since {revision}; only what they hold or cause is shown.")


@contextmanager
def as_it_was(revision: str, places: Iterable[Path]) -> Iterator[Callable[[Path], Path | None]]:
    """Lay out what the places held at a revision in a temporary folder, for as long as the context lasts.

    Yields what tells where a place stands there; None for one that the revision does not have.
    Raises WrongUsage (exit 2) for a revision that does not exist, or outside one git repository.
    """
    tops = {_top(place) for place in places}
    if len(tops) != 1:
        raise WrongUsage("What changed can only be told of files in one git repository.")
    (top,) = tops
    _git(top, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="kg-validate-") as name:
        folder = Path(name).resolve()
        (folder / ".git").mkdir()  # so that files are named as in the repository
        inside = {place: place.resolve().relative_to(top) for place in places}
        there = {place for place, path in inside.items() if _holds(top, revision, path)}
        if there:
            wanted = sorted({inside[place].as_posix() for place in there})
            archive = _git(top, "archive", "--format=tar", revision, "--", *wanted)
            with tarfile.open(fileobj=BytesIO(archive)) as tar:
                tar.extractall(folder, filter="data")
        yield lambda place: folder / inside[place] if place in there else None


def _holds(top: Path, revision: str, path: Path) -> bool:
    return bool(_git(top, "ls-tree", "--name-only", revision, "--", path.as_posix())) or path == Path()


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S607
    except FileNotFoundError as error:
        raise ToolFailed("The program `git` was not found.") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise WrongUsage(f"git says: {said}")
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
    folder = path if path.is_dir() else path.parent
    return Path(_git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()


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
