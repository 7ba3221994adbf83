"""Answers kept for those who ask the same again: bounded in bytes, one evaluation for equal requests in progress."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import NamedTuple

__all__ = ["Cache", "Kept", "Turn"]

#: An entry's place in memory beside its bytes, roughly.
_OVERHEAD = 400


class Kept(NamedTuple):
    """An answer kept: header lines, body, and the query form it answered, by its number (0: no query)."""

    head: bytes
    body: bytes
    form: int = 0


class Turn:
    """One request's turn at answering what stands under a key; it can be given up once."""

    def __init__(self, cache: Cache, key: bytes) -> None:
        self._cache, self._key = cache, key
        self._mine = False

    def begin(self) -> bool:
        """Take the turn; False where somebody else has it."""
        self._mine = self._cache.begin(self._key)
        return self._mine

    def end(self) -> None:
        """Give the turn up, where it is this request's; a second call does nothing."""
        if self._mine:
            self._mine = False
            self._cache.end(self._key)


class Cache:
    """Whole answers by keys that name data set, request and representation, so that none grows stale.

    most_bytes    bound on all of them together; the least recently used go first. 0 keeps nothing.
    entry_bytes   longest body that is kept
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.entry_bytes = most_bytes // 8
        self._entries: OrderedDict[bytes, Kept] = OrderedDict()
        self._size = 0
        self._under_way: dict[bytes, asyncio.Future[None] | None] = {}

    def get(self, key: bytes) -> Kept | None:
        """Return an answer, or None."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: bytes, kept: Kept) -> None:
        """Keep an answer, where it is not too long."""
        size = len(key) + len(kept.head) + len(kept.body) + _OVERHEAD
        if size > self.entry_bytes or key in self._entries:
            return
        self._entries[key] = kept
        self._size += size
        while self._size > self._most_bytes:
            dropped, was = self._entries.popitem(last=False)
            self._size -= len(dropped) + len(was.head) + len(was.body) + _OVERHEAD

    def begin(self, key: bytes) -> bool:
        """Take the turn at answering what stands under a key; False where somebody else has it.

        Whoever has it gives it up when the answer is known, not when a client has taken it.
        """
        if key in self._under_way:
            return False
        self._under_way[key] = None
        return True

    def end(self, key: bytes) -> None:
        """Give up the turn, and wake those who waited for the answer."""
        waited_for = self._under_way.pop(key, None)
        if waited_for is not None and not waited_for.done():
            waited_for.set_result(None)

    async def wait(self, key: bytes) -> Kept | None:
        """Wait until whoever has the turn gives it up; return the answer, or None where it was not one to be kept."""
        if key in self._under_way:
            waited_for = self._under_way[key]
            if waited_for is None:
                waited_for = self._under_way[key] = asyncio.get_running_loop().create_future()
            await asyncio.shield(waited_for)
        return self.get(key)
