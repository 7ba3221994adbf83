"""Answers kept for those who ask the same again: bounded in bytes, one evaluation for equal requests in progress."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Cache", "Kept"]

#: Headers and body.
Kept = tuple[list[tuple[bytes, bytes]], bytes]


class Cache:
    """Whole answers by entity tag; a tag names data set, operation and representation, so it never grows stale.

    most_bytes    bound on all bodies together; the least recently used go first. 0 keeps nothing.
    entry_bytes   longest body that is kept
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.entry_bytes = most_bytes // 8
        self._entries: OrderedDict[bytes, Kept] = OrderedDict()
        self._size = 0
        self._under_way: dict[bytes, list[asyncio.Future[None]]] = {}

    def get(self, key: bytes) -> Kept | None:
        """Return headers and body, or None."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Keep an answer, where it is not too long."""
        if len(body) > self.entry_bytes or key in self._entries:
            return
        self._entries[key] = (headers, body)
        self._size += len(body)
        while self._size > self._most_bytes:
            _, (_, dropped) = self._entries.popitem(last=False)
            self._size -= len(dropped)

    def alone(self, key: bytes) -> Turn:
        """Return a turn at answering what stands under a key: see `Turn.wait`."""
        return Turn(self, key)

    def _follow(self, key: bytes) -> asyncio.Future[None] | None:
        """Return what the end of an equal request wakes, or None where it is one's own turn."""
        followers = self._under_way.get(key)
        if followers is None:
            self._under_way[key] = []
            return None
        follower = asyncio.get_running_loop().create_future()
        followers.append(follower)
        return follower

    def _done(self, key: bytes) -> None:
        for follower in self._under_way.pop(key):
            if not follower.done():
                follower.set_result(None)


class Turn(contextlib.AbstractContextManager["Turn"]):
    """One request's turn at answering what several may ask at once."""

    def __init__(self, cache: Cache, key: bytes) -> None:
        self._cache = cache
        self._key = key
        self._mine = False

    async def wait(self) -> Kept | None:
        """Wait while an equal request is under way; return its answer, or None to those who shall evaluate.

        Where its answer was not one to be kept, none of those who waited waits again.
        """
        follower = self._cache._follow(self._key)  # noqa: SLF001 - one mechanism in two classes
        if follower is None:
            self._mine = True
            return None
        await follower
        return self._cache.get(self._key)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mine:
            self._cache._done(self._key)  # noqa: SLF001
