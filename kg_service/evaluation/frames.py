"""The wire between the service and its workers: length-prefixed frames on a socket pair."""

from __future__ import annotations

import json
import marshal
import struct
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DECODED",
    "READ",
    "FrameKind",
    "Frames",
    "answer_frame",
    "frame",
    "head_frame",
    "header_fields",
    "header_lines",
    "json_frame",
    "read_request",
    "read_skip",
    "request_frame",
    "skip_frame",
    "split_answer",
    "split_head",
]

#: The head of an answer that is no result but the operation asked for, as JSON: a page is wanted, or nothing was
#: asked and it is null.
DECODED = b"kg-answer: operation\r\n"
#: Bytes read at once: more would make the allocator ask the system for pages each time.
READ = 64 * 1024
_HEADER = struct.Struct("!IB")
_PLACE = struct.Struct("!Q")
_ANSWER = struct.Struct("!IBBI")
_FORM_AND_SIZE = struct.Struct("!BI")


def header_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """Return header fields as they stand in an answer's head."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("latin-1")


def header_fields(lines: bytes) -> list[tuple[bytes, bytes]]:
    """Return header lines as names and values."""
    pairs = (line.partition(b": ") for line in lines.split(b"\r\n") if line)
    return [(name, value) for name, _, value in pairs]


class FrameKind(IntEnum):
    """What a frame carries.

    To a worker, in the order in which they are to be answered: a request; the place of one that is no longer wanted.
    From a worker: the number of its process, once, when it is ready; a whole result; or its head, its bytes, its end;
    a problem instead, or after a part of it; that a request was skipped; after any of these, that the worker has grown
    and wants to be replaced.
    """

    REQUEST = 1
    SKIP = 2
    WHOLE = 3
    HEAD = 4
    DATA = 5
    END = 6
    PROBLEM = 7
    SKIPPED = 8
    GROWN = 9
    READY = 10


def frame(kind: FrameKind, payload: bytes = b"") -> bytes:
    """Return the bytes of one frame."""
    return _HEADER.pack(len(payload), kind) + payload


def json_frame(kind: FrameKind, content: dict[str, Any]) -> bytes:
    """Return a frame that carries JSON: what comes from a worker is read with care."""
    return frame(kind, json.dumps(content).encode())


def request_frame(content: dict[str, Any]) -> bytes:
    """Return a request; workers trust the service, so the quickest encoding will do."""
    return frame(FrameKind.REQUEST, marshal.dumps(content))


def read_request(payload: bytes) -> dict[str, Any]:
    """Return the content of a request."""
    content: dict[str, Any] = marshal.loads(payload)  # noqa: S302 - from the service itself
    return content


def skip_frame(place: int) -> bytes:
    """Return the withdrawal of a request, by its place among all on this connection: the same one may come again."""
    return frame(FrameKind.SKIP, _PLACE.pack(place))


def read_skip(payload: bytes) -> int:
    """Return the place of the request withdrawn."""
    place: int = _PLACE.unpack(payload)[0]
    return place


def answer_frame(form: int, head: bytes, body: bytes | bytearray) -> bytes:
    """Return a whole result as one frame: number of the query form, header lines, bytes."""
    start = _ANSWER.pack(_ANSWER.size - _HEADER.size + len(head) + len(body), FrameKind.WHOLE, form, len(head))
    return b"".join((start, head, body))


def split_answer(payload: bytes) -> tuple[int, bytes, bytes]:
    """Return query form, head and body of a whole result."""
    form, size = _FORM_AND_SIZE.unpack_from(payload)
    end = _FORM_AND_SIZE.size + size
    return form, payload[_FORM_AND_SIZE.size : end], payload[end:]


def head_frame(form: int, head: bytes) -> bytes:
    """Return the beginning of a long result: number of the query form, header lines."""
    return frame(FrameKind.HEAD, bytes((form,)) + head)


def split_head(payload: bytes) -> tuple[int, bytes]:
    """Return query form and header lines of a long result's beginning."""
    return payload[0], payload[1:]


class Frames:
    """Frames out of bytes as they come."""

    def __init__(self) -> None:
        self._kept = b""
        self._parts: list[bytes] = []
        self._wanted = self._held = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Take bytes; return (kind, payload) of each frame that is now whole."""
        found: list[tuple[int, bytes]] = []
        if self._wanted:  # inside a long frame: what comes is only collected, never copied again and again
            self._parts.append(data)
            self._held += len(data)
            if self._held < self._wanted:
                return found
            data = b"".join(self._parts)
            self._parts, self._wanted = [], 0
        elif self._kept:
            data = self._kept + data
        offset, end = 0, len(data)
        while end - offset >= _HEADER.size:
            size, kind = _HEADER.unpack_from(data, offset)
            following = offset + _HEADER.size + size
            if following > end:
                self._parts, self._held, self._wanted = [data[offset:]], end - offset, following - offset
                self._kept = b""
                return found
            found.append((kind, data[offset + _HEADER.size : following]))
            offset = following
        self._kept = data[offset:]
        return found
