"""A worker as the service sees it: the end of its socket, the calls it has, and whether it is gone."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any

from kg_service.errors import PROBLEMS, EvaluationFailed, Problem
from kg_service.evaluation.frames import FrameKind, Frames, skip_frame, split_answer, split_head
from kg_service.evaluation.processors import allow

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg_service.evaluation.call import Call

__all__ = ["Worker"]

_BY_SLUG = {problem.slug: problem for problem in PROBLEMS}
#: A call that had been begun this short a time ago when its worker died is tried again, once.
_JUST_BEGUN_S = 0.05
#: Plain numbers, which compare quicker than members.
_WHOLE, _HEAD, _DATA, _GROWN, _READY = (
    int(kind) for kind in (FrameKind.WHOLE, FrameKind.HEAD, FrameKind.DATA, FrameKind.GROWN, FrameKind.READY)
)


class Worker(asyncio.Protocol):
    """One worker process as the service sees it, and the conversation with it.

    in_reserve   it takes only what is quick, while all others are busy
    flight       the calls sent to it, in the order of their answers; None in place of one that was withdrawn
    since        when the first of them began, by time.monotonic()
    pace, ahead  seconds that its last calls took, on average; how many calls it may have at once
    retiring     it gets no further calls, and is replaced when it has answered those it has: it has grown
    gone         it has died or is about to; another one takes its place. Why it died is a report of the template.
    on_ready     called once with the worker when it can take calls
    on_free      called with the worker each time it is done with a call, which it passes along
    """

    def __init__(
        self,
        number: int,
        *,
        on_ready: Callable[[Worker], None],
        on_free: Callable[[Worker, Call | None], None],
    ) -> None:
        self.number = number
        self.in_reserve = False
        self.flight: deque[Call | None] = deque()
        self._given = 0
        self.since = 0.0
        self.pace, self.ahead = 0.0003, 1
        self.is_ready = self.retiring = self.gone = False
        self._on_ready, self._on_free = on_ready, on_free
        self._process, self._everywhere = 0, False
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the conversation."""
        self._transport = transport  # type: ignore[assignment]  # a stream's transport writes

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nothing more will come."""
        del exc
        self.gone = True

    def give(self, call: Call, now: float) -> None:
        """Send a call to the worker."""
        if not self.flight:
            self.since = now
        self.flight.append(call)
        self._given += 1
        self._send(call.frame)

    def take_back(self, index: int) -> Call | None:
        """Withdraw a call that the worker has not begun, and return it."""
        call = self.flight[index]
        if call is not None:
            self.flight[index] = None
            self._send(skip_frame(self._given - len(self.flight) + index))
        return call

    def allow(self, *, every: bool) -> None:
        """Let the worker use every processor, or all but the one for what is quick."""
        if every is not self._everywhere:
            self._everywhere = every
            allow(self._process, every=every)

    def may_be_innocent(self, now: float) -> bool:
        """Tell whether the call at which the worker died may have met what another left; true once for each call."""
        call = self.flight[0] if self.flight else None
        if call is None or call.is_second_try or call.stream is not None or now - self.since > _JUST_BEGUN_S:
            return call is None
        call.is_second_try = True
        return True

    def part(self) -> list[Call | None]:
        """Close the conversation for good; return the calls that were not answered."""
        self.gone = True
        if self._transport is not None:
            self._transport.abort()
        calls = list(self.flight)
        self.flight.clear()
        return calls

    def data_received(self, data: bytes) -> None:
        """Pass on what the worker tells."""
        for kind, payload in self._frames.feed(data):
            if kind == _READY:
                self.is_ready, self._process = True, int.from_bytes(payload, "big")
                self.allow(every=True)  # the template, from which it was forked, may not
                self._on_ready(self)
            elif kind == _GROWN:
                self.retiring = True
                if not self.flight and not self.gone:
                    self._on_free(self, None)
            elif self.flight:  # else parted with while these bytes were on their way
                self._on_frame(kind, payload)

    def _on_frame(self, kind: int, payload: bytes) -> None:
        call = self.flight[0]
        if kind == _DATA:
            if call is not None:
                call.continue_with(payload)
            return
        if kind == _HEAD:
            if call is not None:
                call.begin(*split_head(payload))
            return
        self.flight.popleft()
        self._on_free(self, call)  # first: the worker has the next call while this one's answer is sent
        if call is None:
            return
        if kind == _WHOLE:
            call.finish(*split_answer(payload))
        elif kind == FrameKind.PROBLEM:
            call.fail(_problem_from(json.loads(payload)))
        elif kind == FrameKind.END:
            call.end()

    def _send(self, frame: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)


def _problem_from(content: dict[str, Any]) -> Problem:
    kind = _BY_SLUG.get(content["slug"], EvaluationFailed)
    return kind(
        content["detail"],
        line=content["line"],
        column=content["column"],
        headers=content["headers"],
        **content["members"],
    )
