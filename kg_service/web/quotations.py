"""Quotations: what a passage says in its document, where the document's text is at hand and still the one recorded."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

__all__ = ["quotation"]


def quotation(folder: Path | None, note: dict[str, Any]) -> str | None:
    """Return the text of a passage, or None where it cannot be shown.

    folder   where `<document>.txt` lies, `<document>` being the last segment of the document's IRI
    note     of a passage: its `document`, `start` and `end` in code points, end exclusive, and the span's `sha256`
    """
    start, end, document = note["start"], note["end"], note["document"]
    if folder is None or document is None or not isinstance(start, int) or not isinstance(end, int):
        return None
    name = unquote(document["iri"].rstrip("/").rpartition("/")[2])
    if not name or name != Path(name).name or "\0" in name:
        return None  # a document's IRI must not name a file of another folder
    path = folder / f"{name}.txt"
    try:
        text = _text(path, path.stat().st_mtime_ns)
    except OSError:
        return None
    span = text[start:end]
    return span.strip() if hashlib.sha256(span.encode()).hexdigest() == note["sha256"] else None


@lru_cache(maxsize=64)
def _text(path: Path, _: int) -> str:
    return path.read_bytes().decode("utf-8", "replace")
