"""Who gets which worker: ordinary workers, one in reserve for what is quick, and requests that wait their turn.

A worker is given the next call while it is still at one that has just begun, so that it need not sleep in between;
where that one turns out to be slow, the next is withdrawn and goes elsewhere. A call that finds every ordinary
worker busy may try the reserve worker for a moment. Where it is not done by then it is heavy: it waits for an
ordinary worker, now and the next time it is asked, and the reserve is free for the next one.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

from kg_service.errors import Busy, DeadlineExceeded, EvaluationFailed, Problem
from kg_service.evaluation.waiting import Waiting

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from kg_service.config import Limits
    from kg_service.evaluation.call import Call
    from kg_service.evaluation.worker_link import Worker

__all__ = ["Dispatcher"]

#: A worker is given more calls while its first is younger than this, this many in all.
_YOUNG_S, _AHEAD = 0.001, 4
_TICK_S, _FAST_TICK_S = 0.01, 0.001
#: After this time a caller is told that its answer takes longer than most.
_SLOW_S = 0.05
_HEAVY_KNOWN = 1_000


class Dispatcher:
    """The workers and the calls for them.

    replace   called with each worker that is to be killed, or has died, and replaced
    ended     how many workers were ended, by reason
    """

    def __init__(self, limits: Limits, loop: asyncio.AbstractEventLoop, replace: Callable[[Worker], None]) -> None:
        self.workers: list[Worker] = []  # the reserve worker last
        self.ended: Counter[str] = Counter()
        self._limits = limits
        self._loop = loop
        self._replace = replace
        self._waiting = Waiting(limits.queue)
        self._heavy: OrderedDict[int, None] = OrderedDict()
        self._ticking = False

    @property
    def load(self) -> tuple[int, int]:
        """How many calls are under way, and how many wait."""
        return self._waiting.under_way.total(), len(self._waiting)

    def add(self, worker: Worker) -> None:
        """Take a new worker into service."""
        self.workers.insert(len(self.workers) if worker.in_reserve else 0, worker)
        self._serve_waiting(time.monotonic())

    def place(self, call: Call, now: float) -> None:
        """Hand a call to a worker, or let it wait. Raises Busy or TooManyRequests where the queue has no place."""
        call.heavy = call.heavy or call.key in self._heavy
        worker = self._open_worker(call, now) if not len(self._waiting) else None
        if worker is not None:
            self._hand(worker, call, now)
        else:
            self._waiting.add(call)
            self._serve_waiting(now)
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(_TICK_S, self._tick)

    def withdraw(self, call: Call) -> None:
        """Free whatever is at work on a call that nobody wants any more."""
        self._waiting.withdraw(call)
        for worker in self.workers:
            if call not in worker.flight:
                continue
            if worker.flight[0] is call:
                self.end(worker, "client-gone", EvaluationFailed("The client went away."))
            else:
                worker.take_back(worker.flight.index(call))
                self._waiting.end(call)
            return

    def end(self, worker: Worker, reason: str, because: Problem | None = None) -> None:
        """Part with a worker: its first call is told why, the others go elsewhere."""
        self.ended[reason] += 1
        self.workers.remove(worker)
        calls = worker.part()
        for call in filter(None, calls):
            self._waiting.end(call)
        self._replace(worker)
        if calls and because is not None:
            first = calls.pop(0)
            if first is not None:
                first.fail(because)
        self._place_again(calls, time.monotonic())

    def end_all(self, because: Problem) -> None:
        """Part with all workers and replace none; who waits goes on waiting."""
        lost, self.workers = self.workers, []
        for worker in lost:
            for call in filter(None, worker.part()):
                self._waiting.end(call)
                call.fail(because)

    def is_free(self, worker: Worker, call: Call | None) -> None:
        """Take note that a worker is done with a call."""
        if call is not None:
            self._waiting.end(call)
        now = worker.since = time.monotonic()
        if worker.flight:
            return
        if worker.retiring:
            self.end(worker, "grown")
        elif len(self._waiting):
            self._serve_waiting(now)

    def _open_worker(self, call: Call, now: float) -> Worker | None:
        """Find a worker for a call: one whose first call is young, else an idle one; ordinary ones first."""
        idle = None
        for worker in self.workers:
            if worker.gone or worker.retiring or (worker.in_reserve and (call.heavy or idle is not None)):
                continue
            if not worker.flight:
                idle = idle or worker
            elif len(worker.flight) < _AHEAD and now - worker.since < _YOUNG_S and not call.heavy:
                return worker
        return idle

    def _hand(self, worker: Worker, call: Call, now: float) -> None:
        self._waiting.begin(call)
        worker.give(call, now)

    def _serve_waiting(self, now: float) -> None:
        """Give idle workers to those whose turn it is."""
        for worker in self.workers:
            if not (worker.flight or worker.gone or worker.retiring):
                call = self._waiting.take(quick_only=worker.in_reserve)
                if call is not None:
                    self._hand(worker, call, now)

    def _place_again(self, calls: Sequence[Call | None], now: float) -> None:
        """Find another worker for calls that theirs did not answer."""
        for call in calls:
            if call is not None and call.is_wanted:
                try:
                    self.place(call, now)
                except Problem as problem:
                    call.fail(problem)

    def _tick(self) -> None:
        """Look after what takes long: deadlines, the reserve, calls behind a slow one, those who wait."""
        now = time.monotonic()
        for worker in tuple(self.workers):
            if worker.flight:
                self._look_after(worker, now)
        for call in self._waiting.overdue(now):
            call.fail(Busy("No worker became free in time.", headers={"Retry-After": "2"}))
        if not len(self._waiting) and not any(worker.flight for worker in self.workers):
            self._ticking = False
            return
        pressing = any(len(worker.flight) > 1 for worker in self.workers)
        self._loop.call_later(_FAST_TICK_S if pressing else _TICK_S, self._tick)

    def _look_after(self, worker: Worker, now: float) -> None:
        call, age = worker.flight[0], now - worker.since
        if call is not None and now >= call.deadline:
            because = DeadlineExceeded("The query was stopped at its deadline, before its result was complete.")
            self.end(worker, because.slug, because)
            return
        if call is not None and call.slow is not None and now - call.began > _SLOW_S:
            slow, call.slow = call.slow, None
            slow(call.abandon)
        if age > _YOUNG_S and len(worker.flight) > 1:
            behind = [worker.take_back(index) for index in range(1, len(worker.flight))]
            for each in filter(None, behind):
                self._waiting.end(each)
            self._place_again(behind, now)
        if call is None:  # withdrawn too late
            if age > self._limits.quick:
                self.end(worker, "client-gone")
        elif worker.in_reserve and call.stream is None and age > self._reserve_bound():
            self._leave_reserve(worker, call)

    def _reserve_bound(self) -> float:
        """How long the reserve worker may be at one call: less where others wait for it."""
        return self._limits.quick / 5 if self._waiting.has_quick() else self._limits.quick

    def _leave_reserve(self, worker: Worker, call: Call) -> None:
        """Free the reserve worker from a call that is not quick; it begins anew on an ordinary one."""
        call.heavy = True
        self._heavy[call.key] = None
        while len(self._heavy) > _HEAVY_KNOWN:
            self._heavy.popitem(last=False)
        self.end(worker, "not-quick")
