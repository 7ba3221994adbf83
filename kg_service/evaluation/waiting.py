"""Who gets which worker: idle workers on one side, requests in order of arrival on the other."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from typing import TYPE_CHECKING

from kg_service.errors import Busy

if TYPE_CHECKING:
    from kg_service.evaluation.worker_link import Worker

__all__ = ["Waiting"]


class Waiting:
    """The queue before the workers.

    longest   how many requests may wait
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._idle: deque[Worker] = deque()
        self._turns: deque[asyncio.Future[Worker]] = deque()

    async def acquire(self, deadline: float) -> Worker:
        """Return a worker, at once or when it is this request's turn.

        deadline   by time.monotonic()
        Raises Busy (503) where the queue is full, or no worker becomes free in time.
        """
        while self._idle:
            worker = self._idle.popleft()
            if not worker.gone:
                return worker
        if len(self._turns) >= self._longest:
            raise Busy("All workers are busy and the queue is full.", headers={"Retry-After": "2"})
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        handed: Worker | None = None
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                handed = await turn
        except TimeoutError:
            raise Busy("No worker became free in time.", headers={"Retry-After": "2"}) from None
        finally:
            if handed is None:
                self._give_up(turn)
        return handed

    def release(self, worker: Worker) -> None:
        """Hand a free worker to the next request, or keep it idle."""
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def remove(self, worker: Worker) -> None:
        """Forget a dead worker; where it was idle, nobody else will close its link."""
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
            worker.link.close()

    def is_quiet(self, size: int) -> bool:
        """Tell whether all of `size` workers are idle and nobody waits."""
        return len(self._idle) >= size and not self._turns

    def _give_up(self, turn: asyncio.Future[Worker]) -> None:
        """Leave the queue; a worker handed over in the same instant goes to the next one."""
        if turn.done() and not turn.cancelled():
            self.release(turn.result())
        else:
            turn.cancel()
            with contextlib.suppress(ValueError):
                self._turns.remove(turn)
