"""Take the data set over when its files change or somebody asks: check and load it beside the running one first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg_service.errors import Problem
from kg_service.evaluation.pool import Pool
from kg_service.layout import query_files, signature
from kg_service.named_queries import read_queries
from kg_service.web.context import Verdict
from kg_service.web.validity import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.layout import Signature
    from kg_service.validation.results import Report
    from kg_service.web.context import Context
    from kg_service.web.validity import Validity

__all__ = ["Changes", "look_after"]

_log = logging.getLogger("kg_service.reload")
_INTERVAL_S = 1.0
_KEPT = "The files have changed since and are not served"


@dataclass(slots=True)
class Changes:
    """When the files are taken over.

    followed   whether that is when one of them has changed; they are looked at every second
    asked      set to take them over now, changed or not
    settled    called after the first check, and after each attempt to take them over
    """

    followed: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    settled: Callable[[Context], None] = lambda _: None


async def look_after(
    context: Context, validity: Validity, changes: Changes, *, refuse: Callable[[Report], None] | None
) -> None:
    """Check the data set, then take it over anew whenever `changes` says so; runs until cancelled.

    refuse   called with the report where the data set is not to be served; nothing is followed then
    """
    served = context.pool.signature
    if not await _check(context, validity):
        changes.asked.set()
    elif refuse is not None and context.report is not None and validity.refuses(context.report):
        refuse(context.report)
        return
    else:
        changes.settled(context)
    await _follow(context, validity, changes, served)


async def _follow(context: Context, validity: Validity, changes: Changes, served: Signature) -> None:
    """Take the data set over whenever a file of it is added, changed or removed, or somebody asks.

    What cannot be loaded or is not valid is told in the log, and the data set before it is served on.
    """
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changes.asked.wait(), _INTERVAL_S if changes.followed else None)
        found = signature(context.pool.places)
        if found != served or changes.asked.is_set():
            served = found
            changes.asked.clear()
            if await _change_over(context, validity, found):
                changes.settled(context)
            else:
                changes.asked.set()


async def _change_over(context: Context, validity: Validity, found: Signature) -> bool:
    """Take the files over, or say why not; False where they have changed while that was under way."""
    report = None
    if not validity.allow_invalid:
        report = await validity.report()
        if report is None:
            return _keep(context, f"{_KEPT}, because their validation failed.")
        if validity.refuses(report):
            report = replace(report, notices=[*report.notices, "These files are not served; the ones before them are."])
            return _keep(context, f"{_KEPT}, because they have violations; see /validation.", report)
    before = context.pool
    pool = Pool(before.places, workers=before.size, limits=before.limits, store=before.store)
    try:
        await pool.start()
        queries = read_queries(query_files(pool.places))
    except Problem as problem:
        await pool.close()
        return _keep(context, f"{_KEPT}, because they cannot be loaded: {problem.detail}")
    if signature(pool.places) != found:
        await pool.close()  # what is loaded now is not what was checked
        return False
    context.pool, context.queries = pool, queries
    pending = Verdict("pending", "The data set was loaded again and is being validated.", ready=True)
    context.take(validity.verdict(report) if report else pending, report)
    _log.info("the data set was loaded again: %s triples", pool.facts["triples"])
    await before.drain()
    await before.close()
    return report is not None or await _check(context, validity)


async def _check(context: Context, validity: Validity) -> bool:
    """Note the report of what is served; False where the files have changed since, and it is theirs."""
    report = await validity.report()
    if signature(context.pool.places) != context.pool.signature:
        return False
    context.take(validity.verdict(report), report)
    return True


def _keep(context: Context, sentence: str, report: Report | None = None) -> bool:
    """Serve on what was served, and say why; True."""
    _log.error("%s%s", sentence, f"\n{told(report)}" if report else "")
    first = context.validity.sentence.partition(f" {_KEPT}")[0]
    context.take(replace(context.validity, sentence=f"{first} {sentence}", current=False), report)
    return True
