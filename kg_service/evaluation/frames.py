"""The wire between the service and its workers: length-prefixed frames on a socket pair."""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

__all__ = ["HEADER", "FrameKind", "frame", "json_frame", "read_frame"]

HEADER = struct.Struct("!IB")


class FrameKind(IntEnum):
    """What a frame carries: a request; the result's head, its bytes, its end; a problem instead."""

    REQUEST = 1
    HEAD = 2
    DATA = 3
    END = 4
    PROBLEM = 5


def frame(kind: FrameKind, payload: bytes) -> bytes:
    """Return the bytes of one frame."""
    return HEADER.pack(len(payload), kind) + payload


def json_frame(kind: FrameKind, content: dict[str, Any]) -> bytes:
    """Return a frame that carries JSON."""
    return frame(kind, json.dumps(content).encode())


def read_frame(connection: socket.socket) -> tuple[FrameKind, bytes] | None:
    """Read one frame from a blocking socket; None at its end."""
    header = _read_exactly(connection, HEADER.size)
    if header is None:
        return None
    size, kind = HEADER.unpack(header)
    payload = _read_exactly(connection, size)
    return None if payload is None else (FrameKind(kind), payload)


def _read_exactly(connection: socket.socket, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
