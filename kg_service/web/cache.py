"""Answers kept for those who ask the same again: bounded in bytes, one evaluation for equal requests in progress."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Cache", "Kept"]

Kept = tuple[dict[str, str], bytes]


class Cache:
    """Whole answers by entity tag; a tag names data set, operation and representation, so it never grows stale.

    most_bytes    bound on all bodies together; the least recently used go first. 0 keeps nothing.
    entry_bytes   longest body that is kept
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.entry_bytes = most_bytes // 8
        self._entries: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._under_way: dict[str, asyncio.Event] = {}

    def get(self, etag: str) -> Kept | None:
        """Return headers and body, or None."""
        found = self._entries.get(etag)
        if found is not None:
            self._entries.move_to_end(etag)
        return found

    def put(self, etag: str, headers: dict[str, str], body: bytes) -> None:
        """Keep an answer, where it is not too long."""
        if len(body) > self.entry_bytes or etag in self._entries:
            return
        self._entries[etag] = (headers, body)
        self._size += len(body)
        while self._size > self._most_bytes:
            _, (_, dropped) = self._entries.popitem(last=False)
            self._size -= len(dropped)

    @contextlib.asynccontextmanager
    async def alone(self, etag: str) -> AsyncIterator[Kept | None]:
        """Wait while an equal request is under way; yield its answer, or None to the one who shall evaluate."""
        while (running := self._under_way.get(etag)) is not None:
            await running.wait()
            if (found := self.get(etag)) is not None:
                yield found
                return
        self._under_way[etag] = asyncio.Event()
        try:
            yield None
        finally:
            self._under_way.pop(etag).set()
