"""Follow the files of the data set: when they change, load them beside the running ones and then change over."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kg_service.errors import Problem
from kg_service.evaluation.pool import Pool
from kg_service.layout import discover, query_files
from kg_service.named_queries import read_queries

if TYPE_CHECKING:
    from kg_service.web.context import Context
    from kg_service.web.validity import Validity

__all__ = ["follow_changes"]

_log = logging.getLogger("kg_service.reload")
_INTERVAL_S = 1.0


async def follow_changes(context: Context, validity: Validity) -> None:
    """Reload the data set whenever a file of it is added, changed or removed; runs until cancelled.

    A data set that cannot be loaded is told in the log, and the one before it is served on.
    """
    served = _signature(context.pool)
    while True:
        await asyncio.sleep(_INTERVAL_S)
        found = _signature(context.pool)
        if found != served:
            served = found
            await _change_over(context, validity)


async def _change_over(context: Context, validity: Validity) -> None:
    before = context.pool
    pool = Pool(before.places, workers=before.size, limits=before.limits)
    try:
        await pool.start()
        queries = read_queries(query_files(pool.places))
    except Problem as problem:
        _log.error("the changed data set cannot be loaded; the one before it is served on: %s", problem.detail)
        await pool.close()
        return
    context.pool, context.queries = pool, queries
    context.validity = ("pending", "The data set has not been validated yet.")
    _log.info("the data set was loaded again: %s triples", pool.facts["triples"])
    await before.drain()
    await before.close()
    await validity.check(context)


def _signature(pool: Pool) -> tuple[tuple[str, int, int], ...]:
    """Return names, sizes and times of the files; what vanishes while it is read counts as absent."""
    found = []
    try:
        for path in [*(file.path for file in discover(pool.places)), *query_files(pool.places)]:
            status = path.stat()
            found.append((str(path), status.st_size, status.st_mtime_ns))
    except (OSError, Problem):
        return ()
    return tuple(found)
