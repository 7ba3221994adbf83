"""The Containerfile, read: its stages, and what its instructions say."""

from __future__ import annotations

import re
import shlex

from worlds import ROOT

__all__ = ["CONTAINERFILE", "environment", "values"]


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile with what follows each, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines() if line.strip()]


CONTAINERFILE = instructions((ROOT / "Containerfile").read_text("utf-8"))
BUILD, FINAL = (
    [index for index, (name, _) in enumerate(CONTAINERFILE) if name == "FROM"][number] for number in (0, 1)
)  # fmt: skip
STAGES = CONTAINERFILE[BUILD:FINAL], CONTAINERFILE[FINAL:]


def values(name: str, stage: int = 1) -> list[str]:
    return [value for each, value in STAGES[stage] if each == name]


def environment() -> dict[str, str]:
    return dict(each.split("=", 1) for value in values("ENV") for each in shlex.split(value))
