"""Places in a query's text as editors count them, and remarks on them; pure."""

from __future__ import annotations

import bisect
from typing import Any

__all__ = ["Places"]


class Places:
    """A text and where its lines begin; lines and columns count from 1, columns in code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(index + 1 for index, character in enumerate(text) if character == "\n")]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a place, within the text."""
        start = self._starts[min(line, len(self._starts)) - 1]
        return min(start + column - 1, len(self.text))

    def range(self, start: int, end: int) -> dict[str, int]:
        """Return a part of the text as `line`, `column`, `endLine`, `endColumn`."""
        (line, column), (end_line, end_column) = self._place(start), self._place(end)
        return {"line": line, "column": column, "endLine": end_line, "endColumn": end_column}

    def edit(self, start: int, end: int, text: str) -> dict[str, Any]:
        """Return what is to stand in place of a part of the text."""
        return {**self.range(start, end), "text": text}

    def diagnostic(
        self, severity: str, code: str, message: str, start: int, end: int,
        *, remedy: str = "", replacement: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Return a remark on a part of the text; `replacement` is what to write there instead."""
        found: dict[str, Any] = {"severity": severity, "code": code, "message": message, **self.range(start, end)}
        if remedy:
            found["remedy"] = remedy
        if replacement is not None:
            found["replacement"] = self.edit(start, end, replacement)
        return found

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
