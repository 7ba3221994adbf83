"""Which of texts in several languages a reader should see, and in which direction a text runs; pure.

Tags are those of RFC 5646: `kk`, `kk-Latn`, `en-GB`. Everything that chooses a text chooses it here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["best_tag", "best_text", "direction"]

#: Languages and scripts that are written from right to left, by the subtag in lower case.
_LANGUAGES = frozenset({"ar", "fa", "he", "ur", "ug", "ps", "sd", "ckb", "yi", "dv", "syr"})
_SCRIPTS = frozenset({"arab", "aran", "hebr", "syrc", "thaa", "nkoo", "adlm", "samr", "mand", "rohg"})
#: The script behind the language, of which up to three further subtags may tell more (RFC 5646 §2.2).
_SCRIPT = re.compile(r"(?:[a-z]{3}-){0,3}([a-z]{4})(?![a-z0-9])")


def direction(tag: str) -> str:
    """Return "rtl" or "ltr": the script says so where the tag names one, else the language does.

    >>> direction("ar"), direction("ar-Latn"), direction("kk-Arab"), direction("de-AT")
    ('rtl', 'ltr', 'rtl', 'ltr')
    """
    language, _, rest = tag.lower().partition("-")
    script = _SCRIPT.match(rest)
    return "rtl" if (script[1] in _SCRIPTS if script else language in _LANGUAGES) else "ltr"


def best_tag(tags: Collection[str], wanted: Sequence[str]) -> str | None:
    """Return which of tags suits a reader best, or None where there are none.

    tags     "" stands for a text that names no language
    wanted   the reader's languages, the best first
    For each one the tag itself, then those that begin with it: in its own direction, the shortest, by alphabet; then
    the same for what the wanted one begins with (RFC 4647 §3.4). Else English, no language, and the first by alphabet.

    >>> best_tag(["en-gb-oed", "kk-latn", "ar"], ["kk"]), best_tag(["kk", "kk-Latn"], ["kk-Latn-KZ"])
    ('kk-latn', 'kk-Latn')
    """
    for each in (*wanted, "en", ""):
        if each in tags:
            return each
        found = _like(tags, each.lower()) if each else None
        if found is not None:
            return found
    return min(tags, default=None)


def best_text(texts: Mapping[str, str], wanted: Sequence[str]) -> dict[str, str] | None:
    """Return the best of texts by language as {"value", "language"}; None where there are none."""
    tag = best_tag(texts.keys(), wanted)
    return None if tag is None else {"value": texts[tag], "language": tag}


def _like(tags: Collection[str], wanted: str) -> str | None:
    way = direction(wanted)
    while wanted:
        fitting = [each for each in tags if each.lower() == wanted or each.lower().startswith(f"{wanted}-")]
        if fitting:
            return min(fitting, key=lambda each: (direction(each) != way, len(each), each.lower(), each))
        wanted = wanted.rpartition("-")[0]
    return None
