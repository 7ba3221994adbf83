"""The quick look at a short query that cannot be anything but harmless; in doubt, the full pass of `analysis`.

It takes words for what they may be, not for what they are: a text without "service" in it, wherever, has no
SERVICE clause, and one without "from" no dataset clause, however it is read. So it costs next to nothing, and most
queries need no more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg_service.analysis import Analysis, QueryForm, analyse
from kg_service.formats import Kind

if TYPE_CHECKING:
    from kg_service.config import Limits

__all__ = ["analyse_or_glance", "glance"]

_LONGEST = 4_000
#: A call of a function whose value changes, or what looks like one.
_CALL = re.compile(r"(?:now|rand|uuid|bnode)[\s(#]")
_PROLOGUE = re.compile(
    r"(?:\s+|\#[^\r\n]*[\r\n]|PREFIX\s+[A-Za-z0-9_-]*:\s*<[^<>\"{}|^`\\\s]*>)*+(SELECT|CONSTRUCT|ASK|DESCRIBE)(?=[\s{?*$(<])",
    re.IGNORECASE,
)
_FORMS = {form.value: form for form in QueryForm}
#: A declaration, or a comment, which may hold something like one.
_PREFIX = re.compile(r"\#[^\r\n]*|PREFIX\s+([A-Za-z0-9_-]*):\s*<([^<>\"{}|^`\\\s]*)>", re.IGNORECASE)
_BRACKETS = b"{([!+-^"
_OPERATORS = b"|&+-*/!^"
#: An IRI with one of these inside parentheses may be a less-than sign and text that it hides.
_AMBIGUOUS = re.compile(r"<[^<>\"{}|^`\x00-\x20]*['()#]")


def glance(text: str, limits: Limits) -> Analysis | None:
    """Return what `analyse` would say of a query, but for its counts; None where only `analyse` can tell."""
    lower = text.lower()
    if len(text) > _LONGEST or "service" in lower or "from" in lower or "\\" in lower or _may_be_volatile(lower):
        return None
    start = _PROLOGUE.match(text)
    if start is None or not _is_small(text.encode(), limits):
        return None
    if "(" in text and _AMBIGUOUS.search(text, start.end()):
        return None
    form = _FORMS[start[1].upper()]
    # Only graphs are written with the query's own prefixes.
    prefixes = _PREFIX.findall(text, 0, start.end()) if form.kind is Kind.TRIPLES else ()
    return Analysis(form, prefixes=tuple((name, iri) for name, iri in prefixes if iri))


def _may_be_volatile(lower: str) -> bool:
    names = "now" in lower or "rand" in lower or "uuid" in lower or "bnode" in lower
    return names and _CALL.search(lower) is not None


def _is_small(encoded: bytes, limits: Limits) -> bool:
    """Tell whether a query cannot be too complex: an operator is one of some signs, or a word of three letters."""
    size = len(encoded)
    brackets = size - len(encoded.translate(None, _BRACKETS))
    operators = size - len(encoded.translate(None, _OPERATORS)) + size // 3
    return brackets <= limits.depth and size <= limits.tokens and operators <= limits.operators


def analyse_or_glance(text: str, *, base: str, limits: Limits) -> Analysis:
    """Return what must be known of a query before it runs, as quickly as it can be told."""
    found = glance(text, limits)
    if found is not None:
        return found
    return analyse(text, base=base, max_depth=limits.depth, max_tokens=limits.tokens, max_chain=limits.operators)
