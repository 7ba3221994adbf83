"""Whether the client of a request has gone away, and what is abandoned then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive

__all__ = ["Gone"]


class Gone:
    """Whether the client has gone away. Most answers are quicker than a look would be, so it begins late.

    While an answer is awaited, its awaiting is cancelled, which frees the worker.
    """

    def __init__(self, receive: Receive) -> None:
        self.is_true = False
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._abandon: Callable[[], None] = lambda: None
        self._stopped = False

    def begin_to_watch(self, abandon: Callable[[], None]) -> None:
        """Look from now on; where the client goes, `abandon` the answer, the last one given."""
        self._abandon = abandon
        if self.is_true:
            abandon()
        elif not self._stopped and self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    def stop_watching(self) -> None:
        """Let go: the answer is given, or nobody wants it."""
        self._stopped = True
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_true = True
        self._abandon()
