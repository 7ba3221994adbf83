"""The service's side of evaluation: hands requests to workers, ends those that overrun, replaces the dead.

It never imports the engine. One request is in one worker at a time; a request past its deadline is ended
by killing its worker, because the engine cannot be interrupted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg_service.errors import (
    PROBLEMS,
    DataInvalid,
    DeadlineExceeded,
    EvaluationFailed,
    MemoryExceeded,
    Problem,
)
from kg_service.evaluation.control import TemplateProcess
from kg_service.evaluation.frames import FrameKind, json_frame
from kg_service.evaluation.waiting import Waiting
from kg_service.evaluation.worker_link import Link, Worker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from kg_service.config import Limits

__all__ = ["Answer", "Pool"]

_log = logging.getLogger("kg_service.evaluation")
_BY_SLUG = {problem.slug: problem for problem in PROBLEMS}
_NICE, _QUICK_NICE = 5, 1
_OUT_OF_MEMORY = ("memory allocation of", "MemoryError", "capacity overflow", "failed to allocate")


@dataclass(slots=True)
class Answer:
    """A result whose first bytes are there: what it is, and its bytes as they come."""

    head: dict[str, Any]
    chunks: AsyncGenerator[bytes, None]

    async def read(self) -> bytes:
        """Return the whole result."""
        return b"".join([chunk async for chunk in self.chunks])


class Pool:
    """A template process and the workers forked from it.

    places    data set folders and files
    workers   how many requests are evaluated at once, beside one in reserve for quick ones
    ended     how many workers were killed, by the problem told, or died
    facts     what the template told about the data set, after `start`
    """

    def __init__(self, places: Sequence[Path], *, workers: int, limits: Limits) -> None:
        self.places = places
        self.size = workers
        self.limits = limits
        self.facts: dict[str, Any] = {}
        self._workers: dict[int, Worker] = {}
        self._waiting = Waiting(limits.queue)
        self._next_number = 0
        self.ended: Counter[str] = Counter()
        self._closing = self._launched = False
        self._reports: asyncio.Task[None] | None = None

    def launch(self) -> None:
        """Start the template process; it loads while the caller does something else."""
        limits = self.limits
        self._launched = True
        self._template = TemplateProcess(self.places, memory_mib=limits.memory, merge_triples=limits.merge_triples)

    async def start(self) -> None:
        """Wait until the data set is loaded and start the workers; a second call does nothing.

        Raises DataInvalid (exit 1) where the template could not load it.
        """
        if self._reports is not None:
            return
        if not self._launched:
            self.launch()
        self._reports = asyncio.create_task(self._read_reports(ready := asyncio.get_running_loop().create_future()))
        self.facts = await ready
        for number in range(self.size + 1):
            self._fork(in_reserve=number == self.size)

    async def evaluate(self, request: dict[str, Any], *, client: str = "", timeout_s: float | None = None) -> Answer:
        """Have a worker answer a request; return when the first bytes are known to come.

        client      whose request it is; clients share the workers fairly
        timeout_s   the client's own bound; the service's is never exceeded. Waiting for a worker counts.
        Raises Busy (503), TooManyRequests (429), DeadlineExceeded (504), MemoryExceeded (507),
        EvaluationFailed (500) and the problems that the worker reports. The same problems raised later,
        from `chunks`, mean that the result broke off.
        """
        deadline = time.monotonic() + min(timeout_s or self.limits.timeout, self.limits.timeout)
        worker = await self._waiting.acquire(client, deadline)
        quick_deadline = time.monotonic() + self.limits.quick
        if not worker.in_reserve or quick_deadline >= deadline:
            return await self._begin(worker, request, client, deadline, deadline)
        try:
            return await self._begin(worker, request, client, quick_deadline, deadline)
        except DeadlineExceeded:
            worker = await self._waiting.acquire(client, deadline, heavy=True)
            return await self._begin(worker, request, client, deadline, deadline)

    async def _begin(
        self, worker: Worker, request: dict[str, Any], client: str, first_deadline: float, deadline: float
    ) -> Answer:
        chunks = self._converse(worker, request, client, first_deadline, deadline)
        try:
            head = json.loads(await anext(chunks))
        except BaseException:
            await chunks.aclose()
            raise
        return Answer(head, chunks)

    async def _restart(self) -> None:
        """Start over with a new template; requests under way have ended with the old one's workers."""
        for worker in list(self._workers.values()):
            worker.gone = True
            self._bury({"died": worker.number, "signal": 0, "words": "The template process ended."})
        _log.error("the template process ended with status %s; starting another", await self._template.close())
        self._reports = None
        self.launch()
        await self.start()

    async def drain(self) -> None:
        """Wait until no request is under way or waiting, at most for the time that one request may take."""
        deadline = time.monotonic() + self.limits.timeout
        while not self._waiting.is_quiet() and time.monotonic() < deadline:  # noqa: ASYNC110 - rare and short
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """End all workers and the template; a second call does nothing."""
        if self._closing:
            return
        self._closing = True
        if self._reports is not None:
            self._reports.cancel()
        for worker in self._workers.values():
            worker.link.close()
        if self._launched:
            await self._template.close()

    async def _converse(
        self, worker: Worker, request: dict[str, Any], client: str, first_deadline: float, deadline: float
    ) -> AsyncGenerator[bytes, None]:
        """Yield the head, then the data; leave the worker idle, or dead and replaced.

        first_deadline   by when the head must be there
        """
        finished = False
        timer = self._kill_at(first_deadline, worker)
        try:
            with contextlib.suppress(ConnectionError):  # a dead worker's cause is told below
                await worker.link.send(json_frame(FrameKind.REQUEST, request))
            while True:
                message = await worker.link.receive()
                if message is None:
                    raise await self._cause_of_death(worker)
                kind, payload = message
                if kind is FrameKind.PROBLEM:
                    finished = True
                    raise _problem_from(json.loads(payload))
                if kind is FrameKind.END:
                    finished = True
                    return
                if kind is FrameKind.HEAD and first_deadline < deadline:
                    timer.cancel()
                    timer = self._kill_at(deadline, worker)
                yield payload
        finally:
            timer.cancel()
            if not finished:
                self._kill(worker, EvaluationFailed("The client went away."))
            if worker.gone:
                worker.link.close()
            self._waiting.release(worker, client)

    def _kill_at(self, deadline: float, worker: Worker) -> asyncio.TimerHandle:
        because = DeadlineExceeded("The query was stopped at its deadline, before its result was complete.")
        return asyncio.get_running_loop().call_later(max(0.0, deadline - time.monotonic()), self._kill, worker, because)

    def _kill(self, worker: Worker, because: Problem) -> None:
        """End a worker and remember why."""
        if not worker.gone:
            worker.killed_because = because
            self.ended[because.slug] += 1
            self._template.kill(worker.number)
            self._replace(worker)

    @property
    def load(self) -> tuple[int, int]:
        """How many requests are under way, and how many wait."""
        return self._waiting.load

    def _replace(self, worker: Worker) -> None:
        worker.gone = True
        if not self._closing:
            self._fork(in_reserve=worker.in_reserve)

    def _fork(self, *, in_reserve: bool) -> None:
        self._next_number += 1
        # Long queries may use every processor, but not before the service itself and what is quick.
        connection = self._template.fork(self._next_number, nice=_QUICK_NICE if in_reserve else _NICE)
        worker = Worker(self._next_number, Link(connection), in_reserve)
        self._workers[worker.number] = worker
        self._waiting.add(worker)

    async def _cause_of_death(self, worker: Worker) -> Problem:
        """Tell why a worker ended: by us, for want of memory, or by a fault of the engine."""
        if worker.killed_because is not None:
            return worker.killed_because
        death = await worker.death
        self.ended["died"] += 1
        if any(text in death["words"] for text in _OUT_OF_MEMORY) or death["signal"] == signal.SIGKILL:
            return MemoryExceeded(f"The query needed more than the {self.limits.memory} MiB that one query may use.")
        _log.error("a worker ended with signal %s: %s", death["signal"], death["words"])
        return EvaluationFailed("The engine failed on this query and was replaced.")

    async def _read_reports(self, ready: asyncio.Future[dict[str, Any]]) -> None:
        async for report in self._template.reports():
            if "ready" in report:
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
        """Take note of a death: whoever waits for the worker learns its cause."""
        worker = self._workers.pop(report["died"])
        worker.death.set_result(report)
        self._waiting.remove(worker)
        if not worker.gone:
            self._replace(worker)


def _problem_from(content: dict[str, Any]) -> Problem:
    kind = _BY_SLUG.get(content["slug"], EvaluationFailed)
    return kind(content["detail"], line=content["line"], column=content["column"])
