"""What a worker does for somebody who writes a query: tell the schema, check the text, explain a row or its absence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg_service.schema.document import in_languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.store.embedded import Store, Writer

__all__ = ["ASSISTANCE"]


def answer_schema(store: Store, writer: Writer, *, languages: list[str]) -> None:
    """Write the schema document as JSON, with texts in these languages; none: in all."""
    _write(writer, in_languages(store.schema, languages))


#: Rows for the table of operations.
ASSISTANCE: dict[str, Callable[..., None]] = {
    "schema": answer_schema,
}


def _write(writer: Writer, content: Any) -> None:
    writer.begin()
    writer.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
