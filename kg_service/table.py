"""A SPARQL TSV result as a table for terminals; terms are shown short, widths count as terminals count."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kg_service.iris import prefixed_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["write_table"]

_WIDEST = 60
_IRI = re.compile(r"<([^>]*)>\Z")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<[^>]*>)?\Z')


def write_table(tsv: str, prefixes: Mapping[str, str]) -> str:
    """Return the solutions as aligned columns, IRIs by prefixed name, with a line that counts them."""
    header, *rows = [line.split("\t") for line in tsv.removesuffix("\n").split("\n")]
    cells = [[name.removeprefix("?") for name in header], *([_short(term, prefixes) for term in row] for row in rows)]
    widths = [min(_WIDEST, max(_width(row[column]) for row in cells)) for column in range(len(header))]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines) + f"\n\n{len(rows)} {'row' if len(rows) == 1 else 'rows'}\n"


def _short(term: str, prefixes: Mapping[str, str]) -> str:
    if match := _IRI.match(term):
        return prefixed_name(match[1], prefixes)
    if match := _LITERAL.match(term):
        text = match[1].replace("\\n", " ").replace('\\"', '"').replace("\\t", " ").replace("\\\\", "\\")
        return f"{text} @{match[2]}" if match[2] else text
    return term


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    marks = sum(bool(unicodedata.combining(character)) for character in text)
    return len(text) + wide - marks
