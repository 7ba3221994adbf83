"""The index of labels that a running service searches: a snapshot's own, or one that a worker makes once a data set.

index = await label_index(context)
hits = await asyncio.to_thread(index.search, text, languages, class_iri=…, limit=…, offset=…)
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kg_service.search.index import open_index

if TYPE_CHECKING:
    from kg_service.evaluation.pool import Pool
    from kg_service.search.index import LabelIndex
    from kg_service.web.context import Context

__all__ = ["label_index"]

#: Pool → hash of its data set, and the index of it, made or in the making. A pool goes when other data come.
_MADE: WeakKeyDictionary[Pool, tuple[str, asyncio.Task[LabelIndex]]] = WeakKeyDictionary()


async def label_index(context: Context) -> LabelIndex:
    """Return the index of the data set that is served; who asks while it is being made waits for the same one.

    It stays good for who holds it when the service changes over to other data.
    Raises what `Pool.evaluate` raises, the deadline of a query included; the next call tries again.
    """
    pool, version = context.pool, str(context.facts["hash"])
    known, task = _MADE.get(pool, ("", None))
    if task is None or known != version or (task.done() and (task.cancelled() or task.exception() is not None)):
        task = asyncio.get_running_loop().create_task(_open(pool))
        _MADE[pool] = version, task
    return await asyncio.shield(task)  # one who goes away ends it for no other


async def _open(pool: Pool) -> LabelIndex:
    """Open the index that stands beside the data, or take one from a worker through a file without a name."""
    path = pool.facts.get("labels")
    if path is not None:
        return await asyncio.to_thread(open_index, Path(path))
    answer = await pool.evaluate({"operation": "labels"})
    with tempfile.NamedTemporaryFile(suffix=".labels") as stream:
        if answer.body is not None:
            await asyncio.to_thread(stream.write, answer.body)
        else:
            async for chunk in answer.chunks:
                await asyncio.to_thread(stream.write, chunk)
        await asyncio.to_thread(stream.flush)
        return await asyncio.to_thread(open_index, Path(stream.name))
