"""Requests that must get on: each may take its time and a second more for so many bytes, however they trickle."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Pace", "Received", "Sent"]

#: Bytes that must move a second, on average; the slowest line on which anybody would load a data set.
_LEAST = 16 * 1024
_PIECE = 64 * 1024


class Pace:
    """How one request gets on. A timeout of the socket alone never comes where one byte comes now and then."""

    def __init__(self, timeout_s: float) -> None:
        self._until = time.monotonic() + timeout_s

    def moved(self, size: int) -> None:
        """Count bytes. Raises a timeout where there are too few for the time that has gone by."""
        self._until += size / _LEAST
        if time.monotonic() > self._until:
            raise httpx2.ReadTimeout("it gets on too slowly")


class Received(httpx2.SyncByteStream):
    """The body of a response, as it comes."""

    def __init__(self, stream: httpx2.SyncByteStream, pace: Pace) -> None:
        self._stream, self._pace = stream, pace

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._pace.moved(len(piece))
            yield piece

    def close(self) -> None:
        """Close the connection, or give it back."""
        self._stream.close()


class Sent:
    """The body of a request, piece by piece; it may have to be sent again, when a password is asked for."""

    def __init__(self, content: bytes, pace: Pace) -> None:
        self._content, self._pace = content, pace

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), _PIECE):
            piece = self._content[start : start + _PIECE]
            yield piece
            self._pace.moved(len(piece))
