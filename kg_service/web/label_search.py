"""The index of labels that a running service searches: a snapshot's own, or one that a worker makes once a data set.

index = await label_index(context)
hits = await asyncio.to_thread(index.search, text, languages, class_iri=…, limit=…, offset=…)
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg_service.search.index import open_index
from kg_service.web.once import Once

if TYPE_CHECKING:
    from kg_service.search.index import LabelIndex
    from kg_service.web.context import Context

__all__ = ["label_index"]


async def _open(context: Context) -> LabelIndex:
    """Open the index that stands beside the data, or take one from a worker through a file without a name."""
    path = context.facts.get("labels")
    if path is not None:
        with contextlib.suppress(OSError):  # one that another version made may be of another kind
            return await asyncio.to_thread(open_index, Path(path))
    answer = await context.pool.evaluate({"operation": "labels"})
    with tempfile.NamedTemporaryFile(suffix=".labels") as stream:
        if answer.body is not None:
            await asyncio.to_thread(stream.write, answer.body)
        else:
            async for chunk in answer.chunks:
                await asyncio.to_thread(stream.write, chunk)
        await asyncio.to_thread(stream.flush)
        return await asyncio.to_thread(open_index, Path(stream.name))


_ONCE = Once(_open)


async def label_index(context: Context) -> LabelIndex:
    """Return the index of the data set that is served; it stays good for who holds it when other data come.

    Raises what `Pool.evaluate` raises, the deadline of a query included.
    """
    return await _ONCE.of(context)
