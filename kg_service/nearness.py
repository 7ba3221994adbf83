"""Which names look most like one that is not there; pure."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["near"]

#: Comparing takes its time: with more names than that nothing is looked up.
_NAMES = 20_000
_AT_MOST, _LIKENESS = 3, 0.7


def near(name: str, names: Collection[str]) -> list[str]:
    """Return up to three of the names, the most alike first; one that differs in case only goes before all others.

    >>> near("knowz", ["knows", "known", "title"])
    ['knows', 'known']
    """
    if len(names) > _NAMES:
        return []
    ordered = sorted(names)
    same = [each for each in ordered if each.casefold() == name.casefold()]
    alike = difflib.get_close_matches(name, ordered, _AT_MOST, _LIKENESS)
    return list(dict.fromkeys([*same, *alike]))[:_AT_MOST]
