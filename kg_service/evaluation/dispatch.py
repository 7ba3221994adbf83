"""Who gets which worker: ordinary workers, one in reserve for what is quick, and requests that wait their turn.

A worker is given the next call while it is still at one that has just begun, so that it need not sleep in between;
where that one turns out to be slow, the next is withdrawn and goes elsewhere. A call that finds every ordinary
worker at something slow may try the reserve worker for a moment. Where it is not done by then it is heavy: it waits
for an ordinary worker, now and the next time it is asked, and the reserve is free for the next one.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING

from kg_service.errors import Busy, DeadlineExceeded, Problem
from kg_service.evaluation.choice import YOUNG_S, ahead, worker_for
from kg_service.evaluation.waiting import Waiting

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from kg_service.config import Limits
    from kg_service.evaluation.call import Call
    from kg_service.evaluation.worker_link import Worker

__all__ = ["Dispatcher"]

_TICK_S, _FAST_TICK_S = 0.005, 0.001
#: After this time a call is slow; after this one its caller is told so.
_SLOW_S, _TOLD_S = 0.001, 0.05
#: Slow calls leave one processor alone while something quick was answered this short a time ago.
_QUICK_SEEN_S = 1.0
_HEAVY_KNOWN = 1_000


class Dispatcher:
    """The workers and the calls for them.

    size      how many ordinary workers there are; one more is the reserve, and further ones stand by to replace others
    replace   called with each worker that is to be killed, or has died, and replaced
    ended     how many workers were ended, by reason
    """

    def __init__(
        self,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
        *,
        size: int,
        replace: Callable[[Worker], None],
    ) -> None:
        self.workers: list[Worker] = []  # the reserve worker last
        self._standby: deque[Worker] = deque()
        self.ended: Counter[str] = Counter()
        self._size = size
        self._limits = limits
        self._loop = loop
        self._replace = replace
        self._waiting = Waiting(limits.queue)
        self._heavy: OrderedDict[int, None] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._quick, self._pace = 0.0, 0.0

    @property
    def load(self) -> tuple[int, int]:
        """How many calls are under way, and how many wait."""
        return self._waiting.under_way.total(), len(self._waiting)

    def add(self, worker: Worker) -> None:
        """Take a new worker into service, or let it stand by where none is wanted."""
        ordinary = sum(not each.in_reserve for each in self.workers)
        if ordinary == self._size and ordinary < len(self.workers):
            self._standby.append(worker)
        else:
            self._enlist(worker, in_reserve=ordinary == self._size)
            self._serve_waiting(time.monotonic())

    def place(self, call: Call, now: float) -> None:
        """Hand a call to a worker, or let it wait. Raises Busy or TooManyRequests where the queue has no place."""
        if self._heavy and not call.heavy:
            call.heavy = call.key in self._heavy
        worker = None if len(self._waiting) else self._worker_for(call, now, pressing=self._waiting.is_full)
        if worker is not None:
            self._waiting.begin(call)
            worker.give(call, now)
        else:
            if self._waiting.is_full:
                self._serve_waiting(now, pressing=True)
            self._waiting.add(call)
            self._serve_waiting(now)
        self._look_by(now + _FAST_TICK_S)

    def withdraw(self, call: Call) -> None:
        """Free whatever is at work on a call that nobody wants any more.

        What may yet be quick is let end: another worker would first have to make its memory its own.
        """
        self._waiting.withdraw(call)
        for worker in self.workers:
            if call in worker.flight:
                index = worker.flight.index(call)
                if index or call.stream is None:
                    worker.take_back(index)
                    self._waiting.end(call)
                else:
                    self.end(worker, "client-gone")
                return

    def end(self, worker: Worker, reason: str, because: Problem | None = None) -> None:
        """Part with a worker: its first call is told why, the others go elsewhere."""
        self.ended[reason] += 1
        if worker in self._standby:
            self._standby.remove(worker)
        else:
            self.workers.remove(worker)
            if self._standby:
                self._enlist(self._standby.popleft(), in_reserve=worker.in_reserve)
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
        lost, self.workers = [*self.workers, *self._standby], []
        self._standby.clear()
        for worker in lost:
            for call in filter(None, worker.part()):
                self._waiting.end(call)
                call.fail(because)

    def has(self, worker: Worker) -> bool:
        """Tell whether a worker is in service or stands by."""
        return worker in self.workers or worker in self._standby

    def is_free(self, worker: Worker, call: Call | None) -> None:
        """Take note that a worker is done with a call, or has skipped one that was withdrawn."""
        now = time.monotonic()
        took, worker.since = now - worker.since, now
        if took < _SLOW_S:
            self._quick = now if call is not None else self._quick
        else:
            worker.allow(every=True)
        if call is not None:
            self._waiting.end(call)
            self._pace += (took - self._pace) / 16
            worker.pace += (took - worker.pace) / 8
            worker.ahead = ahead(worker.pace)
        if worker.retiring and not worker.flight:
            self.end(worker, "retired")
        elif len(self._waiting):
            self._serve_waiting(now)

    def _enlist(self, worker: Worker, *, in_reserve: bool) -> None:
        """Give a worker its place: behind those that have been at work, the reserve last."""
        worker.in_reserve = in_reserve
        self.workers.append(worker)
        self.workers.sort(key=lambda each: each.in_reserve)

    def _worker_for(self, call: Call, now: float, *, pressing: bool = False) -> Worker | None:
        soon = max(YOUNG_S, 2 * self._pace)
        return worker_for(self.workers, now, heavy=call.heavy, soon=soon, pressing=pressing)

    def _serve_waiting(self, now: float, *, pressing: bool = False) -> None:
        """Hand those who wait to workers that have room, in turn."""
        while (call := self._waiting.next()) is not None:
            worker = self._worker_for(call, now, pressing=pressing)
            if worker is None and call.heavy and (quick := self._waiting.next(quick_only=True)) is not None:
                call, worker = quick, self._worker_for(quick, now, pressing=pressing)
            if worker is None:
                return
            self._waiting.withdraw(call)
            self._waiting.begin(call)
            worker.give(call, now)

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
        now, self._timer = time.monotonic(), None
        for worker in tuple(self.workers):
            if worker.flight:
                self._look_after(worker, now)
        for call in self._waiting.overdue(now):
            call.fail(Busy("No worker became free in time.", headers={"Retry-After": "2"}))
        if len(self._waiting):
            self._serve_waiting(now)
        busy = [worker for worker in self.workers if worker.flight]
        if busy or len(self._waiting):
            pressing = len(self._waiting) or any(
                len(worker.flight) > 1 or now - worker.since < _SLOW_S for worker in busy
            )
            self._look_by(now + (_FAST_TICK_S if pressing else _TICK_S))

    def _look_by(self, when: float) -> None:
        """See that the next look comes by then."""
        if self._timer is not None:
            if self._due <= when:
                return
            self._timer.cancel()
        self._due = when
        self._timer = self._loop.call_later(when - time.monotonic(), self._tick)

    def _look_after(self, worker: Worker, now: float) -> None:
        call, age = worker.flight[0], now - worker.since
        if call is not None and now >= call.deadline:
            because = DeadlineExceeded("The query was stopped at its deadline, before its result was complete.")
            self.end(worker, because.slug, because)
            return
        if call is not None and call.slow is not None and now - call.began > _TOLD_S:
            slow, call.slow = call.slow, None
            slow(call)
        if age > YOUNG_S and len(worker.flight) > 1:
            behind = [worker.take_back(index) for index in range(1, len(worker.flight))]
            for each in filter(None, behind):
                self._waiting.end(each)
            self._place_again(behind, now)
        if age > _SLOW_S:
            worker.allow(every=now - self._quick > _QUICK_SEEN_S)
        if call is None:
            if age > self._limits.quick:
                self.end(worker, "client-gone")
        elif worker.in_reserve and call.stream is None and age > self._reserve_bound():
            self._leave_reserve(worker, call)

    def _reserve_bound(self) -> float:
        """How long the reserve worker may be at one call: less, the more others wait for it."""
        quick = self._waiting.quick()
        return self._limits.quick / (4 + quick) if quick else self._limits.quick

    def _leave_reserve(self, worker: Worker, call: Call) -> None:
        """Free the reserve worker from a call that is not quick; it begins anew on an ordinary one."""
        call.heavy = True
        self._heavy[call.key] = None
        while len(self._heavy) > _HEAVY_KNOWN:
            self._heavy.popitem(last=False)
        self.end(worker, "not-quick")
