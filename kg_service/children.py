"""How this program starts itself again: the same interpreter, the same package, nothing of the current folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["child_command", "child_environment"]


def child_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this package.

    -P keeps the current folder off the import path: it is a data set's, and may hold a `json.py`.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Return the environment in which the package is found where this process has it from."""
    place = str(Path(__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{place}{os.pathsep}{known}" if known else place}
