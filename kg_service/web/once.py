"""What is made once for a data set that is served, by whoever needs it first; others wait for the same one."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from kg_service.evaluation.pool import Pool
    from kg_service.web.context import Context

__all__ = ["Once"]

T = TypeVar("T")
#: After a failure nobody tries again for so long: each try may cost a worker its deadline.
_PAUSE_S = 5.0


class Once(Generic[T]):
    """One thing for each data set.

    make   makes it, for whoever asks; where it raises, a later call tries again
    """

    def __init__(self, make: Callable[[Context], Coroutine[None, None, T]]) -> None:
        self._make = make
        self._again = 0.0
        #: Pool → hash of its data set, and what was made of it or is in the making. A pool goes when other data come.
        self._made: WeakKeyDictionary[Pool, tuple[str, asyncio.Task[T]]] = WeakKeyDictionary()

    async def of(self, context: Context) -> T:
        """Return it for the data set that is served now. Raises what making it raises."""
        pool, version = context.pool, str(context.facts["hash"])
        known, task = self._made.get(pool, ("", None))
        now = time.monotonic()
        failed = task is not None and task.done() and (task.cancelled() or task.exception() is not None)
        if task is None or known != version or (failed and now >= self._again):
            self._again = now + _PAUSE_S
            task = asyncio.create_task(self._make(context))
            self._made[pool] = version, task
        return await asyncio.shield(task)  # one who goes away ends it for no other
