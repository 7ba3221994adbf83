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


def child_environment(*, with_settings: bool = True) -> dict[str, str]:
    """Return the environment in which the package is found where this process has it from.

    with_settings   whether the KG_ variables are passed on; what they ask of this process is none of some children's
    """
    place = str(Path(__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    passed = {name: text for name, text in os.environ.items() if with_settings or not name.startswith("KG_")}
    return passed | {"PYTHONPATH": f"{place}{os.pathsep}{known}" if known else place}
