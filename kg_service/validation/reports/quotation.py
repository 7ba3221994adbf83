"""A line of a file, quoted so that its columns can be pointed at; and text of others made harmless for a terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kg_service.validation.results import Place

__all__ = ["Quotation", "harmless", "quotation", "underline"]

#: Code points shown of a longer line: some before the columns named, the rest after.
_BEFORE, _LONGEST = 60, 160


class Quotation(NamedTuple):
    """A line in three parts: what stands before the columns at fault, in them, and after them."""

    before: str
    marked: str
    after: str


def quotation(place: Place) -> Quotation | None:
    """Return the line of a place around its columns, or None where the line is not known.

    `marked` is "" where the columns are not known, or lie behind the end of the line.
    """
    text = place.text.rstrip("\r\n")
    if not text.strip():
        return None
    start = min(len(text), place.column - 1) if place.column else 0
    end = min(len(text), max(start + 1, (place.end_column or 0) - 1)) if place.column else 0
    before, marked, after = text[:start], text[start:end], text[end:]
    if len(text) > _LONGEST:
        before = before if len(before) <= _BEFORE else "…" + before[-_BEFORE:]
        marked = marked if len(marked) <= _LONGEST else marked[:_LONGEST] + "…"
        rest = max(0, _LONGEST - len(before) - len(marked))
        after = after if len(after) <= rest else after[:rest] + "…"
    return Quotation(before, marked, after)


def underline(quoted: Quotation) -> str:
    """Return the line that points at the marked part, to stand below the quoted one in a fixed-width font.

    Tabs are copied, since only the terminal knows where they end.
    """
    before, marked = harmless(quoted.before), harmless(quoted.marked)
    pad = "".join("\t" if each == "\t" else " " * _width(each) for each in before)
    carets = "".join("\t" if each == "\t" else "^" * _width(each) for each in marked)
    return pad + (carets if "^" in carets else "^")


def harmless(text: str) -> str:
    """Return text of others for a terminal: control characters become visible, tabs and line breaks stay.

    An escape sequence could rewrite what stands on the screen; a bidirectional control could reorder it
    (CVE-2021-42574), which no letter of a right-to-left script can.
    """
    return text.translate(_VISIBLE)


_VISIBLE = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: "␡"}
    | dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], "�")
    | {code: f"⟨U+{code:04X}⟩" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
)


def _width(character: str) -> int:
    """Return how many columns of a terminal a character takes (UAX #11); marks stand on the one before."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
