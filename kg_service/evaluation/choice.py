"""Which worker is given a call, and how many one may have at once; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg_service.evaluation.worker_link import Worker

__all__ = ["YOUNG_S", "ahead", "worker_for"]

#: A worker is given more calls while its first is younger than this: as many as it may answer within that time.
YOUNG_S = 0.002
_MOST = 16


def ahead(pace: float) -> int:
    """Return how many calls a worker may have at once that takes `pace` seconds for one."""
    return max(2, min(_MOST, int(YOUNG_S / pace)))


def worker_for(workers: Sequence[Worker], now: float, *, heavy: bool, soon: float, pressing: bool) -> Worker | None:
    """Find the worker with the fewest calls among those that have room; None where none has.

    workers   the reserve last
    heavy     the call goes to nobody who is at work, and never to the reserve
    soon      seconds within which a worker may be expected to be done; the reserve is for when all others
              have been at their calls for longer, so that none of them will be free soon
    pressing  the reserve is for now, because nobody else may wait
    """
    best, fewest, are_slow = None, _MOST, True
    for worker in workers:
        if worker.gone or worker.retiring:
            continue
        if worker.in_reserve:
            return worker if best is None and (are_slow or pressing) and not worker.flight and not heavy else best
        number, age = len(worker.flight), now - worker.since
        if not number:
            return worker
        are_slow = are_slow and age > soon
        if age < YOUNG_S and number < min(fewest, worker.ahead) and not heavy:
            best, fewest = worker, number
    return best
