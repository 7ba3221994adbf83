"""Which snapshots are kept: those that somebody holds, and of the others the newest."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BUILDING", "FACTS", "lock", "remove", "tidy"]

#: What stands in the name of a snapshot that is being built, before host and process of the builder.
BUILDING = ".building-"
#: The file that is written last, so that where it is all are: what the front process needs to know. Its number tells of
#: another form of any of them.
FACTS = "facts-3.json"
#: What is kept of snapshots that nobody has open: for how long since they were last used, and of how many bytes the
#: newest. A data set leaves one behind with each change; this is room for some dozen of a million quads, or three of
#: ten million, so that going back to a revision of yesterday needs no build.
_KEPT_DAYS, _KEPT_BYTES = 60, 16 * 1024**3
_DAY_S = 86_400


def tidy(root: Path, wanted: Path) -> None:
    """Remove what builders that are gone left behind, and snapshots that are old or too much together."""
    with contextlib.suppress(OSError):
        kept = 0
        for path in sorted(root.iterdir(), key=lambda each: -each.stat().st_mtime):
            age_days = (time.time() - path.stat().st_mtime) / _DAY_S
            builder = path.name.partition(BUILDING)[2]
            host, _, process = builder.rpartition("-")[0].rpartition("-")
            if builder:  # of another host only the time tells
                gone = age_days > 1 or (host == socket.gethostname() and process.isdigit() and not _lives(int(process)))
            else:
                kept += sum(file.stat().st_size for file in path.rglob("*"))
                gone = path != wanted and (age_days > _KEPT_DAYS or kept > _KEPT_BYTES) and not _is_held(path)
            if gone:
                remove(path)


def _is_held(folder: Path) -> bool:
    """Tell whether a process holds a snapshot."""
    try:
        descriptor = os.open(folder / FACTS, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not lock(descriptor, exclusively=True)
    finally:
        os.close(descriptor)


def lock(descriptor: int, *, exclusively: bool) -> bool:
    """Lock a file until its descriptor is closed; False where another process has it, and True where nobody can."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ModuleNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusively else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


def remove(path: Path) -> None:
    """Remove a folder, under another name first: what is half removed must not look whole."""
    with contextlib.suppress(OSError):
        away = path.with_name(f"{'0' * 8}{BUILDING}{socket.gethostname()}-0-{os.urandom(4).hex()}")
        path.rename(away)
        shutil.rmtree(away, ignore_errors=True)


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # the signal would end it there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != 0
