"""The service's side of evaluation: a template process, the workers forked from it, and what becomes of them.

It never imports the engine. A request past its deadline is ended by killing its worker, because the engine
cannot be interrupted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from kg_service.errors import PROBLEMS, DataInvalid, EvaluationFailed, Problem
from kg_service.evaluation.call import Answer, Call, Waiter
from kg_service.evaluation.control import TemplateProcess, cause_of_death
from kg_service.evaluation.dispatch import Dispatcher
from kg_service.evaluation.worker_link import Worker
from kg_service.layout import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kg_service.config import Limits
    from kg_service.layout import Signature

__all__ = ["Pool"]

_log = logging.getLogger("kg_service.evaluation")
_BY_SLUG = {problem.slug: problem for problem in PROBLEMS}
#: Workers that stand by, beside those in service, to take the place of one that is killed.
_STANDBY = 2
#: Seconds before another worker is made in place of one that ended at its start.
_AGAIN_S = 0.1
#: So many deaths before the first worker is ready are no accident.
_STILLBORN = 10
#: Seconds before the data set is loaded again where it could not be.
_LOAD_AGAIN_S = 2


class Pool:
    """A template process and the workers forked from it.

    places    data set folders and files
    store     address of a remote store that holds the data, in place of the files
    workers   how many requests are evaluated at once, beside one in reserve for quick ones
    facts     what the template told about the data set, after `start`
    signature   of the files as they were when their loading began
    network   how the workers were cut off from the network: "seccomp", "namespace" or "none"
    """

    def __init__(self, places: Sequence[Path], *, workers: int, limits: Limits, store: str = "") -> None:
        self.places = places
        self.store = store
        self.size = workers
        self.limits = limits
        self.facts: dict[str, Any] = {}
        self.signature: Signature = ()
        self.network = "none"
        self._by_number: dict[int, Worker] = {}
        self._next_number = 0
        self._dispatcher: Dispatcher | None = None
        self._closing = self._launched = False
        self._stillborn, self._last_words = 0, ""
        self._reports: asyncio.Task[None] | None = None
        self._restarting: asyncio.Task[None] | None = None
        self._connecting: set[asyncio.Task[Any]] = set()
        self._progress = asyncio.Event()

    def launch(self) -> None:
        """Start the template process; it loads while the caller does something else."""
        self._launched, self.signature = True, signature(self.places)
        self._template = TemplateProcess(self.places, self.limits, self.store)

    async def start(self) -> None:
        """Wait until the data set is loaded and start the workers; a second call does nothing.

        Raises DataInvalid (exit 1) where the template could not load it.
        """
        if self._reports is not None:
            return
        if not self._launched:
            self.launch()
        ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._reports = asyncio.create_task(self._read_reports(ready))
        self.facts = await ready
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(
                self.limits,
                asyncio.get_running_loop(),
                size=self.size,
                replace=self._replace,
            )
        for _ in range(self.size + 1 + _STANDBY):
            self._fork(self._dispatcher)
        while len(self._dispatcher.workers) <= self.size:
            self._progress.clear()
            await self._progress.wait()
            if self._stillborn >= _STILLBORN and not self._dispatcher.workers:
                raise EvaluationFailed(
                    f"Workers end as soon as they are made: {self._last_words or 'nobody says why'}."
                )

    def submit(
        self,
        request: dict[str, Any],
        settle: Callable[[Answer | Problem], None],
        *,
        client: str = "",
        timeout_s: float | None = None,
        slow: Callable[[Call], None] | None = None,
    ) -> Call:
        """Hand a request to a worker; `settle` is called with the answer or its beginning, or the problem instead.

        client      whose request it is; clients share the workers fairly
        timeout_s   the client's own bound; the service's is never exceeded. Waiting for a worker counts.
        slow        called once with the call when it takes longer than most
        Raises Busy (503) and TooManyRequests (429) where there is no place for it.
        """
        if self._dispatcher is None:
            raise EvaluationFailed("The service has not started yet.")
        now, longest = time.monotonic(), self.limits.timeout
        deadline = now + (longest if timeout_s is None else min(timeout_s, longest))
        call = Call(request, client, now, deadline, settle, self._dispatcher.withdraw, slow)
        self._dispatcher.place(call, now)
        return call

    def withdraw(self, call: Call) -> None:
        """Free whatever is at work on a call that nobody wants any more."""
        call.is_wanted = False
        if self._dispatcher is not None:
            self._dispatcher.withdraw(call)

    async def evaluate(
        self,
        request: dict[str, Any],
        *,
        client: str = "",
        timeout_s: float | None = None,
        slow: Callable[[Callable[[], None]], None] | None = None,
    ) -> Answer:
        """Have a worker answer a request; return when the first bytes are known to come.

        client, timeout_s   as for `submit`
        slow        called once when the answer takes longer than most, with what cancels the wait
        Raises what `submit` raises, DeadlineExceeded (504), MemoryExceeded (507), EvaluationFailed (500) and the
        problems that the worker reports. The same problems raised later, from the answer's bytes, mean that the
        result broke off.
        """
        waiting = Waiter(slow)
        call = self.submit(request, waiting.settle, client=client, timeout_s=timeout_s, slow=waiting.is_slow)
        try:
            return await waiting.answer
        except asyncio.CancelledError:
            self.withdraw(call)
            raise

    @property
    def is_answering(self) -> bool:
        """Whether there are workers."""
        return self._dispatcher is not None and bool(self._dispatcher.workers)

    @property
    def load(self) -> tuple[int, int]:
        """How many requests are under way, and how many wait."""
        return self._dispatcher.load if self._dispatcher is not None else (0, 0)

    @property
    def ended(self) -> Mapping[str, int]:
        """How many workers were ended, by reason."""
        return self._dispatcher.ended if self._dispatcher is not None else {}

    async def drain(self) -> None:
        """Wait until no request is under way or waiting, at most for the time that one request may take."""
        deadline = time.monotonic() + self.limits.timeout
        while self.load != (0, 0) and time.monotonic() < deadline:  # noqa: ASYNC110 - rare and short
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """End all workers and the template; a second call does nothing."""
        if self._closing:
            return
        self._closing = True
        for task in (self._reports, self._restarting):
            if task is not None:
                task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        if self._dispatcher is not None:
            self._dispatcher.end_all(EvaluationFailed("The service is ending."))
        if self._launched:
            await self._template.close()

    def _fork(self, dispatcher: Dispatcher) -> None:
        """Have a worker made; it takes calls as soon as it says that it is ready."""
        if self._closing:
            return
        self._next_number += 1
        template, connection = self._template, self._template.fork(self._next_number)

        def is_ready(worker: Worker) -> None:
            if self._closing or self._template is not template:
                worker.part()
            else:
                dispatcher.add(worker)
                self._progress.set()

        worker = Worker(self._next_number, on_ready=is_ready, on_free=dispatcher.is_free)
        self._by_number[worker.number] = worker
        connecting = asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=connection)
        task = asyncio.create_task(connecting)
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    def _replace(self, worker: Worker) -> None:
        """Kill a worker, where it has not died by itself, and have another one made."""
        self._template.kill(worker.number)
        if not self._closing and self._dispatcher is not None:
            self._fork(self._dispatcher)

    async def _read_reports(self, ready: asyncio.Future[dict[str, Any]]) -> None:
        async for report in self._template.reports():
            if "ready" in report:
                self.network = report["network"]
                ready.set_result(report["ready"])
            elif "failed" in report:
                kind = _BY_SLUG.get(report["slug"], DataInvalid)
                ready.set_exception(kind(report["failed"], others=report["others"]))
                return
            elif "died" in report:
                self._bury(report)
        if not ready.done():
            ready.set_exception(EvaluationFailed("The process that loads the data set ended unexpectedly."))
        elif not self._closing:
            self._restarting = asyncio.create_task(self._restart())

    def _bury(self, report: dict[str, Any]) -> None:
        """Take note of a death; where it was none of our doing, the call it had is told the cause."""
        worker = self._by_number.pop(report["died"], None)
        if self._dispatcher is None or worker is None:
            return
        if self._dispatcher.has(worker):
            if worker.may_be_innocent(time.monotonic()):
                self._dispatcher.end(worker, "died")
            else:
                self._dispatcher.end(worker, "died", cause_of_death(report, self.limits.memory))
        elif not worker.is_ready and not self._closing:
            _log.error("a worker ended at its start with signal %s: %s", report["signal"], report["words"])
            self._stillborn, self._last_words = self._stillborn + 1, report["words"][-300:]
            self._progress.set()
            worker.part()
            asyncio.get_running_loop().call_later(_AGAIN_S, self._fork, self._dispatcher)

    async def _restart(self) -> None:
        """Start over with a new template, until one can load the data set; who waits goes on waiting."""
        self._by_number.clear()
        _log.error("the template process ended with status %s; starting another", await self._template.close())
        while not self._closing:
            self._reports = None
            self.launch()  # from here on, workers of the old template are not taken into service
            if self._dispatcher is not None:
                self._dispatcher.end_all(EvaluationFailed("The process that evaluates queries ended."))
            try:
                await self.start()
            except Problem as problem:
                _log.error("the data set cannot be loaded again: %s", problem.detail)
                await self._template.close()
                await asyncio.sleep(_LOAD_AGAIN_S)
            else:
                return
