"""The requests that wait for a worker, and whose turn is next: the client's that has the least under way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg_service.errors import Busy, TooManyRequests

if TYPE_CHECKING:
    from kg_service.evaluation.call import Call

__all__ = ["Waiting"]


class Waiting:
    """The queue before the workers.

    longest     how many requests may wait; one client may take half of the places
    under_way   requests that a worker is answering, by client
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._calls: list[Call] = []
        self.under_way: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def is_full(self) -> bool:
        """Whether nobody else may wait."""
        return len(self._calls) >= self._longest

    def add(self, call: Call) -> None:
        """Take a call into the queue.

        Raises Busy (503) where the queue is full; TooManyRequests (429) where this client's half of it is.
        """
        if self.is_full:
            raise Busy("All workers are busy and the queue is full.", headers={"Retry-After": "5"})
        if sum(each.client == call.client for each in self._calls) >= max(1, self._longest // 2):
            raise TooManyRequests("Half of the queue is waiting for you already.", headers={"Retry-After": "5"})
        self._calls.append(call)

    def next(self, *, quick_only: bool = False) -> Call | None:
        """Tell whose turn it is, or None; the reserve worker takes only what may be quick."""
        calls = [call for call in self._calls if not call.heavy] if quick_only else self._calls
        if len(calls) < 2:  # noqa: PLR2004 - the usual case, told quickly
            return calls[0] if calls else None
        return min(calls, key=lambda each: self.under_way[each.client])  # the first of those with the least

    def quick(self) -> int:
        """Tell how many wait who may be quick."""
        return sum(not call.heavy for call in self._calls)

    def withdraw(self, call: Call) -> None:
        """Forget a call that nobody wants any more, if it waits here."""
        if call in self._calls:
            self._calls.remove(call)

    def overdue(self, now: float) -> list[Call]:
        """Take out the calls whose deadline has passed."""
        late = [call for call in self._calls if call.deadline <= now]
        for call in late:
            self._calls.remove(call)
        return late

    def begin(self, call: Call) -> None:
        """Note that a worker has taken the call."""
        self.under_way[call.client] += 1

    def end(self, call: Call) -> None:
        """Note that no worker has the call any more."""
        left = self.under_way[call.client] - 1
        if left:
            self.under_way[call.client] = left
        else:
            del self.under_way[call.client]
