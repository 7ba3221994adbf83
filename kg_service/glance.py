"""The quick look at a short query that cannot be anything but harmless; in doubt, the full pass of `analysis`.

It takes words for what they may be, not for what they are: a text without "service" in it, wherever, has no
SERVICE clause, however it is read. So it costs next to nothing, and most queries need no more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg_service.analysis import Analysis, QueryForm, analyse

if TYPE_CHECKING:
    from kg_service.config import Limits

__all__ = ["analyse_or_glance", "glance"]

_LONGEST = 4_000
#: What the full pass looks for; a text that contains one of these, even in a name, is read by it.
_WATCHED = ("service", "from", "\\")
_VOLATILE = ("now", "rand", "uuid", "bnode")
_CALL = re.compile(r"(?:now|rand|uuid|bnode)[\s(#]")
_PROLOGUE = re.compile(
    r"(?:\s+|\#[^\r\n]*[\r\n]|PREFIX\s+[A-Za-z0-9_-]*:\s*<[^<>\"{}|^`\\\s]*>)*+(SELECT|CONSTRUCT|ASK|DESCRIBE)(?=[\s{?*$(<])",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"PREFIX\s+([A-Za-z0-9_-]*):\s*<([^<>\"{}|^`\\\s]*)>", re.IGNORECASE)
_BRACKETS = "{([!+-^"
_OPERATORS = "|&+-*/!^"
#: An IRI with one of these inside parentheses may be a less-than sign and text that it hides.
_AMBIGUOUS = re.compile(r"<[^<>\"{}|^`\x00-\x20]*['()#]")


def glance(text: str, limits: Limits) -> Analysis | None:
    """Return what `analyse` would say of a query, but for its counts; None where only `analyse` can tell."""
    if len(text) > _LONGEST:
        return None
    lower = text.lower()
    if any(word in lower for word in _WATCHED):
        return None
    if any(word in lower for word in _VOLATILE) and _CALL.search(lower):
        return None
    start = _PROLOGUE.match(text)
    if start is None:
        return None
    count = text.count
    if sum(map(count, _BRACKETS)) > limits.depth or len(text) > limits.tokens:
        return None
    # An operator is one of these signs, or a word of three letters or more.
    if sum(map(count, _OPERATORS)) + len(text) // 3 > limits.operators:
        return None
    if "(" in text and _AMBIGUOUS.search(text, start.end()):
        return None
    form = QueryForm(start[1].upper())
    return Analysis(form=form, prefixes=tuple(_PREFIX.findall(text, 0, start.end())))


def analyse_or_glance(text: str, *, base: str, limits: Limits) -> Analysis:
    """Return what must be known of a query before it runs, as quickly as it can be told."""
    found = glance(text, limits)
    if found is not None:
        return found
    return analyse(text, base=base, max_depth=limits.depth, max_tokens=limits.tokens, max_chain=limits.operators)
