"""Who gets which worker: ordinary workers, one in reserve for what is quick, and requests that wait their turn.

A request that finds every ordinary worker busy may try the reserve worker for a moment. Where it is not
done by then it is heavy: it waits for an ordinary worker, and the reserve is free for the next one.
Of those who wait, the client that has the least under way goes first.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.errors import Busy, TooManyRequests

if TYPE_CHECKING:
    from kg_service.evaluation.worker_link import Worker

__all__ = ["Waiting"]


@dataclass(slots=True, eq=False)
class Turn:
    """A request that waits; a heavy one takes ordinary workers only."""

    client: str
    heavy: bool
    worker: asyncio.Future[Worker]


class Waiting:
    """The queue before the workers.

    longest   how many requests may wait; one client may take half of the places
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._idle: list[Worker] = []
        self._turns: list[Turn] = []
        self._under_way: Counter[str] = Counter()

    async def acquire(self, client: str, deadline: float, *, heavy: bool = False) -> Worker:
        """Return a worker, at once or when it is this request's turn; `release` gives it back.

        client     whose request it is, such as an address
        deadline   by time.monotonic()
        heavy      whether the reserve worker has been tried in vain
        Raises Busy (503) where the queue is full, or no worker becomes free in time;
        TooManyRequests (429) where this client's half of the queue is full.
        """
        worker = self._take(heavy=heavy)
        if worker is None:
            worker = await self._wait(Turn(client, heavy, asyncio.get_running_loop().create_future()), deadline)
        self._under_way[client] += 1
        return worker

    def release(self, worker: Worker, client: str) -> None:
        """Take a worker back from a client's request; where it is gone, its successor comes by `add`."""
        self._under_way[client] -= 1
        if not self._under_way[client]:
            del self._under_way[client]
        if not worker.gone:
            self.add(worker)

    def add(self, worker: Worker) -> None:
        """Hand a free worker to whoever is next, or keep it idle."""
        fitting = [turn for turn in self._turns if not (turn.heavy and worker.in_reserve) and not turn.worker.done()]
        if not fitting:
            self._idle.append(worker)
            return
        turn = min(fitting, key=lambda each: self._under_way[each.client])  # the first of those with the least
        self._turns.remove(turn)
        turn.worker.set_result(worker)

    def remove(self, worker: Worker) -> None:
        """Forget a dead worker; where it was idle, nobody else will close its link."""
        if worker in self._idle:
            self._idle.remove(worker)
            worker.link.close()

    @property
    def load(self) -> tuple[int, int]:
        """How many requests are under way, and how many wait."""
        return self._under_way.total(), len(self._turns)

    def is_quiet(self) -> bool:
        """Tell whether nothing is under way and nobody waits."""
        return self.load == (0, 0)

    def _take(self, *, heavy: bool) -> Worker | None:
        """Take an idle worker, ordinary ones first."""
        fitting = [worker for worker in self._idle if not worker.gone and not (heavy and worker.in_reserve)]
        if not fitting:
            return None
        worker = min(fitting, key=lambda each: each.in_reserve)
        self._idle.remove(worker)
        return worker

    async def _wait(self, turn: Turn, deadline: float) -> Worker:
        if len(self._turns) >= self._longest:
            raise Busy("All workers are busy and the queue is full.", headers={"Retry-After": "2"})
        if sum(each.client == turn.client for each in self._turns) >= max(1, self._longest // 2):
            raise TooManyRequests(
                "This client has as many requests waiting as one client may have.", headers={"Retry-After": "2"}
            )
        self._turns.append(turn)
        handed: Worker | None = None
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                handed = await turn.worker
        except TimeoutError:
            raise Busy("No worker became free in time.", headers={"Retry-After": "2"}) from None
        finally:
            if handed is None:
                self._give_up(turn)
        return handed

    def _give_up(self, turn: Turn) -> None:
        """Leave the queue; a worker handed over in the same instant goes to the next one."""
        if turn.worker.done() and not turn.worker.cancelled():
            self.add(turn.worker.result())
        else:
            turn.worker.cancel()
            with contextlib.suppress(ValueError):
                self._turns.remove(turn)
